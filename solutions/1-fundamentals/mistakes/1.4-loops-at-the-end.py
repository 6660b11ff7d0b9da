'''
mistake = "Takes b'' at the end of the stream for data and asks for ever"
code = "W04"
loses = ["An early end is a ShortRead that says what was wanted and what came"]
told = ["b'' is the end, not data", "did not end within"]
'''

# %% answer-recv-exactly
class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n):
    pieces, missing = [], n
    while missing:
        pieces.append(sock.recv(min(missing, 65536)))
        missing -= len(pieces[-1])
    return b"".join(pieces)
