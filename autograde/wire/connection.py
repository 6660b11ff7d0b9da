"""One side of a stream connection in the hands of a script: every read and write is recorded, every wait can be ended.

Scripts run in a thread beside the student's call. They must neither outlive the block that uses them nor give up while
the student's bytes are still on their way, so each wait watches the socket and an `Ending` together: while the block
runs there is no limit; when it is over a wait goes on for the patience that was announced, and always takes what is
there.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import time

from .failures import Stopped
from .transcript import Transcript

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
            selector.register(sock, event)
            if not selector.select(left):
                raise Stopped

    def _ready(self, sock: socket.socket | None, event: int, seconds: float | None) -> bool:
        """Wait for the socket or for the announcement; True if the socket is ready."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._heard, READ)
            if sock is not None:
                selector.register(sock, event)
            return any(key.fileobj is sock for key, _ in selector.select(seconds))


class Connection:
    """A connected stream socket of a scripted party named `lane`, talking with `other`."""

    def __init__(self, sock: socket.socket, lane: str, other: str, transcript: Transcript, ending: Ending) -> None:
        sock.setblocking(False)
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            # Without this the system may hold back small pieces, and a trickle would arrive as one segment.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.lane = lane
        self.other = other
        self.transcript = transcript
        self.ending = ending
        self.has_seen_the_end = False

    def send(self, data: bytes | memoryview, *, endless: bool = False) -> None:
        """Hand all of `data` to the system. Raises `ConnectionError` when the other side is gone."""
        view = memoryview(data)
        while view:
            self.ending.wait(self.sock, WRITE, endless=endless)
            try:
                sent = self.sock.send(view)
            except BlockingIOError:
                continue
            except ConnectionError:
                self.note("sees a reset")
                raise
            self.note("sends", view[:sent])
            view = view[sent:]

    def receive(self, most: int = 65536, *, endless: bool = False, seconds: float | None = None) -> bytes:
        """At least one and at most `most` bytes, or b"" at the end of the stream; `ConnectionError` on a reset.

        Raises `TimeoutError` if nothing comes for `seconds`.
        """
        while True:
            self.ending.wait(self.sock, READ, endless=endless, seconds=seconds)
            try:
                data = self.sock.recv(most)
            except BlockingIOError:
                continue
            except ConnectionError:
                self.note("sees a reset")
                raise
            if data:
                self.note("receives", data)
            elif not self.has_seen_the_end:
                self.has_seen_the_end = True
                self.note("sees the end")
            return data

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
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
        self.note("resets")

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
        self.transcript.add(self.lane, kind, to=self.other, data=bytes(data[:4096]), size=size, text=text)
