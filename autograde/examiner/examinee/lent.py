"""Sockets that a check lends to the student's code.

The examinee gets a duplicate of the descriptor, but it must feel like one socket: when the student closes it, the
check's own is closed too (else the peer would never see the end); timeouts set on either side show on the other; and
passing the same socket again gives the student the same object. A duplicate that nobody uses any more is closed
quietly: it was never the student's to close.
"""

from __future__ import annotations

import _socket
import socket
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

listeners: list[Callable[[int], None]] = []
"""Called with the number of a loan when the student has closed it."""

_live: weakref.WeakValueDictionary[int, Lent] = weakref.WeakValueDictionary()
_timeouts: dict[int, float | None] = {}


class Lent(socket.socket):
    """A lent duplicate."""

    __slots__ = ("loan",)
    loan: int

    def _real_close(self, _ss: Any = _socket.socket) -> None:
        _ss.close(self)
        self._tell()

    def detach(self) -> int:
        """The descriptor, which is the caller's from now on; the check lets go of its own."""
        descriptor = super().detach()
        self._tell()
        return descriptor

    def _tell(self) -> None:
        for listener in listeners:
            listener(self.loan)

    def dup(self) -> socket.socket:  # type: ignore[override]
        """A duplicate that is the student's own."""
        copy = socket.socket(self.family, self.type, self.proto, fileno=socket.dup(self.fileno()))
        copy.settimeout(self.gettimeout())
        return copy

    def __del__(self) -> None:
        _socket.socket.close(self)


class Cut(Lent):
    """A lent socket from which no call reads beyond the present piece of a cut stream."""

    __slots__ = ("left",)
    left: list[int]

    def _at_most(self, size: int) -> int:
        return min(size, self.left[0]) if self.left else size

    def _used(self, size: int, flags: int) -> None:
        if self.left and not flags & socket.MSG_PEEK:
            self.left[0] -= size
            if not self.left[0]:
                del self.left[0]

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """At most what is left of the piece."""
        data = super().recv(self._at_most(bufsize), flags)
        self._used(len(data), flags)
        return data

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """At most what is left of the piece."""
        size = super().recv_into(buffer, self._at_most(nbytes or memoryview(buffer).nbytes), flags)
        self._used(size, flags)
        return size

    def recvmsg(self, bufsize: int, ancbufsize: int = 0, flags: int = 0, /) -> Any:
        """At most what is left of the piece."""
        answer = super().recvmsg(self._at_most(bufsize), ancbufsize, flags)
        self._used(len(answer[0]), flags)
        return answer


Cut.__module__ = Cut.__name__ = Cut.__qualname__ = "socket"
Lent.__module__ = Lent.__name__ = Lent.__qualname__ = "socket"  # it should look like what it stands for


def take(descriptor: int, loan: int, timeout: float | None, pieces: list[int]) -> Lent:
    """The lent socket with this number: the one that is there already, or one made of the descriptor.

    `pieces` are the sizes in bytes in which its stream is to be read; with none it is read as it comes.
    """
    sock = _live.get(loan)
    if sock is not None and sock.fileno() >= 0:
        _socket.close(descriptor)
    else:
        if pieces:
            sock = cut = Cut(fileno=descriptor)
            cut.left = list(pieces)
        else:
            sock = Lent(fileno=descriptor)
        sock.loan = loan
        _live[loan] = sock
    set_timeout(loan, timeout)
    return sock


def set_timeout(loan: int, timeout: float | None) -> None:
    """The check has set the timeout (seconds, or None) of what it lent."""
    if (sock := _live.get(loan)) is not None and sock.fileno() >= 0:
        sock.settimeout(timeout)
        _timeouts[loan] = sock.gettimeout()


def changed_timeouts() -> list[tuple[int, float | None]]:
    """The timeouts that the student's code has set since this was last asked."""
    changed = []
    for loan, sock in list(_live.items()):
        if sock.fileno() >= 0 and (now := sock.gettimeout()) != _timeouts.get(loan):
            _timeouts[loan] = now
            changed.append((loan, now))
    return changed


def loan_of(sock: socket.socket) -> int | None:
    """The number of a lent socket; None for one that is the student's own."""
    return sock.loan if isinstance(sock, Lent) and type(sock) in (Lent, Cut) else None


def is_lent(descriptor: int) -> bool:
    """The descriptor is that of a lent socket."""
    return any(sock.fileno() == descriptor for sock in list(_live.values()))
