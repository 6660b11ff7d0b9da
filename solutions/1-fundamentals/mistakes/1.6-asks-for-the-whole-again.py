'''
mistake = "Asks for the whole payload again when a part of it has come"
code = "W10"
loses = ["Of a message in pieces not one byte too many is read"]
told = ["of what follows the message were read, too, and are lost"]
'''

# %% answer-recv-msg
import struct


def recv_msg(sock, *, max_size=1 << 20):
    header = read(sock, 4)
    if not header:
        return None
    if len(header) < 4:
        raise EOFError("the stream ended inside a header")
    (size,) = struct.unpack("!I", header)
    if size > max_size:
        raise ValueError("the message is too long")
    payload = b""
    while len(payload) < size:
        piece = sock.recv(size)
        if not piece:
            raise EOFError("the stream ended inside a payload")
        payload += piece
    return payload[:size]


def read(sock, n):
    data = bytearray()
    while len(data) < n:
        piece = sock.recv(min(n - len(data), 65536))
        if not piece:
            break
        data += piece
    return bytes(data)
