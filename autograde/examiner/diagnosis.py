"""From the evidence of a failed claim to the misunderstanding that most likely caused it.

A short list of rules, each looking for one piece of evidence in the record or in the verdict; the first that holds
names the mistake. Only where none does, and the failure looks like one of behavior rather than of a broken program, the
claim's own guess (`likely`) is taken. A diagnosis is advice: it never changes a mark.
"""

from __future__ import annotations

import errno
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

from autograde.examiner.asserted import BACKWARDS, explain
from autograde.examiner.errors import Hang, NotCanceled, StudentFault, Untidy
from autograde.examiner.expectations import NotRaised
from autograde.wire.failures import Unmet
from autograde.wire.party import STUDENT
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


ENDLESS = {"W03", "W04", "W05", "W15", "W16", "W20", "W23", "beyond", "deadline"}
"""Mistakes that show as a call that does not end."""

ADDRESSES = re.compile(r"\(\w+, ?\w+\)|addr\b|address|accept\(|recvfrom\(|getpeername|getsockname")
"""What a line of code says that has to do with socket addresses: a pair to unpack, or what gives them."""

LISTENERS = re.compile(r"listen\w*\.(send|recv)")
"""A line of code that talks on a listening socket."""

AFTERWARDS = {"W08", "bad-line", "resume"}
"""Mistakes that show in what a function does after it has raised what it should."""

MISREAD = {"W11", "header length", "padding", "fragments", "no checksum"}
"""Mistakes in reading a structure: what is read at a wrong place, or backwards, is soon found to be impossible."""

MIXED = {"W19", "copy", "damage"}
"""Mistakes that show as bytes other than those that were sent."""

DAMAGE = {"newline", "spaces"}
"""Mistakes that show as other bytes than those that were to be passed on."""

MISUSED = {errno.EBADF, errno.EADDRINUSE, errno.ECONNREFUSED, errno.ENOTCONN, errno.EINVAL}
"""Errors that speak of how a socket was used, not of how the conversation went."""


def _fits_a_guess(evidence: Evidence) -> bool:
    """The failure is one of a conversation, so that the claim's own guess may be right."""
    error = evidence.error
    if isinstance(error, OSError) and evidence.is_from_student:
        return error.errno not in MISUSED or evidence.likely == "refused"
    if evidence.is_from_student and isinstance(error, ValueError | struct.error) and evidence.likely in MISREAD:
        return True
    if evidence.is_from_student:
        return isinstance(error, EOFError | MemoryError | UnicodeError) or _is_about_http(error)
    if isinstance(error, Hang):
        return evidence.likely in ENDLESS
    if isinstance(error, Unmet):
        is_silent = evidence.got == b"" and not _is_a_server(evidence)  # the other side got nothing at all
        return is_silent or _is_damaged(evidence)
    if isinstance(error, StudentFault):
        return False
    if isinstance(error, NotRaised) and error.returned:
        return evidence.likely not in AFTERWARDS
    if isinstance(error, NotRaised):  # it raised something else, which is no answer
        return evidence.likely != "W06" and isinstance(error.__cause__, OSError | EOFError | MemoryError)
    if evidence.got is not None:
        return _is_a_beginning(evidence.got, evidence.wanted) or evidence.likely in MIXED
    if error.args:  # the check said in its own words what is wrong
        return True
    return evidence.has_returned_something and not _is_refuted(evidence)


def _is_about_http(error: BaseException) -> bool:
    """What http.client raises about an answer that is not as it should be."""
    return any(kind.__module__ == "http.client" for kind in type(error).__mro__)


def _is_refuted(evidence: Evidence) -> bool:
    """The values that were compared speak against the guess: a number read backwards, or a call that takes too long."""
    if not isinstance(evidence.error, AssertionError):
        return False
    return evidence.likely == "W03" or (evidence.likely == "W11" and BACKWARDS not in explain(evidence.error).problem)


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


def _listens_everywhere(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Untidy) and "listens on all interfaces" in str(evidence.error)


def _changed_the_process(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Untidy) and "changed" in str(evidence.error)


def _takes_an_address_for_a_pair(evidence: Evidence) -> bool:
    """It unpacked something longer than two, on a line that speaks of addresses."""
    unpacked = "too many values to unpack (expected 2" in str(evidence.error)
    return unpacked and bool(ADDRESSES.search(_line_of(evidence)))


def _imports_what_is_not_there(evidence: Evidence) -> bool:
    """Another program's module, or one that is no longer there."""
    is_foreign = isinstance(evidence.error, Untidy) and "not in the standard library" in str(evidence.error)
    return is_foreign or isinstance(evidence.error, ModuleNotFoundError)


def _swallowed_a_cancellation(evidence: Evidence) -> bool:
    return isinstance(evidence.error, NotCanceled) and "returned" in str(evidence.error)


def _never_ended_its_request(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Unmet) and evidence.error.end_is_missing and not _is_a_server(evidence)


def _left_a_client_waiting(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Unmet) and evidence.error.end_is_missing and _is_a_server(evidence)


