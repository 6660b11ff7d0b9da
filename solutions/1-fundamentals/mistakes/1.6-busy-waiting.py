'''
mistake = "Makes the socket non-blocking and asks again and again"
code = "W16"
loses = [
    "Waiting for a message does not burn the processor",
    "A timeout of the socket is raised, in the header and in the payload",
]
told = ["busy waiting"]
'''

# %% answer-recv-msg
import struct


def recv_msg(sock, *, max_size=1 << 20):
    timeout = sock.gettimeout()
    sock.setblocking(False)
    header = read(sock, 4)
    if not header:
        return None
    if len(header) < 4:
        raise EOFError("the stream ended inside a header")
    (size,) = struct.unpack("!I", header)
    if size > max_size:
        raise ValueError("the message is too long")
    payload = read(sock, size)
    sock.settimeout(timeout)
    if len(payload) < size:
        raise EOFError("the stream ended inside a payload")
    return payload


def read(sock, n):
    data = bytearray()
    while len(data) < n:
        try:
            piece = sock.recv(min(n - len(data), 65536))
        except BlockingIOError:
            continue
        if not piece:
            break
        data += piece
    return bytes(data)
