"""From the evidence of a failed claim to the misunderstanding that most likely caused it.

A short list of rules, each looking for one piece of evidence in the record or in the verdict; the first that holds
names the mistake. Only where none does, and the failure looks like one of behavior rather than of a broken program, the
claim's own guess (`likely`) is taken. A diagnosis is advice: it never changes a mark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograde.examiner.errors import Hang, StudentFault, Untidy
from autograde.examiner.expectations import NotRaised
from autograde.wire.failures import Unmet
from autograde.wire.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a failed claim. `wanted` and `got` are the bytes that were compared, if any."""

    error: BaseException
    transcript: Transcript
    wanted: bytes | None = None
    got: bytes | None = None
    likely: str = ""

    @property
    def is_from_student(self) -> bool:
        """The error was raised by the student's own code."""
        return hasattr(self.error, "__examinee__")

    @property
    def came_too_late(self) -> bool:
        """The call was cut off, or gave up waiting."""
        return isinstance(self.error, Hang) or (self.is_from_student and isinstance(self.error, TimeoutError))


def diagnose(evidence: Evidence) -> str:
    """The code of the likely mistake (a key of `wire.codes.MISTAKES`), or "" when nothing points to one."""
    for code, holds in RULES:
        if holds(evidence):
            return code
    return evidence.likely if _is_behavior(evidence) else ""


ENDLESS = {"W03", "W04", "W05", "W15", "W16", "W23"}
"""Mistakes that show as a call that does not end."""


def _is_behavior(evidence: Evidence) -> bool:
    """The program ran and did the wrong thing, rather than breaking on a mistake in its text."""
    if evidence.is_from_student:
        return isinstance(evidence.error, OSError | EOFError | MemoryError)
    if isinstance(evidence.error, Hang):
        return evidence.likely in ENDLESS
    return not isinstance(evidence.error, StudentFault | Unmet)


def _is_unfinished(evidence: Evidence) -> bool:
    return evidence.is_from_student and isinstance(evidence.error, NotImplementedError)


def _is_untidy(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Untidy) and "left" in str(evidence.error)


def _never_ended_its_request(evidence: Evidence) -> bool:
    """The peer had got bytes and waited for the end while the call waited for the reply.

    The end shows up at last when the call gives up and closes; what tells is the silence before it.
    """
    if not evidence.came_too_late:
        return False
    events = list(evidence.transcript)
    said = [e for e in events if e.to == "student" and e.kind == "sends"]
    read = [e.at for e in events if e.kind == "receives" and e.to == "student"]
    ends = [e.at for e in events if e.kind == "sees the end"]
    call = [e.at for e in events if e.kind in ("calls", "raises", "hangs")]
    if not read or len(call) < 2 or any(e.at < (ends or call)[-1] for e in said):
        return False
    return not ends or ends[0] - read[-1] > (call[-1] - call[0]) / 2


def _sent_only_a_part(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Unmet) and _is_a_beginning(evidence.got, evidence.wanted)


def _got_only_a_part(evidence: Evidence) -> bool:
    returned = not isinstance(evidence.error, StudentFault | Unmet) and not evidence.is_from_student
    return returned and bool(evidence.got) and _is_a_beginning(evidence.got, evidence.wanted)


def _swallowed_an_error(evidence: Evidence) -> bool:
    return isinstance(evidence.error, NotRaised) and evidence.error.returned and not evidence.likely


def _is_a_beginning(got: bytes | None, wanted: bytes | None) -> bool:
    return got is not None and wanted is not None and got != wanted and wanted.startswith(got)


RULES: list[tuple[str, Callable[[Evidence], bool]]] = [
    ("unfinished", _is_unfinished),
    ("W08", _is_untidy),
    ("half-close", _never_ended_its_request),
    ("W02", _sent_only_a_part),
    ("W01", _got_only_a_part),
    ("W06", _swallowed_an_error),
]
