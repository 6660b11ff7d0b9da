'''
mistake = "Takes a message of no bytes for the end"
loses = ["A message of no bytes is received as b'', and not as the end"]
told = ["an empty message is not the end"]
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
    if size == 0:
        return None
    payload = read(sock, size)
    if len(payload) < size:
        raise EOFError("the stream ended inside a payload")
    return payload


def read(sock, n):
    data = bytearray()
    while len(data) < n:
        piece = sock.recv(min(n - len(data), 65536))
        if not piece:
            break
        data += piece
    return bytes(data)
