"""Waits in select, receives and sends without blocking, and puts the socket's timeout back."""

# %% answer-recv-exactly
import select


class ShortRead(EOFError):
    def __init__(self, wanted, got):
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


def recv_exactly(sock, n):
    pieces = []
    missing = n
    timeout = sock.gettimeout()
    while missing > 0:
        readable, _, _ = select.select([sock], [], [], timeout)
        if not readable:
            raise TimeoutError("nothing came")
        piece = sock.recv(missing)
        if not piece:
            raise ShortRead(n, b"".join(pieces))
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


# %% answer-send-all
import select
import socket


def send_all(sock: socket.socket, data) -> int:
    view = memoryview(data)
    start, calls = 0, 0
    while start < view.nbytes:
        if not select.select([], [sock], [], sock.gettimeout())[1]:
            raise TimeoutError("no room")
        start += sock.send(view[start : start + 262144])
        calls += 1
    return calls
