"""Waits in a selector before each call; prints what it does."""

# %% answer-send-msg
import selectors


def send_msg(sock, payload):
    frame = bytearray(len(payload).to_bytes(4, "big"))
    frame.extend(payload)
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_WRITE)
        while frame:
            if not selector.select(sock.gettimeout()):
                raise TimeoutError("the other side does not read")
            count = sock.send(frame[:8192])
            print("sent", count)
            del frame[:count]


# %% answer-recv-msg
import selectors
import struct

HEADER = struct.Struct("!I")


class Reader:
    def __init__(self, sock, selector):
        self.sock, self.selector = sock, selector

    def read(self, n):
        data = bytearray()
        while len(data) < n:
            if not self.selector.select(self.sock.gettimeout()):
                raise TimeoutError("the other side is silent")
            piece = self.sock.recv(min(n - len(data), 1 << 14))
            print("received", len(piece))
            if not piece:
                if data or n != HEADER.size:
                    raise EOFError(f"{len(data)} of {n} bytes")
                raise StopIteration
            data += piece
        return bytes(data)


def recv_msg(sock, *, max_size=1 << 20):
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        reader = Reader(sock, selector)
        try:
            (size,) = HEADER.unpack(reader.read(HEADER.size))
        except StopIteration:
            return None
        if size > max_size:
            raise ValueError("too long")
        return reader.read(size) if size else b""
