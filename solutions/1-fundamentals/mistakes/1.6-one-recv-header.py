'''
mistake = "Takes the header with a single recv"
code = "W01"
loses = [
    "Wherever a frame is cut, in its header or in its payload, the message is the same",
    "Of a message in pieces not one byte too many is read",
    "A reset is raised, wherever it comes",
    "A timeout of the socket is raised, in the header and in the payload",
]
told = ["one recv is not one message"]
'''

# %% answer-recv-msg
import struct


def recv_msg(sock, *, max_size=1 << 20):
    header = sock.recv(4)
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
        if not piece:
            break
        data += piece
    return bytes(data)
