"""Reads through an unbuffered file object, which can take no more than it is asked for; recursion-free generator sends."""

# %% answer-recv-exactly
import io


class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n):
    result = io.BytesIO()
    if n:
        with sock.makefile("rb", buffering=0) as raw:
            while result.tell() < n:
                piece = raw.read(min(n - result.tell(), 1 << 16))
                if not piece:
                    raise ShortRead(n, result.getvalue())
                result.write(piece)
    return result.getvalue()


# %% answer-send-all
def send_all(sock, data):
    def sends(rest):
        while len(rest):
            sent = sock.send(rest)
            yield sent
            rest = rest[sent:]

    return sum(1 for _ in sends(memoryview(data)))
