"""From the evidence of a failed claim to the misunderstanding that most likely caused it.

A short list of rules, each looking for one piece of evidence in the record or in the verdict; the first that holds
names the mistake. Only where none does, and the failure looks like one of behavior rather than of a broken program, the
claim's own guess (`likely`) is taken. A diagnosis is advice: it never changes a mark.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable

from autograde.examiner.errors import Hang, NotCanceled, StudentFault, Untidy
from autograde.examiner.evidence import Evidence
from autograde.examiner.expectations import NotRaised
from autograde.examiner.guesses import (
    ENDLESS,
    IN_TIME,
    MISUSED,
    fits,
    is_a_beginning,
    is_a_server,
    takes_single_bytes,
    turned_an_error_into_an_answer,
    without_comments,
)
from autograde.wire.failures import Unmet
from autograde.wire.party import STUDENT
from autograde.wire.show import first_difference


def diagnose(evidence: Evidence) -> str:
    """The code of the likely mistake (a key of `wire.codes.MISTAKES`), or "" when nothing points to one."""
    for code, holds in RULES:
        if holds(evidence):
            return code
    return evidence.likely if fits(evidence) else ""


ADDRESSES = re.compile(r"\(\w+, ?\w+\)|addr\b|address|accept\(|recvfrom\(|getpeername|getsockname")
"""What a line of code says that has to do with socket addresses: a pair to unpack, or what gives them."""

LISTENERS = re.compile(r"listen\w*\.(send|recv)")
"""A line of code that talks on a listening socket."""


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
    return isinstance(evidence.error, Unmet) and evidence.error.end_is_missing and not is_a_server(evidence)


def _left_a_client_waiting(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Unmet) and evidence.error.end_is_missing and is_a_server(evidence)


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
    return evidence.is_from_student and is_theirs and not is_misuse and is_a_server(evidence)


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
    parts = [failure for failure in missed if failure.got and is_a_beginning(failure.got, failure.wanted)]
    return isinstance(evidence.error, Hang) and evidence.likely == "W02" and bool(parts)


def _found_its_own_old_path(evidence: Evidence) -> bool:
    taken = isinstance(evidence.error, OSError) and evidence.error.errno == errno.EADDRINUSE
    return evidence.is_from_student and taken and evidence.likely == "stale"


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
    return bool(evidence.got) and is_a_beginning(evidence.got, evidence.wanted) and missing in (b"\n", b"\r\n")


def _sent_only_a_part(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Unmet) and bool(evidence.got) and is_a_beginning(evidence.got, evidence.wanted)


def _skipped_a_part(evidence: Evidence) -> bool:
    """What came instead of the next bytes are bytes from further on."""
    wanted, got = evidence.wanted, evidence.got
    if evidence.likely != "W02" or not wanted or not got:
        return False
    at = first_difference(wanted, got)
    return at < len(got) and got[at:] in wanted[at:]


def _got_only_a_part(evidence: Evidence) -> bool:
    returned = not isinstance(evidence.error, StudentFault | Unmet) and not evidence.is_from_student
    is_a_part = bool(evidence.got) and is_a_beginning(evidence.got, evidence.wanted)
    return returned and is_a_part and not evidence.likely


def _swallowed_an_error(evidence: Evidence) -> bool:
    """It returned instead of raising, and the claim's own guess is about something that does not show so."""
    error = evidence.error
    is_open = not evidence.likely or evidence.likely in IN_TIME
    return isinstance(error, NotRaised) and is_open and turned_an_error_into_an_answer(error, evidence)


READING_SIDE = re.compile(r"\bSHUT_RD(WR)?\b|\bshutdown\( *[02] *\)")
"""What ends the direction that one reads from."""


def _ended_its_own_reading_side(evidence: Evidence) -> bool:
    """It got nothing, though the other side had not ended, and the answer does shut down its reading side."""
    returned = not isinstance(evidence.error, StudentFault | Unmet) and not evidence.is_from_student
    is_empty = returned and evidence.returned == "b''" and evidence.had_not_ended
    return is_empty and bool(READING_SIDE.search(without_comments(evidence.source)))


def _asks_for_single_bytes(evidence: Evidence) -> bool:
    return isinstance(evidence.error, Hang) and evidence.likely == "W03" and takes_single_bytes(evidence)


STRIPS = re.compile(r"\.[lr]?strip\(\s*\)|\.splitlines\(")
"""What takes off, or takes for, more than a line end."""


def _takes_off_more_than_the_line_end(evidence: Evidence) -> bool:
    """A text came back damaged, and the answer uses what damages texts so."""
    is_about_text = evidence.likely == "newline" and not evidence.found.is_other_type
    is_damaged = evidence.found.is_compared or (isinstance(evidence.error, Unmet) and fits(evidence))
    return is_about_text and is_damaged and bool(STRIPS.search(without_comments(evidence.source)))


RULES: list[tuple[str, Callable[[Evidence], bool]]] = [
    ("unfinished", _is_unfinished),
    ("reading side", _ended_its_own_reading_side),
    ("byte by byte", _asks_for_single_bytes),
    ("stripped", _takes_off_more_than_the_line_end),
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
