"""From the evidence of a failed claim to the misunderstanding that most likely caused it.

A short list of rules, each looking for one piece of evidence in the record or in the verdict; the first that holds
names the mistake. Only where none does, and the failure looks like one of behavior rather than of a broken program, the
claim's own guess (`likely`) is taken. A diagnosis is advice: it never changes a mark.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass

from autograde.examiner.errors import Hang, NotCanceled, StudentFault, Untidy
from autograde.examiner.expectations import NotRaised
from autograde.wire.failures import Unmet
from autograde.wire.show import first_difference
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
    def has_returned_something(self) -> bool:
        """The last call returned, and not just None."""
        ends = [event for event in self.transcript if event.kind in ("returns", "raises", "hangs")]
        return bool(ends) and ends[-1].kind == "returns" and ends[-1].text != "None"

    @property
    def is_from_student(self) -> bool:
        """The error was raised by the student's own code."""
        return hasattr(self.error, "__examinee__")


def diagnose(evidence: Evidence) -> str:
    """The code of the likely mistake (a key of `wire.codes.MISTAKES`), or "" when nothing points to one."""
    for code, holds in RULES:
        if holds(evidence):
            return code
    return evidence.likely if _fits_a_guess(evidence) else ""


ENDLESS = {"W03", "W04", "W05", "W15", "W16", "W23"}
"""Mistakes that show as a call that does not end."""

AFTERWARDS = {"W08", "bad-line", "resume"}
"""Mistakes that show in what a function does after it has raised what it should."""

DAMAGE = {"newline", "spaces"}
"""Mistakes that show as other bytes than those that were to be passed on."""

MISUSED = {errno.EBADF, errno.EADDRINUSE, errno.ECONNREFUSED, errno.ENOTCONN, errno.EINVAL}
"""Errors that speak of how a socket was used, not of how the conversation went."""


def _fits_a_guess(evidence: Evidence) -> bool:
    """The failure is one of a conversation, so that the claim's own guess may be right."""
    error = evidence.error
    if isinstance(error, OSError) and evidence.is_from_student:
        return error.errno not in MISUSED
    if evidence.is_from_student:
        return isinstance(error, EOFError | MemoryError | UnicodeError)
    if isinstance(error, Hang):
        return evidence.likely in ENDLESS
    if isinstance(error, Unmet):
        return evidence.got == b"" or _is_damaged(evidence)  # b"": the other side got no answer at all
    if isinstance(error, StudentFault):
        return False
    if isinstance(error, NotRaised) and error.returned:
        return evidence.likely not in AFTERWARDS
    if isinstance(error, NotRaised):  # it raised something else, which is no answer
        return evidence.likely != "W06" and isinstance(error.__cause__, OSError | EOFError | MemoryError)
    if evidence.got is not None:
        return _is_a_beginning(evidence.got, evidence.wanted)
    return bool(error.args) or evidence.has_returned_something  # or the check said in its own words what is wrong


def _is_damaged(evidence: Evidence) -> bool:
    """Something else came, and not only another line end: the guess is about what damages what is passed on."""
    wanted, got = (data or b"" for data in (evidence.wanted, evidence.got))
    return evidence.likely in DAMAGE and wanted.rstrip(b"\r\n") != got.rstrip(b"\r\n")


def _is_unfinished(evidence: Evidence) -> bool:
    return evidence.is_from_student and isinstance(evidence.error, NotImplementedError)


def _cut_a_character(evidence: Evidence) -> bool:
    """Bytes that end in the middle of a character were decoded."""
    error = evidence.error if evidence.is_from_student else evidence.error.__cause__
    return isinstance(error, UnicodeDecodeError) and error.reason == "unexpected end of data"


def _is_untidy(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Untidy) and "left" in str(evidence.error)


def _swallowed_a_cancellation(evidence: Evidence) -> bool:
    return isinstance(evidence.error, NotCanceled) and "returned" in str(evidence.error)


def _never_ended_its_request(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Unmet) and evidence.error.end_is_missing and not _is_a_server(evidence)


def _left_a_client_waiting(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Unmet) and evidence.error.end_is_missing and _is_a_server(evidence)


