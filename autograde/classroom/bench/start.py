"""What starting costs, with nothing to check: the examiner, an examinee and its first answer, a notebook.

Everything is measured through `examine`, so where the system allows it, in the sandbox of official grading.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from autograde.examiner import standby_process
from autograde.examiner.examine import CellVerdict, CheckCell, examine
from autograde.examiner.seat import Answer

EMPTY = """\
from autograde import Score
score = Score(points=1)
with score("Nothing is checked"):
    pass
score
"""

ONE_CALL = """\
from autograde import Score, submitted
score = Score(points=1)
with score("One call"):
    assert submitted("one")() == 1
score
"""

ONE = Answer("def one():\n    return 1\n")

EXAMINEES = """\
import json, time
from autograde import Score
from autograde.examiner.output import Output
from autograde.examiner.process import Examinee

score = Score(points=1)
with score("Every examinee answers"):
    times = []
    for _ in range({count}):
        began = time.perf_counter()
        examinee = Examinee(lambda *what: None, {{}}, Output())
        is_there = time.perf_counter()
        deadline = time.monotonic() + 30.0
        assert examinee.ask("cpu", deadline=deadline).ended_by(deadline) and examinee.is_alive
        has_answered = time.perf_counter()
        examinee.end()
        is_gone = time.perf_counter()
        times.append((is_there - began, has_answered - is_there, is_gone - has_answered))
print(json.dumps(times))
score
"""


@dataclass(frozen=True, slots=True)
class Spread:
    """A number of measurements, in seconds: their median, and the values below which 10 % and 90 % of them are."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of at least one value."""
        ordered = sorted(values)
        tenth = len(ordered) // 10
        return cls(median(ordered), ordered[tenth], ordered[-1 - tenth], len(ordered))


def starting_costs(*, examiners: int = 5, examinees: int = 200, notebooks: int = 100) -> dict[str, Spread]:
    """Each cost by its name, measured so many times. An examiner that stands by in this process is ended for it."""
    costs = {"the first examiner stands by": Spread.of([*_repeated(_first_examiner, examiners)])}
    (verdict,) = examine([CheckCell("examinees", EXAMINEES.format(count=examinees), 1.0)], [])
    starts, answers, ends = zip(*json.loads(_printed(verdict)), strict=True)
    costs["an examinee starts"] = Spread.of(starts)
    costs["an examinee answers"] = Spread.of(answers)
    costs["an examinee starts and answers"] = Spread.of([a + b for a, b in zip(starts, answers, strict=True)])
    costs["an examinee is ended"] = Spread.of(ends)
    costs["a notebook with an empty check"] = Spread.of([*_repeated(lambda: _examined(EMPTY), notebooks)])
    costs["a notebook with one call"] = Spread.of([*_repeated(lambda: _examined(ONE_CALL, ONE), notebooks)])
    return costs


def _repeated(measure: Callable[[], float], count: int) -> Iterator[float]:
    return (measure() for _ in range(count))


def _first_examiner() -> float:
    """Seconds until runners can be forked, from nothing."""
    standby_process.end_all()
    began = time.perf_counter()
    standby_process.why_no_sandbox()
    return time.perf_counter() - began


def _examined(source: str, *answers: Answer) -> float:
    """Seconds from the submission to its verdicts."""
    began = time.perf_counter()
    (verdict,) = examine([CheckCell("check", source, 1.0)], answers)
    took = time.perf_counter() - began
    _printed(verdict)
    return took


def _printed(verdict: CellVerdict) -> str:
    """What the cell printed. Raises `RuntimeError` when it did not pass, since then it took no time worth knowing."""
    if verdict.outcome != "pass":
        raise RuntimeError(f"The benchmark's own check did not pass: {verdict}")
    return "".join(output["text"] for output in verdict.outputs if output["output_type"] == "stream")
