"""Never blocks but in select: sends and receives as the socket allows."""

import selectors
import socket
import time


class Exchange:
    def __init__(self, sock, request, max_bytes):
        self.sock, self.rest, self.max_bytes = sock, memoryview(request), max_bytes
        self.pieces, self.size, self.done = [], 0, False

    def events(self):
        return selectors.EVENT_WRITE if self.rest else selectors.EVENT_READ

    def step(self):
        if self.rest:
            self.rest = self.rest[self.sock.send(self.rest) :]
            if not self.rest:
                self.sock.shutdown(socket.SHUT_WR)
            return
        piece = self.sock.recv(16384)
        self.done = not piece
        self.pieces.append(piece)
        self.size += len(piece)
        if self.size > self.max_bytes:
            raise ValueError("the reply is too long")


def ask(host: str, port: int, request: bytes, *, timeout: float = 5.0, max_bytes: int = 1_000_000) -> bytes:
    end = time.monotonic() + timeout
    with socket.create_connection((host, port), timeout=timeout) as sock, selectors.DefaultSelector() as selector:
        sock.setblocking(False)
        exchange = Exchange(sock, request, max_bytes)
        if not request:
            sock.shutdown(socket.SHUT_WR)
        selector.register(sock, exchange.events())
        while not exchange.done:
            if not selector.select(max(0, end - time.monotonic())):
                raise TimeoutError("the call took too long")
            exchange.step()
            selector.modify(sock, exchange.events())
            if not exchange.done and time.monotonic() > end:
                raise TimeoutError("the call took too long")
        return b"".join(exchange.pieces)
