"""The measurements, in their order: the checks by themselves, stock nbgrader, this grader.

Every run of this grader is `grade` in a course in which nothing was graded yet, as an instructor calls it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograde.classroom.bench.compared import as_known, compared
from autograde.classroom.bench.floor import all_alone
from autograde.classroom.bench.machine import machine
from autograde.classroom.bench.made_up import Class, first_class
from autograde.classroom.bench.prices import prices
from autograde.classroom.bench.results import Results, Side
from autograde.classroom.bench.show import Stages
from autograde.classroom.bench.sides import Graded, grade_here, grade_with_stock
from autograde.classroom.bench.start import starting_costs
from autograde.classroom.course import Course
from autograde.classroom.gate import default_jobs


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: students of the first class, notebooks of other classes, and numbers of jobs."""

    students: int
    sizes: tuple[int, ...]
    jobs: tuple[int, ...]


PER_JOB = 4
"""Notebooks for each job in the class that it is measured with: in a small one all wait for the longest."""

WHOLE = Extent(4, (10, 100, 1000), tuple(sorted({1, 2, 4, 8, 16, default_jobs(), 2 * default_jobs()})))
QUICK = Extent(3, (100,), (4, default_jobs()))


def measured(course: Course, section: str, extent: Extent, seed: int, root: Path) -> Results:
    """Everything, in temporary courses below `root`. Raises `CourseError` or `meter.Failed`."""
    stages = Stages()
    with stages.stage("Making up a class"):
        first = first_class(course, section, extent.students, seed, root / "first")
    with stages.stage("What starting costs"):
        start, cost = starting_costs(), prices()
    with stages.stage("The checks by themselves", first.notebooks) as count:
        alone = all_alone(first, count)
    with stages.stage("Stock nbgrader", extent.students) as count:
        stock = grade_with_stock(first, root / "stock", count=count)
    jobs = [_solutions(first, one, root, stages) for one in extent.jobs]
    same = _graded(first, stages)
    classes = [first.another(root / f"of-{size}", students_for(size, first)) for size in extent.sizes]
    others = [_graded(made, stages) for made in classes]
    sizes = [_side(one) for one in others]
    marks = compared((others or [same])[-1], stock)
    return Results(machine(), seed, first.kinds, start, cost, alone, _side(stock), _side(same), sizes, jobs, marks)


def _graded(made: Class, stages: Stages) -> Graded:
    with stages.stage(f"This grader, {made.notebooks:,} notebooks", len(made.submissions)) as count:
        return grade_here(made, count=count)


def _solutions(first: Class, jobs: int, root: Path, stages: Stages) -> Side:
    """A class of solutions graded with so many jobs."""
    each = first.notebooks // len(first.submissions)
    made = first.solved(root / f"jobs-{jobs}", -(-PER_JOB * jobs // each))
    with stages.stage(f"This grader, --jobs {jobs}", len(made.submissions)) as count:
        return _side(grade_here(made, jobs=jobs, count=count), jobs)


def _side(graded: Graded, jobs: int | None = None) -> Side:
    made = graded.made
    return Side(len(made.submissions), made.notebooks, graded.spent, as_known(made, graded), jobs)


def students_for(size: int, first: Class) -> int:
    """How many hand in about `size` notebooks: a part of the first class, or a multiple of it."""
    whole = len(first.submissions)
    wanted = size * whole / first.notebooks
    return max(1, round(wanted)) if wanted < whole else whole * round(wanted / whole)
