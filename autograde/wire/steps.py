"""The plain steps of a scripted conversation: a small vocabulary that reads like a sentence.

    peer(expects(b"PING\\n", then_eof=True), sends(b"PONG\\n"))

Each function returns a `Step`: what it will do, as a clause for the story, and how. Steps run one after another on one
`Channel`, in the thread of the party they were given to. A party whose steps are done ends the connection in good
order. The steps that make trouble are in `stream_faults.py`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from .codes import FAULTS
from .failures import Stopped, Unmet
from .show import brief, count


class Channel(Protocol):
    """What steps run on: the side of a scripted party (`Connection`), or one way through a relay (`Passage`)."""

    def send(self, data: bytes | memoryview, *, endless: bool = False) -> None:
        """Hand all of `data` to the system. Raises `ConnectionError` when the other side is gone."""

    def receive(self, most: int = 65536, *, endless: bool = False, seconds: float | None = None) -> bytes:
        """The next 1 to `most` bytes, b"" at the end. Raises `ConnectionError`, and `TimeoutError` after `seconds`."""

    def half_close(self) -> None:
        """Say that nothing more will be sent."""

    def close(self) -> None:
        """End in good order."""

    def reset(self) -> None:
        """Abort."""

    def pause(self, seconds: float) -> None:
        """Do nothing for `seconds`. Raises `Stopped` when the block ends first."""

    def pause_unless_over(self, seconds: float) -> None:
        """Do nothing for `seconds`, or less if the block ends."""

    def note(self, kind: str, data: bytes | memoryview = b"", text: str = "") -> None:
        """Record what this party did or saw."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `clause` completes "the server …", `fault` is its code in the catalogue ("" for plain ones)."""

    clause: str
    run: Callable[[Any], None]
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

    def run(channel: Channel) -> None:
        read_exactly(channel, data)
        if then_eof and (extra := _read_extra(channel, data)):
            problem = f"after {count(len(data))} wanted the end of the stream, got {brief(extra)} more"
            raise Unmet(problem, wanted=data, got=data + extra)

    end = " and then the end of the stream" if then_eof else ""
    return Step(f"expects {brief(data)}{end}", run)


def reads_on() -> Step:
    """Read whatever comes, until the other side ends or is gone. For requests that may be broken off at any byte."""

    def run(channel: Channel) -> None:
        with contextlib.suppress(ConnectionError):
            while channel.receive(1 << 20, endless=True):
                pass

    return Step("reads whatever comes", run)


def sends(data: bytes) -> Step:
    """Hand `data` to the system in one go. TCP decides how it is cut into segments, and into what `recv` returns."""
    return Step(f"sends {brief(data)}", lambda channel: channel.send(data))


def delays(seconds: float) -> Step:
    """Do nothing for `seconds`, then go on; a block that ends meanwhile ends the delay, not the script."""
    return Step(f"waits {seconds:g} s", lambda channel: channel.pause_unless_over(seconds))


def closes() -> Step:
    """End the connection in good order: FIN, then read whatever still comes until the other side ends too."""
    return Step("closes the connection", lambda channel: channel.close())


def read_exactly(channel: Channel, data: bytes, most: int = 1 << 20, pause: float = 0.0) -> None:
    """Read `data` and nothing more, in linear time; raises `Unmet` at the first sign that it will not come."""
    got, why = bytearray(), ""
    while len(got) < len(data) and not why:
        if pause and got:
            channel.pause_unless_over(pause)
        piece, why = _receive(channel, min(most, len(data) - len(got)))
        as_expected = data.startswith(piece, len(got))
        got += piece
        if not as_expected:
            raise Unmet(f"wanted {brief(data)}, got {brief(bytes(got))}", wanted=data, got=bytes(got))
    if why:
        so_far = f"{brief(bytes(got))}, then " if got else ""
        is_cut_off = why in (THE_END, A_RESET)
        raise Unmet(f"wanted {brief(data)}, got {so_far}{why}", wanted=data, got=bytes(got), is_cut_off=is_cut_off)


def _read_extra(channel: Channel, data: bytes) -> bytes:
    """What comes instead of the end of the stream; b"" if the end is what comes."""
    extra, why = _receive(channel, 65536, END_WITHIN)
    if why not in ("", THE_END):
        problem = f"got {count(len(data))} as wanted, but then {why} instead of the end of the stream"
        raise Unmet(problem, end_is_missing=True)
    return extra


THE_END, A_RESET = "the end of the stream", "a reset"

END_WITHIN = 1.5
"""Seconds from the last byte of a request to its end. Who has sent all has nothing else to do than to say so."""


def _receive(channel: Channel, most: int, seconds: float | None = None) -> tuple[bytes, str]:
    """The next bytes, or b"" and in words why there are none."""
    try:
        piece = channel.receive(most, seconds=seconds)
    except ConnectionError:
        return b"", A_RESET
    except TimeoutError:
        return b"", f"nothing for {seconds:g} s"
    except Stopped:
        return b"", "nothing more"
    return piece, "" if piece else THE_END


__all__ = ["Channel", "Step", "closes", "delays", "expects", "reads_on", "sends"]
