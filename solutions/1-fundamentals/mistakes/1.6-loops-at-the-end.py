'''
mistake = "Asks for ever at the end of the stream"
code = "W04"
loses = [
    "At the end of the stream there is no message: None",
    "An end inside a header is an EOFError",
    "An end inside a payload is an EOFError",
]
told = ["b'' is the end, not data"]
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
    payload = read(sock, size)
    if len(payload) < size:
        raise EOFError("the stream ended inside a payload")
    return payload


def read(sock, n):
    data = bytearray()
    while len(data) < n:
        piece = sock.recv(min(n - len(data), 65536))
        data += piece
    return bytes(data)
