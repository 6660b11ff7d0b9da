'''
mistake = "Reads the whole payload, then looks whether it was too long"
code = "W12"
loses = [
    "A message of max_size bytes is fine, one byte more is a ValueError",
    "A declared length of 4 GiB is refused before anything is read or reserved",
]
told = ["a length was trusted before it was checked"]
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
    payload = read(sock, size)
    if len(payload) < size:
        raise EOFError("the stream ended inside a payload")
    if size > max_size:
        raise ValueError("the message is too long")
    return payload


def read(sock, n):
    data = bytearray()
    while len(data) < n:
        piece = sock.recv(min(n - len(data), 65536))
        if not piece:
            break
        data += piece
    return bytes(data)
