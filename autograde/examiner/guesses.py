"""Whether a claim's own guess (`likely`) fits what was found. If anything speaks against it, it is not told: no hint is
better than one that leads astray.
"""

from __future__ import annotations

import errno
import re
import struct

from autograde.examiner.compared import BACKWARDS
from autograde.examiner.errors import Hang, StudentFault
from autograde.examiner.evidence import Evidence
from autograde.examiner.expectations import NotInTime, NotRaised
from autograde.wire.failures import Unmet

ENDLESS = {"W03", "W04", "W05", "W15", "W16", "W20", "W23", "beyond", "deadline"}
"""Mistakes that show as a call that does not end."""

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

WITHOUT_ERRORS = {"W01", "W08", "W16"}
"""Mistakes that no OSError shows."""

IN_TIME = {"W02", "W03", "W05", "W08", "W16", "flush"}
"""Mistakes that show in time, or in what the other side got and what is left open."""

NOT_IN_A_VALUE = IN_TIME | {"W06", "W12", "W13", "beyond", "does not fit", "short forms", "unchecked"}
"""Those, and mistakes that show where an exception is wanted: hardly in a value that is compared."""

ENTRIES: dict[str, set[str]] = {
    "W05": {"received"},
    "W19": {"foreign", "received"},
    "again": {"blocks"},
    "fragments": {"dont_fragment", "more_fragments", "fragment_offset", "transport"},
    "in turn": set(),
    "header length": {"header_length", "options", "payload", "transport"},
    "late": {"late"},
    "no checksum": {"checksum_ok"},
    "no times": {"rtt_ms"},
    "padding": {"payload", "total_length", "length"},
    "pseudo-header": {"checksum_ok"},
    "twice": {"duplicates"},
}
"""Entries of a dictionary of which one is wrong if the mistake was made."""


def fits(evidence: Evidence) -> bool:
    """The failure is one that the guess explains."""
    if not evidence.likely or evidence.found.is_other_type:
        return False
    error = evidence.error
    if evidence.is_from_student:
        return _explains_an_exception(evidence)
    if isinstance(error, Hang):
        return evidence.likely in ENDLESS and not (evidence.likely == "W03" and takes_single_bytes(evidence))
    if isinstance(error, Unmet):
        is_silent = evidence.got == b"" and not is_a_server(evidence)  # the other side got nothing at all
        return is_silent or _is_damaged(evidence)
    if isinstance(error, StudentFault):
        return False
    if isinstance(error, NotRaised):
        return _explains_what_was_not_raised(error, evidence)
    if isinstance(error, NotInTime):
        return evidence.likely != "W05" or waits_anew(error, evidence)
    if _is_about_something_else(evidence):
        return False
    if evidence.found.is_compared:
        return _explains_a_value(evidence)
    return bool(error.args) or evidence.has_returned_something  # the check said in its own words what is wrong


def _explains_an_exception(evidence: Evidence) -> bool:
    error = evidence.error
    if isinstance(error, OSError):
        return evidence.likely == "refused" or (error.errno not in MISUSED and evidence.likely not in WITHOUT_ERRORS)
    if isinstance(error, UnicodeError):
        return evidence.likely == "bad-line"
    if isinstance(error, ValueError | struct.error):
        return evidence.likely in MISREAD
    return isinstance(error, EOFError | MemoryError) or _is_about_http(error)


def _is_about_http(error: BaseException) -> bool:
    """What http.client raises about an answer that is not as it should be."""
    return any(kind.__module__ == "http.client" for kind in type(error).__mro__)


def _explains_what_was_not_raised(error: NotRaised, evidence: Evidence) -> bool:
    if not error.returned:  # it raised something else, which is no answer
        return evidence.likely != "W06" and isinstance(error.__cause__, OSError | EOFError | MemoryError)
    if evidence.likely == "W06":
        return turned_an_error_into_an_answer(error, evidence)
    returned_nothing = evidence.returned == "b''" and evidence.likely in {*IN_TIME, "W12", "W13", "beyond"}
    return not returned_nothing and evidence.likely not in AFTERWARDS | {"W05", "W16"}


def turned_an_error_into_an_answer(error: NotRaised, evidence: Evidence) -> bool:
    """There was an error that the answer can have caught, or an end of the stream that it can have passed over."""
    has_an_end = issubclass(error.kind, EOFError) or evidence.was_ended
    return error.returned and (has_an_end or evidence.catches_without_raising)


def _is_about_something_else(evidence: Evidence) -> bool:
    """Other entries are wrong than the guess is about, or a helper of the check looked at something else."""
    found, shown = evidence.found, ENTRIES.get(evidence.likely)
    return shown is not None and bool(found.entries or found.is_in_helper) and not found.entries & shown


def _explains_a_value(evidence: Evidence) -> bool:
    likely, found = evidence.likely, evidence.found
    if likely == "W16":
        return "processor" in found.problem
    if likely in NOT_IN_A_VALUE and not found.entries & ENTRIES.get(likely, set()):
        return False
    if found.got is not None:
        is_a_part = is_a_beginning(found.got, found.wanted) and (found.got != b"" or likely == "W10")
        return is_a_part or likely in MIXED
    return likely != "W11" or BACKWARDS in found.problem


def waits_anew(error: NotInTime, evidence: Evidence) -> bool:
    """A call that took too long waited once more for its whole timeout after the last bytes that came."""
    events = list(evidence.transcript)
    ends = [event.at for event in events if event.kind in ("returns", "raises")]
    came = [event.at for event in events if event.kind == "sends" and event.lane != "student"]
    came = [at for at in came if not ends or at <= ends[-1]]
    return not error.is_early and bool(ends and came) and error.may_be_one_wait(ends[-1] - came[-1])


def takes_single_bytes(evidence: Evidence) -> bool:
    """The answer asks for one byte a call."""
    return bool(re.search(r"\brecv\( *1 *\)", without_comments(evidence.source)))


def without_comments(source: str) -> str:
    """The text without what stands behind a # (which may also be in a literal: that does no harm here)."""
    return re.sub(r"#.*", "", source)


def _is_damaged(evidence: Evidence) -> bool:
    """Something else came, and not only another line end: the guess is about what damages what is passed on."""
    wanted, got = (data or b"" for data in (evidence.wanted, evidence.got))
    return evidence.likely in DAMAGE and wanted.rstrip(b"\r\n") != got.rstrip(b"\r\n")


def is_a_server(evidence: Evidence) -> bool:
    """The other side was a scripted client."""
    return any(event.lane.startswith("client") for event in evidence.transcript)


def is_a_beginning(got: bytes | None, wanted: bytes | None) -> bool:
    """Nothing is wrong with the bytes but that the rest is missing."""
    return got is not None and wanted is not None and got != wanted and wanted.startswith(got)
