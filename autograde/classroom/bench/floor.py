"""The floor: what no grader that runs these checks can do without, and what this grader adds to it.

For one notebook the floor is the processor time of its checks, every cell run once: that of the process which runs the
cells, and of the processes with the answers, without what it takes to start any of them. For a class on so many
processors it is the larger of two times: all this processor time over the processors, and the longest notebook by
itself, whose waiting nobody can shorten.

It is measured in the sandbox of official grading (alone.py), a few notebooks at a time, so that most of each processor
stays idle. What failed is run again by this grader: that is no part of the floor, and is measured beside it.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass

import nbformat

from autograde.classroom import notebooks
from autograde.classroom.bench.alone import AGAIN, FIRST
from autograde.classroom.bench.made_up import Class, every_notebook
from autograde.classroom.bench.show import Count
from autograde.classroom.course import CourseError
from autograde.classroom.examiners import LocalExaminers, Task, examined
from autograde.classroom.gate import processors
from autograde.classroom.record import check_cells
from autograde.examiner.examine import CellVerdict, CheckCell, names_for
from autograde.examiner.seat import Answer

DEADLINE = 600.0
"""Seconds for all cells of a notebook together."""

AT_ONCE = 2
"""Notebooks for each processor. They wait for more than nine tenths of their time."""

ALL_CELLS = """\
import json
{imports}
from autograde import Score
from autograde.classroom.bench.alone import run_measured
score = Score(points=1)
with score("The checks are run"):
    measured = run_measured(json.loads({checks!r}))
print(json.dumps(measured))
score
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What running cells took, in seconds: by the clock, of the process with the checks, of those with the answers.

    `starting` is the time by the clock of starting `started` examinees; it is not in `wall`.
    """

    wall: float = 0.0
    runner: float = 0.0
    examinees: float = 0.0
    starting: float = 0.0
    started: float = 0.0

    @property
    def cpu(self) -> float:
        """Processor time."""
        return self.runner + self.examinees

    def plus(self, other: Run) -> Run:
        """Both, one after the other."""
        return Run(*map(operator.add, astuple(self), astuple(other)))


@dataclass(frozen=True, slots=True)
class Alone:
    """One notebook by itself: every cell once, what failed again, and the points of every graded cell."""

    once: Run
    again: Run
    points: dict[str, float | None]
    exercise: str = ""


def alone(checks: Sequence[CheckCell], answers: Sequence[Answer]) -> Alone:
    """Measure a notebook. Raises `CourseError` where that cannot be done."""
    return _told(examined(_measuring(checks, answers)), checks)


def all_alone(made: Class, count: Count) -> list[Alone]:
    """Every notebook of a class by itself. Raises `CourseError` where that cannot be done."""
    measured: list[Alone] = []
    with LocalExaminers(AT_ONCE * processors()) as examiners:
        waiting = []
        for _, exercise, known in every_notebook(made):
            checks = check_cells(made.record[exercise.name])
            answers = notebooks.answers(nbformat.reads(known.text, as_version=4))
            waiting.append((exercise, checks, examiners.submit(_measuring(checks, answers))))
        for exercise, checks, future in waiting:
            measured.append(_told(future.result(), checks, exercise.id))
            count(len(measured))
    return measured


def _measuring(checks: Sequence[CheckCell], answers: Sequence[Answer]) -> Task:
    names = names_for(checks)  # imported before anything is measured, as they are in grading
    source = ALL_CELLS.format(
        imports=f"from autograde import {', '.join(names)}" if names else "",
        checks=json.dumps([asdict(check) for check in checks]),
    )
    return Task((CheckCell("alone", source, 1.0),), tuple(answers), DEADLINE)


def _told(verdicts: Sequence[CellVerdict], checks: Sequence[CheckCell], exercise: str = "") -> Alone:
    (verdict,) = verdicts
    if verdict.outcome != "pass":
        where = f"The checks of {exercise}" if exercise else "The checks"
        raise CourseError(f"{where} cannot be measured:\n{verdict.trouble or verdict.rows}")
    found = json.loads("".join(one["text"] for one in verdict.outputs if one["output_type"] == "stream"))
    graded = {check.grade_id for check in checks if check.points is not None}
    points = {name: value for name, value in found["points"].items() if name in graded}
    return Alone(Run(**found[FIRST]), Run(**found[AGAIN]), points, exercise)


def floor(runs: Sequence[Run], seen: float, copies: float = 1.0) -> float:
    """Seconds that `copies` of a class take at least on this machine. `runs` are those of its notebooks by themselves.

    `seen`: see `own`.
    """
    work = copies * sum(own(run, seen) for run in runs)
    return max(work / processors(), max(run.wall for run in runs))


def own(run: Run, seen: float) -> float:
    """Processor time of the checks themselves: without `seen`, what is found in it of each start of an examinee."""
    return max(0.0, run.cpu - run.started * seen)
