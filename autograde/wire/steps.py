"""The steps of a scripted conversation: a small vocabulary that reads like a sentence.

    peer(expects(b"PING\\n", then_eof=True), trickles(b"PONG\\n"))

Each function returns a `Step`: what it will do, as a clause for the story, and how. Steps run one after another on one
stream connection, in the thread of the party they were given to. A party whose steps are done ends the connection in
good order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .codes import FAULTS
from .connection import Connection
from .failures import Stopped, Unmet
from .show import brief, count


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `clause` completes "the server …", `fault` is its code in the catalogue ("" for plain ones)."""

    clause: str
    run: Callable[[Connection], None]
    fault: str = ""

    def describe(self) -> str:
        """The clause, with the fault's code and name if it is one."""
        return f"{self.clause} ({self.fault}, {FAULTS[self.fault].name})" if self.fault else self.clause


def expects(data: bytes, *, then_eof: bool = False) -> Step:
    """Read exactly `data`; with `then_eof`, the end of the stream right after it.

    Fails (`Unmet`) at the first byte that differs, at an end or reset before all has come, and with `then_eof` at any
    further byte, or when no end comes for `END_WITHIN` seconds after the last byte. Without it, further bytes are left
    unread.
    """

    def run(connection: Connection) -> None:
        _read_exactly(connection, data)
        if then_eof and (extra := _read_extra(connection, data)):
            problem = f"after {count(len(data))} wanted the end of the stream, got {brief(extra)} more"
            raise Unmet(problem, wanted=data, got=data + extra)

    end = " and then the end of the stream" if then_eof else ""
    return Step(f"expects {brief(data)}{end}", run)


def sends(data: bytes) -> Step:
    """Hand `data` to the system in one go. TCP decides how it is cut into segments, and into what `recv` returns."""
    return Step(f"sends {brief(data)}", lambda connection: connection.send(data))


def trickles(data: bytes, *, pause: float = 0.001) -> Step:
    """F01: send `data` one byte at a time, `pause` seconds apart.

    Each byte leaves in a segment of its own (TCP_NODELAY); a reader that is slow to look may still find several at
    once. Where every `recv` must come back short, add the examinee's limit `recv_at_most`.
    """

    def run(connection: Connection) -> None:
        for i in range(len(data)):
            if i:
                connection.pause_unless_over(pause)
            connection.send(data[i : i + 1])

    return Step(f"sends {brief(data)} one byte at a time", run, "F01")


def drips(byte: bytes = b".", *, every: float) -> Step:
    """F07: send `byte` every `every` seconds until the other side is gone or the block ends."""

    def run(connection: Connection) -> None:
        while True:
            connection.send(byte, endless=True)
            connection.pause(every)

    return Step(f"sends {byte!r} every {every:g} s, for ever", run, "F07")


def floods(chunk: bytes = b"x" * 65536) -> Step:
    """F10: send `chunk` again and again until the other side is gone or the block ends."""

    def run(connection: Connection) -> None:
        while True:
            connection.send(chunk, endless=True)

    return Step("sends and sends, for ever", run, "F10")


def delays(seconds: float) -> Step:
    """Do nothing for `seconds`, then go on; a block that ends meanwhile ends the delay, not the script."""
    return Step(f"waits {seconds:g} s", lambda connection: connection.pause_unless_over(seconds))


def stalls() -> Step:
    """F06: say nothing more, but keep the connection open until the block ends."""

    def run(connection: Connection) -> None:
        connection.note("waits", text="says nothing more")
        connection.pause(1e6)

    return Step("says nothing more", run, "F06")


def half_closes() -> Step:
    """F19: tell the other side that nothing more will be sent (FIN); what it sends is still read."""
    return Step("stops sending (half-close)", Connection.half_close, "F19")


def closes() -> Step:
    """End the connection in good order: FIN, then read whatever still comes until the other side ends too."""
    return Step("closes the connection", Connection.close)


def resets() -> Step:
    """F04: abort the connection with RST.

    Bytes that were sent before stay readable on Linux; RFC 9293 (section 3.10.7.4) would let a system drop them. A
    reset right after the connection was made may find a client still inside `connect`, which then raises it.
    """
    return Step("aborts the connection (reset)", Connection.reset, "F04")


def cuts_off_after(n: int, data: bytes) -> Step:
    """F05: send only the first `n` bytes of `data`, then end the stream in good order."""

    def run(connection: Connection) -> None:
        connection.send(data[:n])
        connection.close()

    return Step(f"sends {n} of the {count(len(data))} of {brief(data)}, then ends the stream", run, "F05")


def reads_slowly(data: bytes, *, at_a_time: int = 16384, pause: float = 0.001) -> Step:
    """F08: like `expects(data)`, but at most `at_a_time` bytes every `pause` seconds.

    The system's buffers take in more than the reader has read; give the peer a small `receive_buffer` to bound that.
    """

    def run(connection: Connection) -> None:
        _read_exactly(connection, data, at_a_time, pause)

    return Step(f"reads {brief(data)} slowly", run, "F08")


def _read_exactly(connection: Connection, data: bytes, most: int = 1 << 20, pause: float = 0.0) -> None:
    """Read `data` and nothing more, in linear time; raises `Unmet` at the first sign that it will not come."""
    got, why = bytearray(), ""
    while len(got) < len(data) and not why:
        if pause and got:
            connection.pause_unless_over(pause)
        piece, why = _receive(connection, min(most, len(data) - len(got)))
        as_expected = data.startswith(piece, len(got))
        got += piece
        if not as_expected:
            raise Unmet(f"wanted {brief(data)}, got {brief(bytes(got))}", wanted=data, got=bytes(got))
    if why:
        so_far = f"{brief(bytes(got))}, then " if got else ""
        raise Unmet(f"wanted {brief(data)}, got {so_far}{why}", wanted=data, got=bytes(got))


def _read_extra(connection: Connection, data: bytes) -> bytes:
    """What comes instead of the end of the stream; b"" if the end is what comes."""
    extra, why = _receive(connection, 65536, END_WITHIN)
    if why not in ("", THE_END):
        problem = f"got {count(len(data))} as wanted, but then {why} instead of the end of the stream"
        raise Unmet(problem, end_is_missing=True)
    return extra


THE_END = "the end of the stream"

END_WITHIN = 1.5
"""Seconds from the last byte of a request to its end. Who has sent all has nothing else to do than to say so."""


def _receive(connection: Connection, most: int, seconds: float | None = None) -> tuple[bytes, str]:
    """The next bytes, or b"" and in words why there are none."""
    try:
        piece = connection.receive(most, seconds=seconds)
    except ConnectionError:
        return b"", "a reset"
    except TimeoutError:
        return b"", f"nothing for {seconds:g} s"
    except Stopped:
        return b"", "nothing more"
    return piece, "" if piece else THE_END


__all__ = [
    "Step", "closes", "cuts_off_after", "delays", "drips", "expects", "floods", "half_closes", "reads_slowly", "resets",
    "sends", "stalls", "trickles",
]  # fmt: skip
