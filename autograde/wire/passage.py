"""One way through a stream relay, and the steps that are for a relay only: those that let things through.

relay(server.address, to_student=[passes(upto=b"\\r\\n\\r\\n"), resets()])
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

from .connection import Connection
from .show import brief, count
from .steps import Step
from .transcript import KEPT


class Passage:
    """One way through a relay, on which steps run: they receive from `source` and send to `sink`."""

    def __init__(self, source: Connection, sink: Connection, stop_the_other_way: Callable[[], None]) -> None:
        self.source, self.sink = source, sink
        self.ended = False
        self._stop_the_other_way = stop_the_other_way
        self._pending = b""
        self.send, self.half_close, self.note = sink.send, sink.half_close, sink.note
        self.pause, self.pause_unless_over = sink.pause, sink.pause_unless_over

    def take(self, most: int = 65536) -> bytes:
        """The next bytes of the source, unrecorded; b"" at the end."""
        if self._pending:
            data, self._pending = self._pending[:most], self._pending[most:]
            return data
        data = self.source.take(most, endless=True)
        self.ended = not data
        return data

    def give_back(self, data: bytes) -> None:
        """These bytes were taken too early: the next `take` gets them."""
        self._pending = data + self._pending

    def receive(self, most: int = 65536, *, endless: bool = False, seconds: float | None = None) -> bytes:
        """The next bytes of the source, which go no further unless a step sends them."""
        if not self._pending:
            return self.source.receive(most, endless=endless, seconds=seconds)
        data = self.take(most)
        self.source.note("receives", data)
        return data

    def pass_on(self, data: bytes, text: str = "") -> None:
        """Send to the sink what came from the source: one event, since it went through as it was."""
        view = memoryview(data)
        while view:
            view = view[self.sink.put(view, lambda sent: self._record("sends", sent, text)) :]

    def _record(self, kind: str, data: bytes | memoryview = b"", text: str = "") -> None:
        source, sink = self.source, self.sink
        kept, size = bytes(data[:KEPT]), len(data)
        sink.transcript.add(source.other, kind, to=sink.other, via=sink.lane, data=kept, size=size, text=text)

    def pass_the_end_on(self) -> None:
        """The source will send nothing more, and the sink is told so."""
        self._record("half-closes")
        with contextlib.suppress(OSError):
            self.sink.sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """End the whole connection: in good order towards the sink, with a reset towards the source."""
        self._stop_the_other_way()
        self.source.reset()
        self.sink.close()

    def reset(self) -> None:
        """Abort the whole connection, on both sides."""
        self._stop_the_other_way()
        self.sink.reset()
        self.source.reset()


def passes(upto: int | bytes | None = None, *, at_a_time: int = 65536, pause: float = 0.0) -> Step:
    """Let through what comes: `upto` so many bytes, or up to and with the bytes `upto`, or everything.

    With `at_a_time=1` it comes out as a trickle (F01), with a `pause` (seconds) slowly (F08). Ends at the end of the
    stream, which is passed on when the script is done. Raises `ValueError` for a pattern of no bytes.
    """
    if upto == b"":
        raise ValueError("there is nothing to look for in b''")
    amount = "everything" if upto is None else count(upto) if isinstance(upto, int) else f"all up to {brief(upto)}"
    how = " one byte at a time" if at_a_time == 1 else f" {count(at_a_time)} at a time" if at_a_time < 65536 else ""
    fault = "F01" if at_a_time == 1 else "F08" if pause else ""

    def run(passage: Passage) -> None:
        for piece in _pieces(passage, upto, at_a_time):
            passage.pass_on(piece)
            if pause:
                passage.pause_unless_over(pause)

    return Step(f"passes {amount} on{how}", run, fault)


def passes_lines(change: Callable[[bytes], bytes]) -> Step:
    """Let everything through, line by line, each as `change` returns it (its line end included).

    For protocols that carry addresses, such as FTP: a relay must name itself where the server named its own port.
    """

    def run(passage: Passage) -> None:
        line = b""
        while data := passage.take():
            *lines, line = (line + data).split(b"\n")
            for each in lines:
                passage.pass_on(change(each + b"\n"))
        passage.pass_on(line)

    return Step("passes everything on, and puts its own address where the server names its own", run)


def _pieces(passage: Passage, upto: int | bytes | None, at_a_time: int) -> Iterator[bytes]:
    """What is to be passed, in pieces of at most `at_a_time` bytes."""
    left = upto if isinstance(upto, int) else None
    seen = b""
    while left != 0:
        piece = passage.take(min(at_a_time, 65536 if left is None else left))
        if not piece:
            return
        if left is not None:
            left -= len(piece)
        if isinstance(upto, bytes):
            seen = seen[-len(upto) + 1 :] if len(upto) > 1 else b""
            if (at := (seen + piece).find(upto)) >= 0:
                keep = at + len(upto) - len(seen)
                passage.give_back(piece[keep:])
                yield piece[:keep]
                return
            seen += piece
        yield piece


__all__ = ["Passage", "passes", "passes_lines"]
