"""What comes from an examinee, checked: an answer with its value, or a note that a lent socket was closed.

The examinee may be hostile. Whatever is not exactly as examinee.py says raises here, and its process is ended for it;
what was opened on the way is closed again.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograde.examiner.errors import ExamineeTraceback
from autograde.examiner.examinee.channel import Frame
from autograde.examiner.examinee.codec import decode
from autograde.examiner.examinee.portrait import restore
from autograde.examiner.loans import Loans

OUTCOMES = ("returns", "raises", "unspeakable", "not there")


@dataclass(frozen=True, slots=True)
class Record:
    """How a request went, and the seconds it took inside the examinee by the wall clock and by the processor."""

    outcome: str
    value: Any = field(repr=False)
    seconds: float = 0.0
    cpu: float = 0.0


class Request:
    """Something that was asked. `ended` is set when there is a record, or a reason why there will be none."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.ended = threading.Event()
        self.record: Record | None = None

    def ended_by(self, deadline: float) -> bool:
        """Wait until it has ended, or until the deadline (time.monotonic)."""
        return self.ended.wait(max(0.0, deadline - time.monotonic()))


class Reader:
    """Reads the messages of one examinee. `wrap(handle, type name)` makes the stand-in of an object."""

    def __init__(self, loans: Loans, made: dict[str, type[BaseException]], wrap: Callable[[int, str], Any]) -> None:
        self.loans, self.made, self.wrap = loans, made, wrap

    def read(self, frame: Frame) -> tuple[int, Record] | None:
        """The number of a request and how it went; None for a note. Raises for what is neither."""
        opened: list[socket.socket] = []
        try:
            message = decode(frame.head, frame.tails, self._resolve_with(frame, opened))
            if message[0] == "closed":
                self.loans.closed_by_student(message[1])
                return None
            number, outcome, value, seconds, cpu, timeouts = message
            if outcome not in OUTCOMES or [type(each) for each in (number, seconds, cpu)] != [int, float, float]:
                raise ValueError("not an answer")
            self.loans.set_by_student(timeouts)
        except BaseException:
            for sock in opened:
                sock.close()
            raise
        finally:
            frame.close_unused()
        return number, Record(outcome, value, seconds, cpu)

    def _resolve_with(self, frame: Frame, opened: list[socket.socket]) -> Callable[[str, Any], Any]:
        def resolve(kind: str, payload: Any) -> Any:
            if kind == "exception":
                return self._exception(payload)
            if kind == "lent":
                return self.loans.original(payload)
            if kind == "socket":
                opened.append(sock := socket.socket(fileno=frame.take_descriptor()))
                sock.settimeout(payload)
                return sock
            if kind != "handle" or type(payload[0]) is not int:
                raise ValueError("no such reference")
            return self.wrap(payload[0], str(payload[1])[:100])

        return resolve

    def _exception(self, portrait: Any) -> BaseException:
        error = restore(portrait, self.made)
        lines = tuple((int(number), str(function), str(text)) for number, function, text in portrait[4])
        told = [f"your line {number}:     {text.strip()}" for number, _, text in lines]
        text = "\n".join([*told, f"{type(error).__name__}: {error}".rstrip(": ")])
        error.__examinee__ = ExamineeTraceback(lines, text)  # type: ignore[attr-defined]
        return error
