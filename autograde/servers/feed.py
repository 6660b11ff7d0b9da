"""A server that says its piece to whoever connects: a document as bare bytes, ended by the end of the stream.

    with feed(b"id,at\\n1,2025-01-01T00:00:00Z\\n") as server:
        assert read_feed(server.host, server.port)

What is too large to hold is given as a function that makes the pieces anew for each client:

    def report():
        yield b"<report>"
        for number in range(200_000):
            yield b"<vessel id='%d'/>" % number
        yield b"</report>"

    with feed(report) as server: ...

For pieces that come late, torn or never there is the relay; the feed itself is always honest.
"""

from __future__ import annotations

import socketserver
from collections.abc import Callable, Iterable
from typing import cast

from .hosting import LOOPBACK, ThreadServer
from .listener import Listener

SEGMENT = 1 << 16
"""Bytes handed to the system at once: small pieces are gathered, since a call for each would make a large feed slow."""


class _Feed(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = cast("_FeedListener", self.server).owner
        server.connections += 1
        waiting = bytearray()
        for piece in server.pieces():
            waiting += piece
            if len(waiting) >= SEGMENT:
                self.request.sendall(waiting)
                waiting.clear()
        self.request.sendall(waiting)
        server.finished += 1


class _FeedListener(Listener):
    owner: feed


class feed(ThreadServer):
    """Sends `document` to each client, then ends the stream; what clients send is read and forgotten.

    `connections` counts who came, `finished` to how many the whole document was handed over.
    """

    name = "feed"

    def __init__(self, document: bytes | Callable[[], Iterable[bytes]], *, host: str = LOOPBACK) -> None:
        super().__init__()
        self.host = host
        self.pieces = (lambda: [document]) if isinstance(document, bytes) else document
        self.connections = 0
        self.finished = 0

    def _make(self) -> _FeedListener:
        listener = _FeedListener(self.host, _Feed)
        listener.owner = self
        return listener


__all__ = ["feed"]
