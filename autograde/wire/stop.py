"""F26: the work is told to stop.

    with stop_signal() as stop:
        running = serve_threads.start(listener, handle, workers=4, stop=stop.socket)
        ...
        stop.now()

Servers that students write are given a socket that becomes readable when they are to end. Asyncio code is stopped or
canceled through its stand-in (`running.cancel()`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socket import socket as Socket
from socket import socketpair

from .transcript import Transcript, current


@dataclass(frozen=True, slots=True)
class StopSignal:
    """`socket` is for the student's code: it is readable from the moment of `now()` on."""

    socket: Socket
    _said: Socket
    _transcript: Transcript

    def now(self) -> None:
        """F26: tell it to stop. The byte is never taken back, so every look at the socket finds it."""
        self._transcript.add("client", "notes", text="the check tells your code to stop")
        self._said.send(b"!")


@contextmanager
def stop_signal() -> Iterator[StopSignal]:
    """F26: a fresh signal that has not been given yet."""
    heard, said = socketpair()
    with heard, said:
        yield StopSignal(heard, said, current())


__all__ = ["StopSignal", "stop_signal"]
