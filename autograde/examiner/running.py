"""A call of the student's code: what is asked, and how it goes until it has returned, raised, died, or been cut off."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograde.examiner import shapes, spoken
from autograde.examiner.errors import Died, Hang, NotCanceled, NotThere, StudentFault, StudentLine, Unspeakable
from autograde.examiner.process import Examinee
from autograde.examiner.reader import Request
from autograde.wire.transcript import Transcript

if TYPE_CHECKING:
    from autograde.examiner.seat import Seat

ANSWER = 1.0
"""Seconds that a process may take to answer a question that its reader thread answers at once."""

DEADLINE = 10.0
"""Seconds that a call, or running the answer cell, may take unless the check says otherwise."""


@dataclass(frozen=True)
class Call:
    """One thing asked of the student's code: by which name, which operation on what, and until when.

    `text` is what the record says; "" for what is not worth an event. `examinee` is the process that holds the object
    in question; None for a name of the cell, which any process has.
    """

    name: str
    operation: str
    arguments: tuple[Any, ...]
    seconds: float = DEADLINE
    text: str = ""
    examinee: Examinee | None = None

    @property
    def subject(self) -> str:
        """The call as the subject of a sentence."""
        return self.name.capitalize() if " " in self.name else f"`{self.name}`"

    @property
    def numbers(self) -> dict[str, float]:
        """The keyword arguments of a call that are numbers."""
        keywords = self.arguments[-1] if self.arguments and isinstance(self.arguments[-1], dict) else {}
        return {name: value for name, value in keywords.items() if isinstance(value, int | float)}


class Running:
    """A call that is under way. `done` tells whether it has ended."""

    def __init__(
        self, seat: Seat, call: Call, examinee: Examinee, request: Request, transcript: Transcript, deadline: float
    ) -> None:
        self._seat, self._call, self._examinee, self._request = seat, call, examinee, request
        self._transcript, self._deadline = transcript, deadline
        self._noted = False

    @property
    def done(self) -> bool:
        """It has returned, raised, or died."""
        return self._request.ended.is_set()

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the result until the call's deadline, or for `timeout` seconds from now. Raises as the call does."""
        deadline = self._deadline if timeout is None else time.monotonic() + timeout
        seconds = self._call.seconds if timeout is None else timeout
        if self._request.ended_by(deadline):
            return self._outcome()
        is_alone = all(event.lane == "student" for event in self._transcript)  # who polls a socket is busy, and waits
        computes = is_alone and self._examinee.was_busy_since(self._request)
        lines = self._examinee.where(self._request)
        self._seat.note_hang(self._call, self._examinee, time.monotonic() - self._request.asked)
        ended = f"did not end within {seconds:g} s and was cut off{_place_of(lines, self._seat.answer.source)}"
        if self._call.text:
            self._transcript.add("student", "hangs", text=f"it {ended}")
        raise Hang(f"{self._call.subject} {ended}", lines, only_computes=computes)

    def cancel(self, seconds: float = 2.0) -> None:
        """F26: cancel the coroutine, as `asyncio.Task.cancel` does, and wait until it has ended with CancelledError.

        Raises `NotCanceled` if it is no coroutine, had ended already, or ends otherwise; `Hang` if it has not ended
        within `seconds`; and what it raises, if that is something else.
        """
        self._transcript.add("student", "notes", text=f"the check canceled {self._call.name}")
        deadline = time.monotonic() + seconds
        while not self._took_the_cancellation():
            if self._request.ended.wait(0.01) or time.monotonic() > deadline:  # it may not have begun to wait yet
                why = "it had already ended" if self.done else "it waits for no coroutine (`async def`, `await`)"
                raise NotCanceled(f"{self._call.subject} could not be canceled: {why}")
        try:
            value = self.result(seconds)
        except StudentFault as fault:
            if isinstance(fault.__cause__, asyncio.CancelledError):
                return
            raise
        raise NotCanceled(
            f"{self._call.subject} was canceled, and returned {spoken.value(value)} as if nothing had happened"
        )

    def _took_the_cancellation(self) -> bool:
        """It was canceled, or its process does not even answer that: then it will be found to hang."""
        deadline = time.monotonic() + ANSWER
        asked = self._examinee.ask("cancel", self._request.number, deadline=deadline)
        return not asked.ended_by(deadline) or asked.record is None or asked.record.value is True

    def _outcome(self) -> Any:
        record = self._request.record
        if record is None:
            raise self._dead()
        first, self._noted = not self._noted, True
        if first:
            self._seat.note_end(self._call, record)
        if record.outcome == "raises":
            raise self._raised(record.value, first)
        if record.outcome == "unspeakable":
            reason = shapes.cut(record.value)
            raise Unspeakable(f"{self._call.subject} returned something that cannot be looked at: {reason}")
        if record.outcome == "not there":
            raise NotThere(f"The answer cell does not define `{shapes.cut(record.value, 100)}`.")
        return self._returned(record.value, first)

    def _returned(self, value: Any, first: bool) -> Any:
        if not shapes.fits(self._call.operation, value):
            self._examinee.end(f"sent the examiner something that is no answer (to `{self._call.operation}`)")
            raise self._dead()
        if first and self._call.text:
            self._transcript.add("student", "returns", text=spoken.value(value))
        return value

    def _raised(self, error: BaseException, first: bool) -> BaseException:
        if first and self._call.text:
            self._transcript.add("student", "raises", text=f"{type(error).__name__}: {error}".rstrip(": "))
        if isinstance(error, Exception):
            return BaseException.with_traceback(error, None)  # the student's class may have one of its own
        fault = StudentFault(
            f"{self._call.subject} raised {type(error).__name__}, which would end the program that called it: "
            "raise an Exception, or return"
        )
        fault.__cause__ = error
        return fault

    def _dead(self) -> Died:
        if self._call.text:
            self._transcript.add("student", "notes", text=f"your code {self._examinee.death}")
        return Died(f"{self._call.subject} {self._examinee.death}")


def _place_of(lines: list[StudentLine], source: str) -> str:
    """Where a hanging call was, as the end of a sentence; "" if nobody knows."""
    if not lines:
        return ""
    number, _, text = lines[-1]
    cell = source.split("\n")
    text = text or (cell[number - 1] if 0 < number <= len(cell) else "")
    return f" on your line {number}: `{text.strip()}`"
