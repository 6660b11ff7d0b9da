"""What comes from an examinee, checked: an answer with its value, or a note that a lent socket was closed or that a
function of the check (recorder.py) was called.

How long a call took is not taken from there: the student's code could have set the clocks. The time is that between
the request and its answer, by our clock, and the processor time by the system's for that process, if it has one.

The examinee may be hostile. Whatever is not exactly as examinee.py says raises here, and its process is ended for it;
what was opened on the way is closed again.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autograde.examiner.errors import ExamineeTraceback
from autograde.examiner.examinee.channel import Frame
from autograde.examiner.examinee.codec import decode
from autograde.examiner.examinee.portrait import restore
from autograde.examiner.loans import Loans
from autograde.examiner.recorder import recorder
from autograde.examiner.shapes import lines_from


@dataclass(frozen=True, slots=True)
class Record:
    """How a request went, and the seconds it took by the wall clock and by the processor.

    `cpu_so_far` is the processor time that the process had used when it answered. `numbers` are the keyword arguments
    of a call that were numbers, such as its timeout.
    """

    outcome: str
    value: Any = field(repr=False)
    seconds: float = 0.0
    cpu: float = 0.0
    cpu_so_far: float = 0.0
    numbers: Mapping[str, float] = field(default_factory=dict)


class Request:
    """Something that was asked. `ended` is set when there is a record, or a reason why there will be none."""

    def __init__(self, number: int, cpu_before: float | None) -> None:
        self.number = number
        self.asked = time.monotonic()
        self.cpu_before = cpu_before
        self.ended = threading.Event()
        self.record: Record | None = None

    def answered(self, record: Record, cpu_now: float | None) -> None:
        """It has ended with this record; the times are ours where we could take them."""
        seconds = time.monotonic() - self.asked
        if cpu_now is not None and self.cpu_before is not None:
            record = replace(record, cpu=cpu_now - self.cpu_before, cpu_so_far=cpu_now)
        self.record = replace(record, seconds=seconds)
        self.ended.set()

    def ended_by(self, deadline: float) -> bool:
        """Wait until it has ended, or until the deadline (time.monotonic)."""
        return self.ended.wait(max(0.0, deadline - time.monotonic()))


class Reader:
    """Reads the messages of one examinee. `wrap(handle, type name)` makes the stand-in of an object."""

    def __init__(
        self,
        loans: Loans,
        recorders: Mapping[int, recorder],
        made: dict[str, type[BaseException]],
        wrap: Callable[[int, str], Any],
    ) -> None:
        self.loans, self.recorders, self.made, self.wrap = loans, recorders, made, wrap

    def read(self, frame: Frame) -> tuple[int, Record] | None:
        """The number of a request and how it went; None for a note. Raises for what is neither."""
        opened: list[socket.socket] = []
        try:
            message = decode(frame.head, frame.tails, self._resolve_with(frame, opened))
            if message[0] == "closed":
                self.loans.closed_by_student(message[1])
                return None
            if message[0] == "called":
                _, number, arguments = message
                if opened:
                    raise ValueError("no plain data")
                self.recorders[number].note(arguments)
                return None
            number, outcome, value, cpu, cpu_so_far, timeouts = message
            if [type(each) for each in (number, outcome, cpu, cpu_so_far)] != [int, str, float, float]:
                raise ValueError("not an answer")
            if not all(map(math.isfinite, (cpu, cpu_so_far))) or not _is_outcome(outcome, value):
                raise ValueError("not an answer")
            self.loans.set_by_student(timeouts)
        except BaseException:
            for sock in opened:
                sock.close()
            raise
        finally:
            frame.close_unused()
        return number, Record(outcome, value, cpu=cpu, cpu_so_far=cpu_so_far)

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
        lines = tuple(lines_from(portrait[4]))
        told = [f"your line {number}:     {text.strip()}" for number, _, text in lines]
        text = "\n".join([*told, f"{type(error).__name__}: {error}".rstrip(": ")])
        BaseException.__setattr__(error, "__examinee__", ExamineeTraceback(lines, text))
        return error


def _is_outcome(outcome: str, value: Any) -> bool:
    if outcome == "raises":
        return isinstance(value, BaseException)
    if outcome in ("unspeakable", "not there"):
        return type(value) is str
    return outcome == "returns"
