"""The sockets that checks have lent to an examinee, seen from the check's side (see lent.py for the other)."""

from __future__ import annotations

import itertools
import socket
import weakref
from typing import Any

from autograde.wire.splits import Cut

LONGEST = 3600.0
"""A timeout that an examinee reports may be at most this long, in seconds."""


class Loans:
    """Numbers for lent sockets. It holds none of them: a socket that the check drops is dropped."""

    def __init__(self) -> None:
        self._sockets: weakref.WeakValueDictionary[int, socket.socket] = weakref.WeakValueDictionary()
        self._numbers: weakref.WeakKeyDictionary[socket.socket, int] = weakref.WeakKeyDictionary()
        self._timeouts: dict[int, float | None] = {}
        self._next = itertools.count(1)

    def lend(self, sock: socket.socket) -> tuple[str, Any]:
        """The reference to a socket of the check: its number, its timeout, and the pieces it is to be read in."""
        if sock.fileno() < 0:
            return "closed socket", None
        if sock not in self._numbers:
            number = self._numbers[sock] = next(self._next)
            self._sockets[number] = sock
        number = self._numbers[sock]
        self._timeouts[number] = sock.gettimeout()
        return "socket", (number, sock.gettimeout(), sock.pieces if isinstance(sock, Cut) else [])

    def original(self, number: Any) -> socket.socket:
        """The check's own object of a loan. Raises `ValueError` if nothing was lent under that number."""
        sock = self._sockets.get(number) if isinstance(number, int) else None
        if sock is None:
            raise ValueError("no such socket was lent")
        return sock

    def closed_by_student(self, number: Any) -> None:
        """The student has closed it, and so it is closed here."""
        if type(number) is not int or number not in self._timeouts:
            raise ValueError("no such socket was lent")
        if (sock := self._sockets.get(number)) is not None:
            sock.close()

    def set_by_student(self, changes: Any) -> None:
        """Take over the timeouts that the student's code has set."""
        for number, timeout in changes:
            if timeout is not None and not 0 <= timeout <= LONGEST:
                raise ValueError("no such timeout")
            sock = self._sockets.get(number)
            if sock is not None and sock.fileno() >= 0:
                sock.settimeout(timeout)
                self._timeouts[number] = sock.gettimeout()

    def changed_timeouts(self) -> list[tuple[int, float | None]]:
        """The timeouts that the check has set since it lent the sockets."""
        changed = []
        for number, sock in list(self._sockets.items()):
            if sock.fileno() >= 0 and (now := sock.gettimeout()) != self._timeouts[number]:
                self._timeouts[number] = now
                changed.append((number, now))
        return changed
