'''
mistake = "Trusts MSG_WAITALL, which comes back short when the socket has a timeout"
code = "W01"
loses = [
    "More bytes than one recv returns",
    "Bytes that trickle in one at a time are put together",
    "A timeout of the socket is raised, not turned into a short answer",
    "A reset is raised, not turned into a short answer",
    "64 MB are received in linear time, with memory for two copies",
]
told = ["one recv is not one message"]
'''

# %% answer-recv-exactly
import socket

class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n):
    if n == 0:
        return b""
    data = sock.recv(n, socket.MSG_WAITALL)
    if len(data) < n:
        raise ShortRead(n, data)
    return data
