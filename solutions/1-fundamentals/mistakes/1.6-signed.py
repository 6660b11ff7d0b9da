'''
mistake = "Reads the length as a signed number, so that 4 GiB are less than nothing"
loses = ["A declared length of 4 GiB is refused before anything is read or reserved"]
told = ["wanted ValueError"]
'''

# %% answer-recv-msg
import struct


def recv_msg(sock, *, max_size=1 << 20):
    header = read(sock, 4)
    if not header:
        return None
    if len(header) < 4:
        raise EOFError("the stream ended inside a header")
    (size,) = struct.unpack("!i", header)
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
