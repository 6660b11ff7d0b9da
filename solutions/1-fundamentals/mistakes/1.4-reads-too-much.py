'''
mistake = "Asks recv for 4096 bytes and cuts off what it does not need"
code = "W10"
loses = [
    "Two reads in a row get the bytes one after the other",
    "Bytes that follow stay in the stream",
]
told = ["bytes of the next message were read and lost"]
'''

# %% answer-recv-exactly
class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n):
    pieces, size = [], 0
    while size < n:
        piece = sock.recv(4096)
        if not piece:
            raise ShortRead(n, b"".join(pieces))
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)[:n]
