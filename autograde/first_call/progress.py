"""Progress on the way to the libraries that would draw it better: one line in a terminal, a line now and then in a log.

Everything goes to stderr, so that what a command prints stays what it is (`grade --json` may be the first call).
"""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType

BAR = 24
SELDOM = 5.0
"""Seconds between two lines in a log."""


def say(sentence: str) -> None:
    """Print one sentence for the user."""
    print(sentence, file=sys.stderr, flush=True)


class Progress:
    """How far the work on `total` packages is. A context manager, which wipes the line at the end."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.is_terminal = sys.stderr.isatty()
        self.last_line_at = float("-inf")

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def show(self, doing: str, done: int, what: str = "") -> None:
        """Say what is going on, how far it is, and `what` it is busy with; in a log only now and then."""
        done = min(done, self.total)
        text = f"{doing}: {done} of {self.total} {what}".rstrip()
        if self.is_terminal:
            filled = BAR * done // max(self.total, 1)
            line = f"[{'#' * filled}{'.' * (BAR - filled)}] {text}"
            print("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1], end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self.last_line_at >= SELDOM:
            self.last_line_at = time.monotonic()
            say(f"  {text}")
