"""A tiny web server on loopback, for talking to by hand: real HTTP from the standard library, and always the same
words.

    with web({"/": "Hello!\\n"}) as server:
        connection = socket.create_connection(server.address)

It is ready when the block begins, says nothing on any stream, sends no date and no version of anything, closes after
each answer (HTTP/1.0), and has joined all its threads when the block ends.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE = 5.0
"""Seconds in which a client must finish its request: a silent one must not keep the block from ending."""

FRONT_PAGE = "You have reached the loopback web peer.\nIt speaks only when it is asked properly.\n"


@dataclass(frozen=True, slots=True)
class WebPeer:
    """Where the server listens."""

    host: str
    port: int

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, as `connect` wants them."""
        return self.host, self.port


class _Answer(BaseHTTPRequestHandler):
    timeout = PATIENCE
    server: _Server

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path)
        status = HTTPStatus.NOT_FOUND if page is None else HTTPStatus.OK
        self._reply(status, f"There is no page {self.path!r} here.\n" if page is None else page)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that cannot be read in one plain line, under a status line in any case."""
        self.request_version = "HTTP/1.0"
        self._reply(HTTPStatus(code), f"{HTTPStatus(code).phrase}: that is not a request this server understands.\n")

    def _reply(self, status: HTTPStatus, text: str) -> None:
        body = text.encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a line on stderr would turn up in somebody's notebook."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing the server joins the threads of its clients

    def __init__(self, pages: Mapping[str, str]) -> None:
        self.pages = pages
        super().__init__(("127.0.0.1", 0), _Answer)

    def server_bind(self) -> None:
        """Bind without the reverse lookup of the host's name that `HTTPServer` makes."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[0], self.server_address[1]  # type: ignore[assignment]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that vanishes is its own affair."""


@contextmanager
def web(pages: Mapping[str, str] | None = None) -> Iterator[WebPeer]:
    """Serve texts by their paths on a port that the system picks, for the length of the block."""
    server = _Server({"/": FRONT_PAGE} if pages is None else pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="web peer")
    thread.start()
    try:
        yield WebPeer("127.0.0.1", server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
