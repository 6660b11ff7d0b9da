"""One run of one check cell: its seed, and which of its claims it is about.

All chance in a cell comes from one seed: that of every `Score` without a seed of its own, and of `random` itself. A
second run takes the seed of the first, so it tries the same scenario with the same data. It is about the claims that
failed: it tells no story, since that of the first run is kept, and ends when it has tried the last of them. In a
notebook there is no trial, and each `Score` draws a seed.
"""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

SEED_VARIABLE = "LOOPBACK_SEED"
"""Environment variable that gives all cells, and every `Score` without a seed of its own, this seed."""


def drawn_seed() -> int:
    """The seed that the environment asks for, or one by chance."""
    return int(os.environ.get(SEED_VARIABLE) or secrets.randbits(32))


class Enough(BaseException):
    """All claims that the run is about have been tried; `score` has them. The rest of the cell is not needed."""

    def __init__(self, score: object) -> None:
        super().__init__("every claim that failed has been tried again")
        self.score = score


@dataclass(frozen=True, slots=True)
class Trial:
    """The seed of a run, and the claims that it is about; a first run is about all, whatever they may be."""

    seed: int = field(default_factory=drawn_seed)
    again: frozenset[str] = frozenset()

    def is_done(self, tried: Iterable[str]) -> bool:
        """Whether no claim that has not been tried yet matters."""
        return bool(self.again) and self.again.issubset(tried)


_running: list[Trial] = []


@contextmanager
def trying(trial: Trial) -> Iterator[None]:
    """A block that is this run."""
    random.seed(trial.seed)
    _running.append(trial)
    try:
        yield
    finally:
        _running.remove(trial)


def current() -> Trial:
    """The run that is going on, or a new one where there is none."""
    return _running[-1] if _running else Trial()
