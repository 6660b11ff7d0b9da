"""A function that a check hands to the student's code, and what that did with it.

    sleep, rng = recorder("sleep"), recorder("rng", returns=[0.25, 0.75])
    request_with_retry(url, base=0.1, sleep=sleep, rng=rng)
    assert sleep.calls == [(0.025,), (0.15,)]

The function itself is made in the examinee: it takes plain data, by position, and returns or raises what the check has
laid down, at once. That it was called, and with what, is told to the check before it returns, and stands in the story.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from autograde.examiner import spoken
from autograde.wire.transcript import Transcript, current

if TYPE_CHECKING:
    from autograde.examiner.process import Examinee

MOST = 100_000
"""Calls of one recorder that are taken note of; a process that makes more is ended."""

_numbers = itertools.count(1)


class recorder:
    """A function called `name` in stories. `calls` are the arguments of its calls so far, each a tuple.

    `returns` is what it returns: the next item of a list with each call, the last one for all later calls; or always
    the same value. An exception among them is raised instead.
    """

    def __init__(self, name: str, *, returns: Any = None) -> None:
        self.name = self._examinee_kind = name
        self.calls: list[tuple[Any, ...]] = []
        self._outcomes = list(returns) if isinstance(returns, list) else [returns]
        self._number = next(_numbers)
        self._transcript = Transcript()

    def __repr__(self) -> str:
        return self.name

    def __reference__(self, examinee: Examinee) -> tuple[str, Any]:
        """How it is passed as an argument: what is left of its outcomes goes with it."""
        self._transcript = current()
        examinee.recorders[self._number] = self
        left = self._outcomes[min(len(self.calls), len(self._outcomes) - 1) :]
        return "recorder", (self._number, self.name, left)

    def note(self, arguments: Any) -> None:
        """It was called. Raises `ValueError` for what an honest process does not tell."""
        if type(arguments) is not tuple or len(self.calls) >= MOST:
            raise ValueError("no call of a recorder")
        self.calls.append(arguments)
        self._transcript.add("student", "notes", text=f"your code called {spoken.call(self.name, arguments, {})}")


__all__ = ["recorder"]
