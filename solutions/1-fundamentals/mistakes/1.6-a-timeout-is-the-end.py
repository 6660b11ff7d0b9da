'''
mistake = "Takes a timeout for the end of the stream"
code = "W06"
loses = ["A timeout of the socket is raised, in the header and in the payload"]
told = ["an error was turned into an answer", "wanted TimeoutError"]
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
        try:
            piece = sock.recv(min(n - len(data), 65536))
        except TimeoutError:
            piece = b""
        if not piece:
            break
        data += piece
    return bytes(data)
