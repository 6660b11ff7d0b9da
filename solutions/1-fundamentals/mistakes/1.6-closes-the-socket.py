'''
mistake = "Closes the socket that it was only lent"
code = "W18"
loses = [
    "At the end of the stream there is no message: None",
    "What follows a message stays in the stream",
    "Of a message in pieces not one byte too many is read",
    "Two messages in one piece are two messages",
    "recv_msg leaves the socket open and nothing behind",
]
told = ["closed the socket that it was given"]
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
    sock.close()
    return payload


def read(sock, n):
    data = bytearray()
    while len(data) < n:
        piece = sock.recv(min(n - len(data), 65536))
        if not piece:
            break
        data += piece
    return bytes(data)
