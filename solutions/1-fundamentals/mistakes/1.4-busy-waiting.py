'''
mistake = "Makes the socket non-blocking and asks again and again"
code = "W16"
loses = [
    "A timeout of the socket is raised, not turned into a short answer",
    "Waiting for bytes does not burn the processor",
]
told = ["busy waiting"]
'''


# %% answer-recv-exactly
class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n):
    timeout = sock.gettimeout()
    sock.setblocking(False)
    pieces, missing = [], n
    while missing:
        try:
            piece = sock.recv(min(missing, 65536))
        except BlockingIOError:
            continue
        if not piece:
            raise ShortRead(n, b"".join(pieces))
        pieces.append(piece)
        missing -= len(piece)
    sock.settimeout(timeout)
    return b"".join(pieces)