def _keeps_what_it_wrote(evidence: Evidence) -> bool:
    """A conversation through file objects stands still."""
    return isinstance(evidence.error, Hang) and evidence.likely == "flush"


def _found_its_own_old_path(evidence: Evidence) -> bool:
    taken = isinstance(evidence.error, OSError) and evidence.error.errno == errno.EADDRINUSE
    return evidence.is_from_student and taken and evidence.likely == "stale"


def _is_a_server(evidence: Evidence) -> bool:
    """The other side was a scripted client."""
    return any(event.lane.startswith("client") for event in evidence.transcript)


def _reads_on_after_the_end(evidence: Evidence) -> bool:
    """The other side had ended its stream, and still the call went on."""
    ended = any(event.kind in ("half-closes", "closes") for event in evidence.transcript)
    return isinstance(evidence.error, Hang) and ended and evidence.likely not in ENDLESS - {"W04"}


def _waits_without_a_limit(evidence: Evidence) -> bool:
    """The call hung, and for most of that time nothing came that could have started a timeout anew."""
    events = list(evidence.transcript)
    hangs = [event.at for event in events if event.kind == "hangs"]
    calls = [event.at for event in events if event.kind == "calls"]
    if not (isinstance(evidence.error, Hang) and evidence.likely == "W05" and hangs and calls):
        return False
    came = [event.at for event in events if event.to == "student" and event.kind in ("sends", "resets", "half-closes")]
    return hangs[-1] - max([calls[-1], *came]) > (hangs[-1] - calls[-1]) / 2


def _has_a_number_backwards(evidence: Evidence) -> bool:
    """At the first difference, a number of 2, 4 or 8 bytes has its bytes in the opposite order."""
    wanted, got = evidence.wanted, evidence.got
    if not wanted or not got:
        return False
    at = first_difference(wanted, got)
    spans = [slice(start, start + width) for width in (2, 4, 8) for start in range(max(0, at - width + 1), at + 1)]
    return any(wanted[span] != got[span] == wanted[span][::-1] for span in spans)


def _believed_a_stranger(evidence: Evidence) -> bool:
    said = [event.data for event in evidence.transcript if event.lane == "stranger"]
    return bool(evidence.got) and evidence.got in said


def _sent_only_a_part(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Unmet) and bool(evidence.got) and _is_a_beginning(evidence.got, evidence.wanted)


def _skipped_a_part(evidence: Evidence) -> bool:
    """What came instead of the next bytes are bytes from further on."""
    wanted, got = evidence.wanted, evidence.got
    if evidence.likely != "W02" or not wanted or not got:
        return False
    at = first_difference(wanted, got)
    return at < len(got) and got[at:] in wanted[at:]


def _got_only_a_part(evidence: Evidence) -> bool:
    returned = not isinstance(evidence.error, StudentFault | Unmet) and not evidence.is_from_student
    is_a_part = bool(evidence.got) and _is_a_beginning(evidence.got, evidence.wanted)
    return returned and is_a_part and not evidence.likely


def _swallowed_an_error(evidence: Evidence) -> bool:
    return isinstance(evidence.error, NotRaised) and evidence.error.returned and not evidence.likely


def _is_a_beginning(got: bytes | None, wanted: bytes | None) -> bool:
    return got is not None and wanted is not None and got != wanted and wanted.startswith(got)


RULES: list[tuple[str, Callable[[Evidence], bool]]] = [
    ("unfinished", _is_unfinished),
    ("W09", _cut_a_character),
    ("W08", _is_untidy),
    ("W24", _swallowed_a_cancellation),
    ("stale", _found_its_own_old_path),
    ("half-close", _never_ended_its_request),
    ("W08", _left_a_client_waiting),
    ("flush", _keeps_what_it_wrote),
    ("W04", _reads_on_after_the_end),
    ("forever", _waits_without_a_limit),
    ("W19", _believed_a_stranger),
    ("W11", _has_a_number_backwards),
    ("W02", _sent_only_a_part),
    ("W02", _skipped_a_part),
    ("W01", _got_only_a_part),
    ("W06", _swallowed_an_error),
]
