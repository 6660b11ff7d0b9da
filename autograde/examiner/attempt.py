"""Trying a check cell again: which claims that is done for, how, and what becomes of them.

A claim that failed is tried again, by running the cell again from its beginning: its claims share names and random
data. That is not done for failures that are settled, which cannot come from time, load or chance (`errors.is_settled`),
unless the cell has others. A claim that held is not doubted, or load in the second run would cost points that the
first had given.

A claim that fails in each run is a fail; one that holds in a later run is unstable; one whose later run breaks down, or
does not get that far, is our fault. The story is always that of the first run.

A later run finds what the first found: the names as they were, fresh processes, what was known of the answers (so
that what an earlier cell has shown to hang for good is not waited for again), and the same seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from autograde.examiner.examine import BROKEN_DOWN
from autograde.examiner.score import FAIL, INFRASTRUCTURE, PASS, UNSTABLE, Row, Score
from autograde.examiner.submitted import seats

TRIES = 2
"""How often a cell is run at most. Load that lasts meets every try, so more of them cost much and decide little."""

NOT_REACHED = "The cell was run again and did not come to this claim."


@dataclass(slots=True)
class Attempt:
    """What came of running a cell once. `trouble` is why the checks broke down; the score is then a part, or none."""

    score: Score | None = None
    trouble: str = ""
    printed: str = ""
    seconds: float = 0.0

    @property
    def rows(self) -> Sequence[Row]:
        """The claims that were tried."""
        return self.score.rows if self.score is not None else []

    @property
    def doubts(self) -> frozenset[str]:
        """The claims to be tried again; none where the checks broke, for a person has to look at that anyway."""
        failed = [row for row in self.rows if row.outcome == FAIL]
        has_broken = self.trouble or any(row.outcome == INFRASTRUCTURE for row in self.rows)
        if has_broken or all(row.is_settled for row in failed):
            return frozenset()
        return frozenset(row.claim for row in failed)

    def compare(self, again: Attempt) -> None:
        """Change the outcomes to those that this run and another one have together."""
        self.seconds += again.seconds
        if self.score is not None:
            self.score.rows = [_both(row, again) if row.outcome == FAIL else row for row in self.rows]


class Beginning:
    """How things stand before a cell is run, so that it can be run again from there."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._names = dict(namespace)
        for seat in seats():
            seat.turn_the_page()
        self._learned = {seat: seat.learned() for seat in seats()}

    @contextmanager
    def again(self) -> Iterator[None]:
        """A block that begins there. Its names are dropped: later cells get those that the first run made."""
        made = dict(self._namespace)
        self._put(self._names)
        for seat in seats():
            seat.start_over(self._learned.get(seat))
        try:
            yield
        finally:
            self._put(made)

    def _put(self, names: dict[str, Any]) -> None:
        """Into the same dictionary: it holds the globals of every function that a cell has defined."""
        self._namespace.clear()
        self._namespace.update(names)


def _both(row: Row, again: Attempt) -> Row:
    """A row that failed, after another run."""
    others = [other for other in again.rows if other.claim == row.claim]
    broken = next((other for other in others if other.outcome == INFRASTRUCTURE), None)
    if broken is not None:
        return broken
    if not others:
        return Row(row.claim, INFRASTRUCTURE, BROKEN_DOWN, trouble=again.trouble or NOT_REACHED)
    return replace(row, outcome=UNSTABLE) if all(other.outcome == PASS for other in others) else row
