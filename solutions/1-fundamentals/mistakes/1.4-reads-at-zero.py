'''
mistake = "Calls recv once before it looks whether anything is missing"
loses = ["n = 0 returns b'' and does not touch the socket"]
told = ["not for you"]
'''


# %% answer-recv-exactly
class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n):
    data = bytearray()
    while True:
        piece = sock.recv(max(1, min(n - len(data), 65536)))
        if not piece:
            raise ShortRead(n, bytes(data))
        data += piece
        if len(data) >= n:
            return bytes(data) if n else b""
