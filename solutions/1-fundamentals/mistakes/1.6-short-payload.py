'''
mistake = "Returns what has come of a payload when the stream ends inside it"
code = "W06"
loses = ["An end inside a payload is an EOFError"]
told = ["an error was turned into an answer"]
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
    return read(sock, size)


def read(sock, n):
    data = bytearray()
    while len(data) < n:
        piece = sock.recv(min(n - len(data), 65536))
        if not piece:
            break
        data += piece
    return bytes(data)
