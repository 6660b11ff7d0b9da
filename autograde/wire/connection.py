"""One side of a stream connection in the hands of a script: every read and write is recorded, every wait can be ended.

Scripts run in a thread beside the student's call. They must neither outlive the block that uses them nor give up while
the student's bytes are still on their way, so each wait watches the socket and an `Ending` together: while the block
runs there is no limit; when it is over a wait goes on for the patience that was announced, and always takes what is
there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import socket
import struct
import time
from collections.abc import Callable, Iterator

from .failures import Stopped
from .transcript import KEPT, Transcript

PATIENCE = 2.0
"""Seconds that a script may still take after its block ended well. Only a script that waits in vain uses them up."""

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Ending:
    """How the block that uses a party tells it that it is over."""

    def __init__(self) -> None:
        self._heard, self._said = socket.socketpair()
        self._deadline: float | None = None

    def announce(self, patience: float) -> None:
        """Let waits go on for `patience` more seconds; 0 ends them as soon as nothing more is there."""
        self._deadline = time.monotonic() + patience
        self._said.send(b".")

    def fileno(self) -> int:
        """A descriptor that becomes readable when the end is announced, and stays so: for selectors of others."""
        return self._heard.fileno()

    def close(self) -> None:
        """Release the two descriptors."""
        self._heard.close()
        self._said.close()

    def pause(self, seconds: float) -> None:
        """Do nothing for `seconds`. Raises `Stopped` if the block ends first."""
        self._ready(None, 0, seconds)
        if self._deadline is not None:
            raise Stopped

    def wait(
        self, sock: socket.socket, event: int, *, endless: bool = False, seconds: float | None = None
    ) -> None:  # fmt: skip
        """Return when `sock` is ready for `event`.

        Raises `TimeoutError` after `seconds`, if given; raises `Stopped` once the block is over and its patience
        (`endless`: none) is used up. What is there is taken in any case.
        """
        give_up = None if seconds is None else time.monotonic() + seconds
        while self._deadline is None:
            if self._ready(sock, event, None if give_up is None else give_up - time.monotonic()):
                return
            if give_up is not None and time.monotonic() >= give_up:
                raise TimeoutError
        left = 0.0 if endless else max(0.0, self._deadline - time.monotonic())
        with selectors.DefaultSelector() as selector:
            _register(selector, sock, event)
            if not selector.select(left):
                raise Stopped

    def _ready(self, sock: socket.socket | None, event: int, seconds: float | None) -> bool:
        """Wait for the socket or for the announcement; True if the socket is ready."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._heard, READ)
            if sock is not None:
                _register(selector, sock, event)
            return any(key.fileobj is sock for key, _ in selector.select(seconds))


def _register(selector: selectors.BaseSelector, sock: socket.socket, event: int) -> None:
    """Raises `Stopped` for a socket that was closed meanwhile, by the other way through a relay."""
    try:
        selector.register(sock, event)
    except (ValueError, OSError):
        if sock.fileno() == -1:
            raise Stopped from None
        raise


class Connection:
    """A connected stream socket of a scripted party named `lane`, talking with `other`."""

    def __init__(self, sock: socket.socket, lane: str, other: str, transcript: Transcript, ending: Ending) -> None:
        sock.setblocking(False)
        if sock.family in (socket.AF_INET, socket.AF_INET6) and sock.type == socket.SOCK_STREAM:
            # Without this the system may hold back small pieces, and a trickle would arrive as one segment.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.lane = lane
        self.other = other
        self.transcript = transcript
        self.ending = ending
        self.has_seen_the_end = False
        self.ends_in_a_reset = False

    def send(self, data: bytes | memoryview, *, endless: bool = False) -> None:
        """Hand all of `data` to the system. Raises `ConnectionError` when the other side is gone."""
        view = memoryview(data)
        while view:
            view = view[self.put(view, lambda sent: self.note("sends", sent), endless=endless) :]

    def put(self, view: memoryview, record: Callable[[memoryview], None], *, endless: bool = False) -> int:
        """Hand over as much as the system takes at once, and `record` that; how many bytes it was.

        Nobody else can write down anything in between: who gets the bytes may answer before this thread goes on.
        """
        while True:
            self.ending.wait(self.sock, WRITE, endless=endless)
            with contextlib.suppress(BlockingIOError), self._watched(), self.transcript.lock:
                sent = self.sock.send(view)
                record(view[:sent])
                return sent

    def receive(self, most: int = 65536, *, endless: bool = False, seconds: float | None = None) -> bytes:
        """At least one and at most `most` bytes, or b"" at the end of the stream; `ConnectionError` on a reset.

        Raises `TimeoutError` if nothing comes for `seconds`.
        """
        data = self.take(most, endless=endless, seconds=seconds)
        if data:
            self.note("receives", data)
        elif not self.has_seen_the_end:
            self.has_seen_the_end = True
            self.note("sees the end")
        return data

    def take(self, most: int = 65536, *, endless: bool = False, seconds: float | None = None) -> bytes:
        """Like `receive`, but unrecorded."""
        while True:
            self.ending.wait(self.sock, READ, endless=endless, seconds=seconds)
            with contextlib.suppress(BlockingIOError), self._watched():
                data = self.sock.recv(most)
                if not data and self.ends_in_a_reset:  # of which the system has told already
                    raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
                return data

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Record a reset; a socket that the other way of a relay has closed is one whose script is over."""
        try:
            yield
        except ConnectionError:
            self.note("sees a reset")
            raise
        except OSError:
            if self.sock.fileno() == -1:
                raise Stopped from None
            raise

    def pause(self, seconds: float) -> None:
        """Do nothing for `seconds`; raises `Stopped` when the block ends first."""
        self.ending.pause(seconds)

    def pause_unless_over(self, seconds: float) -> None:
        """Do nothing for `seconds`, or less if the block ends: what already came is still to be read."""
        with contextlib.suppress(Stopped):
            self.ending.pause(seconds)

    def half_close(self) -> None:
        """Send FIN: nothing more will come from this side (shutdown(2), SHUT_WR)."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:  # already closed or reset by the other side: nothing left to tell it
            return
        self.note("half-closes")

    def reset(self) -> None:
        """Abort: with a linger time of 0, close(2) sends RST instead of FIN (socket(7), SO_LINGER)."""
        if self.sock.fileno() == -1:
            return
        self.note("resets")  # first: who is reset may act on it before this thread goes on
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self) -> None:
        """End in good order: FIN, then take what still comes, then close.

        Closing while unread bytes wait would send a reset instead (RFC 1122, section 4.2.2.13), and that reset could
        overtake our last bytes in the reader's hands.
        """
        if self.sock.fileno() == -1:
            return
        self.half_close()
        try:
            while self.receive(endless=True):
                pass
        except (ConnectionError, Stopped):
            pass
        self.sock.close()

    def note(self, kind: str, data: bytes | memoryview = b"", text: str = "") -> None:
        """Record what this party did or saw."""
        size = len(data)
        self.transcript.add(self.lane, kind, to=self.other, data=bytes(data[:KEPT]), size=size, text=text)
