"""What the benchmark has found out, and what follows from it: plain data, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from autograde.classroom.bench.compared import Compared
from autograde.classroom.bench.floor import Alone, floor, own
from autograde.classroom.bench.meter import Spent
from autograde.classroom.bench.prices import Prices
from autograde.classroom.bench.start import Spread


@dataclass(frozen=True, slots=True)
class Side:
    """One grading run of so many students and notebooks. `as_known`: every mark is the one known in advance."""

    students: int
    notebooks: int
    spent: Spent
    as_known: bool
    jobs: int | None = None

    @property
    def rate(self) -> float:
        """Notebooks in a second."""
        return self.notebooks / self.spent.wall


@dataclass(frozen=True, slots=True)
class Results:
    """One benchmark. `stock` and, here, `same` graded the first class; `sizes` are of the same mixture.

    `jobs` graded solutions only.
    """

    machine: str
    seed: int
    kinds: Mapping[str, int]
    start: Mapping[str, Spread]
    prices: Prices
    alone: list[Alone]
    stock: Side
    same: Side
    sizes: list[Side]
    jobs: list[Side]
    compared: Compared

    @property
    def here(self) -> Side:
        """This grader's run of the largest class."""
        return self.sizes[-1] if self.sizes else self.same

    @property
    def is_good(self) -> bool:
        """Whether all marks are equal, and as known in advance."""
        runs = (self.same, *self.sizes, *self.jobs)
        return not self.compared.differences and all(one.as_known for one in runs)

    @property
    def ratio(self) -> float:
        """Throughput against that of stock nbgrader, which grades one after another, so the same in any class."""
        return self.here.rate / self.stock.rate

    @property
    def ratio_of_first_class(self) -> float:
        """How many times faster the first class is graded: one so small that it waits for its longest notebook."""
        return self.same.rate / self.stock.rate

    @property
    def cpu_ratio(self) -> float | None:
        """How many times the processor time of this grader stock nbgrader needs for a notebook."""
        if self.here.spent.cpu is None or self.stock.spent.cpu is None:
            return None
        return (self.stock.spent.cpu / self.stock.notebooks) / (self.here.spent.cpu / self.here.notebooks)

    @property
    def memory_ratio(self) -> float:
        """How much more memory stock nbgrader has at its peak."""
        return self.stock.spent.memory / self.here.spent.memory

    def floor(self, side: Side) -> float:
        """Seconds that this run had to take at least."""
        return floor([one.once for one in self._of(side)], self.prices.seen, self._copies(side))

    def floor_with_second_runs(self, side: Side) -> float:
        """The same, were it unavoidable to run again what failed."""
        both = [one.once.plus(one.again) for one in self._of(side)]
        return floor(both, self.prices.seen, self._copies(side))

    def _of(self, side: Side) -> list[Alone]:
        """The notebooks of which the class is made: its own, or all of the first class."""
        return self.alone[: side.notebooks]

    def _copies(self, side: Side) -> float:
        return max(1.0, side.notebooks / len(self.alone))

    def where(self) -> dict[str, float]:
        """Processor time of this grader for a notebook of the largest class, in seconds, by what it is spent on."""
        prices, whole = self.prices, self.here.spent.cpu
        if whole is None or prices.examinee is None or prices.notebook is None:
            return {}
        count = len(self.alone)
        parts = {
            "the checks themselves, once": sum(own(one.once, prices.seen) for one in self.alone) / count,
            "examinees started for that": prices.examinee * sum(one.once.started for one in self.alone) / count,
            "the checks, what failed again": sum(own(one.again, prices.seen) for one in self.alone) / count,
            "examinees started for that again": prices.examinee * sum(one.again.started for one in self.alone) / count,
            "a runner and its sandbox": prices.notebook,
            "the command itself: intake, gradebook, files": self.here.spent.own / self.here.notebooks,
        }
        return {**parts, "all the rest": whole / self.here.notebooks - sum(parts.values())}

    def by_exercise(self) -> dict[str, dict[str, float]]:
        """What a notebook of each exercise takes by itself, on average: seconds, and examinees started."""
        told = {}
        for exercise in dict.fromkeys(one.exercise for one in self.alone):
            some = [one for one in self.alone if one.exercise == exercise]
            told[exercise] = {
                "wall": fmean(one.once.wall for one in some), "wall_again": fmean(one.again.wall for one in some),
                "cpu": fmean(own(one.once, self.prices.seen) for one in some),
                "cpu_again": fmean(own(one.again, self.prices.seen) for one in some),
                "started": fmean(one.once.started + one.again.started for one in some),
            }  # fmt: skip
        return told

    def as_json(self) -> dict[str, Any]:
        """One object; times are in seconds, sizes in bytes."""
        waiting = [one.once.wall for one in self.alone]
        return {
            "ratio": self.ratio, "ratio_of_first_class": self.ratio_of_first_class,
            "cpu_ratio": self.cpu_ratio, "memory_ratio": self.memory_ratio,
            "of_the_floor": self.here.spent.wall / self.floor(self.here),
            "of_the_floor_with_second_runs": self.here.spent.wall / self.floor_with_second_runs(self.here),
            "machine": self.machine, "seed": self.seed, "kinds": dict(self.kinds),
            "stock": _run(self.stock), "here": _run(self.here), "same": _run(self.same),
            "sizes": [{**_run(one), "floor": self.floor(one)} for one in self.sizes],
            "jobs": [_run(one) for one in self.jobs],
            "marks": asdict(self.compared),
            "floor": {
                "seconds": self.floor(self.here), "with_second_runs": self.floor_with_second_runs(self.here),
                "cpu_per_notebook": sum(own(one.once, self.prices.seen) for one in self.alone) / len(self.alone),
                "longest_notebook": max(waiting), "mean_notebook": sum(waiting) / len(waiting),
            },
            "cpu_per_notebook": self.where(), "exercises": self.by_exercise(), "prices": asdict(self.prices),
            "start": {name: asdict(spread) for name, spread in self.start.items()},
        }  # fmt: skip


def _run(side: Side) -> dict[str, Any]:
    return {**asdict(side), "rate": side.rate}
