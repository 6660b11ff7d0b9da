"""The reports of a runner, sealed: only who was given the key can write a line that is taken for one.

A student's process runs as the same user, so it may find the runner's pipe (proc(5): /proc/<pid>/fd) and write to it
whatever it likes. Each line therefore carries an HMAC (RFC 2104) over its number and its text; the key comes with the
plan. A line without the right one was written by somebody else and is as good as not there.
"""

from __future__ import annotations

import hmac
import json
from typing import Any

Report = dict[str, Any]


class Seal:
    """One end of the line of reports: the runner closes them, `examine` opens them, both counting from 0."""

    def __init__(self, key: str) -> None:
        self._key = key.encode("ascii")
        self._number = 0

    def close(self, report: Report) -> bytes:
        """The line of a report. A half character of a broken text becomes "?", for no file could store it."""
        text = json.dumps(report, ensure_ascii=False).encode("utf-8", "replace")
        line = self._mark(text) + b" " + text
        self._number += 1
        return b"\n" + line + b"\n"  # the first line end closes what somebody else may have begun

    def open(self, line: bytes) -> Report | None:
        """The report of a line; None for one that is forged, repeated, or damaged."""
        mark, _, text = line.rstrip(b"\n").partition(b" ")
        if not hmac.compare_digest(mark, self._mark(text)):
            return None
        self._number += 1
        return dict(json.loads(text))

    def _mark(self, text: bytes) -> bytes:
        return hmac.new(self._key, b"%d %b" % (self._number, text), "sha256").hexdigest().encode("ascii")
