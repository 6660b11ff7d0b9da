"""What the examinee lets out and takes in: handles of objects, descriptors of sockets, portraits of exceptions."""

from __future__ import annotations

import gc
import socket
import sys

from . import lent, recorded
from .portrait import draw, restore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .channel import Frame

MANY = 100_000
"""Handles that may be alive at once."""


class Keep:
    """A result that has to be answered with as a handle, even if it is plain data."""

    def __init__(self, value: object) -> None:
        self.value = value


class Objects:
    """The objects that the examiner holds handles to, and the names of the answer cell."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self.kept: dict[int, object] = {}
        self.made: dict[str, type[BaseException]] = {}
        self._dropped: list[int] = []
        self._next = 0

    def keep(self, value: object) -> tuple[str, tuple[int, str]]:
        """A reference to a new handle for the object."""
        if len(self.kept) >= MANY:
            raise MemoryError(f"more than {MANY} objects are held by the checks")
        self._next += 1
        self.kept[self._next] = value
        return "handle", (self._next, type(value).__name__)

    def drop_later(self, handle: int) -> None:
        """Forget a handle. Done by the main thread between two calls, since it may run the student's `__del__`."""
        self._dropped.append(handle)

    def drop_now(self) -> None:
        """Forget what was to be dropped."""
        while self._dropped:
            self.kept.pop(self._dropped.pop(), None)

    def refer_with(self, sockets: list[socket.socket]) -> Callable[[Any], tuple[str, Any]]:
        """The `refer` for one answer, which collects the sockets that it mentions."""

        def refer(value: Any) -> tuple[str, Any]:
            if isinstance(value, BaseException):
                return "exception", draw(value)
            if isinstance(value, socket.socket) and value.fileno() >= 0 and not _is_ssl(value):
                if (loan := lent.loan_of(value)) is not None:
                    return "lent", loan
                sockets.append(value)
                return "socket", value.gettimeout()
            return self.keep(value.value if isinstance(value, Keep) else value)

        return refer


class Incoming:
    """The `resolve` for one request. `missing` is the first name in it that the answer cell does not define."""

    def __init__(self, objects: Objects, frame: Frame) -> None:
        self.objects, self.frame = objects, frame
        self.missing: str | None = None

    def __call__(self, kind: str, payload: Any) -> Any:
        if kind == "socket":
            return lent.take(self.frame.take_descriptor(), *payload)
        if kind == "closed socket":
            return _closed_socket()
        if kind == "handle":
            return self.objects.kept[payload]
        if kind == "exception":
            return restore(payload, self.objects.made)
        if kind == "recorder":
            return recorded.make(*payload)
        if payload not in self.objects.names:
            self.missing = self.missing or payload
        return self.objects.names.get(payload)


def release(sockets: list[socket.socket]) -> None:
    """Close our copies of sockets that have been handed over, unless the student's code still uses them."""
    while sockets:
        sock = sockets.pop()
        if sys.getrefcount(sock) > 2:
            gc.collect()  # an exception that was caught and kept is in a cycle with its frame, and what the frame holds
        if sys.getrefcount(sock) <= 2:
            socket.socket.close(sock)


def _closed_socket() -> socket.socket:
    sock = socket.socket()
    sock.close()
    return sock


def _is_ssl(sock: socket.socket) -> bool:
    ssl = sys.modules.get("ssl")
    return ssl is not None and isinstance(sock, ssl.SSLSocket)
