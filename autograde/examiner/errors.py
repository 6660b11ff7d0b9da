"""What can go wrong with the student's code, as exceptions that say what happened and what to do next.

`StudentFault` and its kinds cost the student points; they are `AssertionError`s, so a failed check reads the same
whether an assert or the bridge found the fault. `ExaminerError` is our own fault and never costs anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

StudentLine = tuple[int, str, str]
"""A line of the answer cell: its number, the function it is in, its text."""


@dataclass(frozen=True, slots=True)
class ExamineeTraceback:
    """The student's own part of a traceback: its lines from the outermost call to the innermost, and as text."""

    lines: tuple[StudentLine, ...]
    text: str


class ExaminerError(RuntimeError):
    """The examiner itself could not do its work; the student's code is not to blame."""


class StudentFault(AssertionError):
    """The student's code did something that no check allows."""


class NotThere(StudentFault):
    """The name is not defined, its cell was not run, or its cell is not valid Python."""


class Unspeakable(StudentFault):
    """The code returned something that cannot be carried out of its process."""


class Untidy(StudentFault):
    """The code left something behind. `findings` has one sentence part for each thing."""

    def __init__(self, message: str, findings: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class Died(StudentFault):
    """The examinee's process ended, or stopped making sense, in the middle of a call."""


class NotCanceled(StudentFault):
    """A coroutine was canceled and did not end with CancelledError."""


class Hang(StudentFault):
    """The call did not end in time. `lines` are the lines of the answer cell it was on, if they could be found out.

    `only_computes` says that there was nobody to wait for, and that it had a processor nearly all the time.
    """

    def __init__(self, message: str, lines: Sequence[StudentLine] = (), *, only_computes: bool = False) -> None:
        super().__init__(message)
        self.lines = tuple(lines)
        self.only_computes = only_computes


class GivenUp(Hang):
    """The call was not even made, because others have hung before."""


def is_settled(error: BaseException) -> bool:
    """Whether trying again is pointless: the failure cannot come from time, load or chance.

    So it is with a name that is not there, a cell that is no Python, a stub that nobody has filled in, a call that was
    given up, and one that has computed until it was cut off: no load has kept it from ending.
    """
    raised = error if hasattr(error, "__examinee__") else error.__cause__
    is_unfinished = isinstance(raised, NotImplementedError) and hasattr(raised, "__examinee__")
    is_endless = isinstance(error, Hang) and error.only_computes
    return isinstance(error, NotThere | GivenUp) or is_unfinished or is_endless
