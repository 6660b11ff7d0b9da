"""How servers of ours that speak on plain threads take connections, and part from them.

What a client does to its connection is never an error. What it has asked is answered in full even when it has sent more
than was read: closing a socket with unread bytes makes the system send a reset, which may destroy the answer (RFC 1122,
section 4.2.2.13), so the rest is read to its end first.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sys
from typing import Any


class Tended(socketserver.ThreadingMixIn):
    """For a `socketserver.TCPServer`: a thread for each connection, and all of them gone when it is closed.

    A client that keeps its connection open would keep its thread, and thereby the block, from ending; so the
    connections that are left are shut down first. `errors` takes what broke in us.
    """

    daemon_threads = False  # so that server_close joins them
    errors: list[BaseException]
    socket: socket.socket

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, then serve it in a thread."""
        self.__dict__.setdefault("_open_requests", set()).add(request)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        """Forget it again."""
        self.__dict__["_open_requests"].discard(request)
        super().close_request(request)  # type: ignore[misc]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what broke in us. An error of the system can only come from the connection, TLS errors among them."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.errors.append(error)

    def shutdown(self) -> None:
        """End the loop that accepts; at once where a listener that is shut down wakes it (Linux), else at its poll."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        super().shutdown()  # type: ignore[misc]

    def shutdown_request(self, request: Any) -> None:
        """Say that nothing more comes, read on until the client says the same or the block ends, then close."""
        with contextlib.suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            while request.recv(1 << 16):
                pass
        self.close_request(request)

    def server_close(self) -> None:
        """Shut down what is still open, and join the threads."""
        for request in list(self.__dict__.get("_open_requests", ())):
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
        super().server_close()


class Listener(Tended, socketserver.TCPServer):
    """Listens on `host` and a port that the system picks; `handler` serves one connection in a thread of its own."""

    request_queue_size = 128

    def __init__(self, host: str, handler: type[socketserver.BaseRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, 0), handler)


__all__ = ["Listener", "Tended"]
