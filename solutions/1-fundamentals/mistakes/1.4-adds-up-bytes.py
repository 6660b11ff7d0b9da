'''
mistake = "Appends every piece to one growing bytes object"
code = "W03"
loses = ["64 MB are received in linear time, with memory for two copies"]
told = ["copying everything for every piece"]
'''

# %% answer-recv-exactly
class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n):
    data = b""
    while len(data) < n:
        piece = sock.recv(min(n - len(data), 65536))
        if not piece:
            raise ShortRead(n, data)
        data += piece
    return data
