'''
mistake = "Calls recv once"
code = "W01"
loses = [
    "More bytes than one recv returns",
    "Bytes that trickle in one at a time are put together",
    "An early end is a ShortRead that says what was wanted and what came",
    "A reset is raised, not turned into a short answer",
    "A timeout of the socket is raised, not turned into a short answer",
    "64 MB are received in linear time, with memory for two copies",
]
told = ["one recv is not one message", "here it ends"]
'''

# %% answer-recv-exactly
class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n):
    return sock.recv(n) if n else b""
