'''
mistake = "Closes the socket that it was only lent"
code = "W18"
loses = [
    "Two reads in a row get the bytes one after the other",
    "Bytes that follow stay in the stream",
    "recv_exactly leaves the socket open and nothing behind",
]
told = ["closed the socket that it was given"]
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
        piece = sock.recv(min(missing, 65536))
        if not piece:
            raise ShortRead(n, b"".join(pieces))
        pieces.append(piece)
        missing -= len(piece)
    if n:
        sock.close()
    return b"".join(pieces)
