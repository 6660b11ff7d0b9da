'''
mistake = "Takes any end inside the header for the end of the conversation"
code = "W06"
loses = ["An end inside a header is an EOFError"]
told = ["an error was turned into an answer"]
'''

# %% answer-recv-msg
import struct


def recv_msg(sock, *, max_size=1 << 20):
    header = read(sock, 4)
    if len(header) < 4:
        return None
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
