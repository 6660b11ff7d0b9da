'''
mistake = "Reserves the declared length before it looks at the limit"
code = "W12"
loses = ["A declared length of 4 GiB is refused before anything is read or reserved"]
told = ["a length was trusted before it was checked", "MemoryError"]
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
    payload = bytearray(size)
    if size > max_size:
        raise ValueError("the message is too long")
    view = memoryview(payload)
    while view:
        count = sock.recv_into(view)
        if not count:
            raise EOFError("the stream ended inside a payload")
        view = view[count:]
    return bytes(payload)


def read(sock, n):
    data = bytearray()
    while len(data) < n:
        piece = sock.recv(min(n - len(data), 65536))
        if not piece:
            break
        data += piece
    return bytes(data)