def _talks_on_its_listener(evidence: Evidence) -> bool:
    broken = isinstance(evidence.error, OSError) and evidence.error.errno in (errno.EPIPE, errno.ENOTCONN)
    return broken and bool(LISTENERS.search(_line_of(evidence)))


def _closed_its_listener(evidence: Evidence) -> bool:
    closed = isinstance(evidence.error, OSError) and evidence.error.errno == errno.EBADF
    return closed and "accept(" in _line_of(evidence)


def _let_one_client_end_it(evidence: Evidence) -> bool:
    """What one client did flew out of a server."""
    is_theirs = isinstance(evidence.error, UnicodeError | EOFError | OSError)
    is_misuse = getattr(evidence.error, "errno", None) in MISUSED
    return evidence.is_from_student and is_theirs and not is_misuse and _is_a_server(evidence)


def _cannot_open_its_port_again(evidence: Evidence) -> bool:
    taken = isinstance(evidence.error, OSError) and evidence.error.errno == errno.EADDRINUSE
    return evidence.is_from_student and taken


def _keeps_what_it_wrote(evidence: Evidence) -> bool:
    """A conversation through file objects stands still."""
    return isinstance(evidence.error, Hang) and evidence.likely == "flush"


def _forgot_what_it_had_read(evidence: Evidence) -> bool:
    """It waits for commands that have come, and been read ahead, long ago."""
    return isinstance(evidence.error, Hang) and evidence.likely == "two files"


def _waits_with_a_part_unsent(evidence: Evidence) -> bool:
    """It went on to read, while the other side had only the beginning of an answer."""
    missed = [party.failure for party in evidence.transcript.parties if isinstance(party.failure, Unmet)]
    parts = [failure for failure in missed if failure.got and _is_a_beginning(failure.got, failure.wanted)]
    return isinstance(evidence.error, Hang) and evidence.likely == "W02" and bool(parts)


def _found_its_own_old_path(evidence: Evidence) -> bool:
    taken = isinstance(evidence.error, OSError) and evidence.error.errno == errno.EADDRINUSE
    return evidence.is_from_student and taken and evidence.likely == "stale"


def _is_a_server(evidence: Evidence) -> bool:
    """The other side was a scripted client."""
    return any(event.lane.startswith("client") for event in evidence.transcript)


def _line_of(evidence: Evidence) -> str:
    """The line of the answer cell that raised the error; "" if there is none."""
    lines = evidence.error.__examinee__.lines if evidence.is_from_student else ()  # type: ignore[attr-defined]
    return str(lines[-1][2]) if lines else ""


def _did_not_wait_its_turn(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Unmet) and evidence.error.is_early


def _reads_on_after_the_end(evidence: Evidence) -> bool:
    """The other side had ended its stream, and still the call went on. (It also ends it when the call is cut off.)"""
    at = {kind: [event.at for event in evidence.transcript if event.kind == kind] for kind in ("calls", "hangs")}
    if not (isinstance(evidence.error, Hang) and at["calls"] and at["hangs"]):
        return False
    half_way = (at["calls"][-1] + at["hangs"][-1]) / 2
    ends = [event for event in evidence.transcript if event.kind in ("half-closes", "closes")]
    ended = any(event.at < half_way for event in ends if event.lane != STUDENT)
    return ended and evidence.likely not in ENDLESS - {"W04"}


def _waits_without_a_limit(evidence: Evidence) -> bool:
    """The call hung, and for most of that time nothing came that could have started a timeout anew."""
    events = list(evidence.transcript)
    hangs = [event.at for event in events if event.kind == "hangs"]
    calls = [event.at for event in events if event.kind == "calls"]
    if not (isinstance(evidence.error, Hang) and evidence.likely in ("W05", "kinds", "forever") and hangs and calls):
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


def _forgot_the_line_end(evidence: Evidence) -> bool:
    missing = (evidence.wanted or b"")[len(evidence.got or b"") :]
    return bool(evidence.got) and _is_a_beginning(evidence.got, evidence.wanted) and missing in (b"\n", b"\r\n")


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
    ("W07", _listens_everywhere),
    ("W21", _changed_the_process),
    ("W25", _imports_what_is_not_there),
    ("sockaddr", _takes_an_address_for_a_pair),
    ("W24", _swallowed_a_cancellation),
    ("listening", _talks_on_its_listener),
    ("last guest", _closed_its_listener),
    ("stale", _found_its_own_old_path),
    ("reuse", _cannot_open_its_port_again),
    ("one for all", _let_one_client_end_it),
    ("half-close", _never_ended_its_request),
    ("W08", _left_a_client_waiting),
    ("in turn", _did_not_wait_its_turn),
    ("flush", _keeps_what_it_wrote),
    ("two files", _forgot_what_it_had_read),
    ("W02", _waits_with_a_part_unsent),
    ("W04", _reads_on_after_the_end),
    ("forever", _waits_without_a_limit),
    ("W19", _believed_a_stranger),
    ("W11", _has_a_number_backwards),
    ("line end", _forgot_the_line_end),
    ("W02", _sent_only_a_part),
    ("W02", _skipped_a_part),
    ("W01", _got_only_a_part),
    ("W06", _swallowed_an_error),
]
