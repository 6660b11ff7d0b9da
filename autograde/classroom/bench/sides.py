"""The two sides of the comparison: each grades the same class with one command, from a gradebook with the release.

Stock nbgrader runs each submission in a kernel of its own, with the same checks: they find `autograde` installed, and
the answer in the kernel. Its course is told nothing but the names of its folders.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from autograde.classroom.bench.made_up import Class
from autograde.classroom.bench.meter import Spent, metered
from autograde.classroom.bench.show import Count
from autograde.classroom.course import Course
from autograde.classroom.database import database, opened

CONFIGURATION = """\
c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "mistakes"]
"""

MARKS = """
SELECT student_id, notebook.name AS notebook, base_cell.name AS cell, grade.auto_score, grade.manual_score
FROM grade
JOIN base_cell ON base_cell.id = grade.cell_id
JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
JOIN notebook ON notebook.id = submitted_notebook.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
"""

Place = tuple[str, str, str]
"""Student, exercise id, graded cell."""

Marks = Mapping[Place, float | None]


@dataclass(frozen=True, slots=True)
class Graded:
    """A class graded by one side: what it took, the marks in its gradebook, and where its graded notebooks are.

    `outcomes` is what became of each cell, where the side tells; `trouble` the last error that it named.
    """

    made: Class
    spent: Spent
    marks: Marks
    course: Course
    outcomes: Mapping[Place, str]
    trouble: str


def grade_here(made: Class, *, jobs: int | None = None, count: Count = lambda done: None) -> Graded:
    """This grader. `count` is told every second how many students are done."""
    some = ["--jobs", str(jobs)] if jobs is not None else []
    spent, told, errors = _run(made.course, ["autograde", "grade", made.section, "--json", *some], count)
    outcomes = {(row["student"], row["exercise"], row["cell"]): row["outcome"] for row in json.loads(told)}
    return Graded(made, spent, marks_in(made.course), made.course, outcomes, _last_error(errors))


def grade_with_stock(made: Class, root: Path, *, count: Count = lambda done: None) -> Graded:
    """Stock nbgrader, in a course of its own at `root`, which is made. Only the grading is measured."""
    course = stock_course(made, root)
    spent, _, errors = _run(course, ["nbgrader", "autograde", made.section], count)
    return Graded(made, spent, marks_in(course), course, {}, _last_error(errors))


def _run(course: Course, words: list[str], count: Count) -> tuple[Spent, str, str]:
    """Either gives 1 where a person has to look at something."""
    command = [sys.executable, "-m", *words]
    done = course.autograded
    return metered(
        command, course.root, environment(), good=(0, 1),
        watch=lambda: count(len(list(done.iterdir())) if done.is_dir() else 0),
    )  # fmt: skip


def _last_error(printed: str) -> str:
    found = re.findall(r"^[\w.]*(?:Error|Exception|Died)\b.*", printed, re.MULTILINE)
    return found[-1] if found else ""


def stock_course(made: Class, root: Path) -> Course:
    """The same exercises and the same submissions for stock nbgrader, the release made by its own command."""
    shutil.copytree(made.course.root / "solutions", root / "solutions")
    (root / "nbgrader_config.py").write_text(CONFIGURATION, "utf-8")
    metered([sys.executable, "-m", "nbgrader", "generate_assignment", made.section], root, environment())
    shutil.copytree(made.course.submitted, root / "submitted")
    return Course(root)


def environment() -> dict[str, str]:
    """What commands of the course find: this environment's programs, and this package, which is installed there."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    package = str(Path(__file__).parents[3])
    return {**os.environ, "PATH": path, "PYTHONPATH": package, "PYTHONWARNINGS": "ignore"}


def marks_in(course: Course) -> Marks:
    """All marks in a gradebook, as nbgrader reads them: a manual score before an automatic one."""
    with opened(database(course)) as engine, engine.connect() as connection:
        rows = connection.execute(text(MARKS)).all()
    return {
        (row.student_id, row.notebook.partition("-")[0], row.cell):
            row.auto_score if row.manual_score is None else row.manual_score
        for row in rows
    }  # fmt: skip
