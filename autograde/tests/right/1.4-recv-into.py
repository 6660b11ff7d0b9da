"""Fills a buffer of the right size in place; sends with a moving offset."""

# %% answer-recv-exactly
class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n):
    buffer = bytearray(n)
    view, got = memoryview(buffer), 0
    while got < n:
        count = sock.recv_into(view[got:])
        if count == 0:
            raise ShortRead(n, bytes(view[:got]))
        got += count
    return bytes(buffer)


# %% answer-send-all
def send_all(sock, data):
    view = memoryview(data).cast("B")
    offset = calls = 0
    while offset < len(view):
        offset += sock.send(view[offset:])
        calls += 1
    return calls
