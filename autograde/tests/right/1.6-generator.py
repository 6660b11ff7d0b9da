"""A generator says how many bytes it wants next and is given them; gathers header and payload with sendmsg."""

# %% answer-send-msg
import struct


def send_msg(sock, payload):
    rest = [memoryview(struct.pack("!I", len(payload))), memoryview(payload)]
    while rest:
        sent = sock.sendmsg(rest)
        while rest and sent >= len(rest[0]):
            sent -= len(rest.pop(0))
        if rest:
            rest[0] = rest[0][sent:]


# %% answer-recv-msg
def message(max_size):
    """Yields how many bytes it needs, is sent at most so many (b"" at the end); returns the message."""
    header = b""
    while len(header) < 4:
        piece = yield 4 - len(header)
        if not piece and not header:
            return None
        if not piece:
            raise EOFError("inside the header")
        header += piece
    missing = int.from_bytes(header, byteorder="big", signed=False)
    if missing > max_size:
        raise ValueError(missing)
    pieces = []
    while missing:
        piece = yield min(missing, 4096)
        if not piece:
            raise EOFError("inside the payload")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def recv_msg(sock, *, max_size=2**20):
    reading = message(max_size)
    wanted = next(reading)
    try:
        while True:
            wanted = reading.send(sock.recv(wanted))
    except StopIteration as finished:
        return finished.value
