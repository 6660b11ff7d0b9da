"""Grows a bytearray, which is linear; sends slices of bounded size so that copies stay small."""

# %% answer-recv-exactly
class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n: int) -> bytes:
    data = bytearray()
    while len(data) != n:
        piece = sock.recv(n - len(data))
        if piece == b"":
            raise ShortRead(n, bytes(data))
        data.extend(piece)
    return bytes(data)


# %% answer-send-all
def send_all(sock, data):
    print("sending", len(data), "bytes")
    position, calls = 0, 0
    while position < len(data):
        position += sock.send(data[position : position + 65536])
        calls += 1
    return calls
