"""The same checks give the same marks under stock nbgrader, which runs each notebook's cells and knows no examiner."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograde.classroom.bench.made_up import Class, every_notebook
from autograde.classroom.bench.sides import grade_here, grade_with_stock
from autograde.classroom.course import Course, Exercise
from autograde.classroom.known import known_submissions
from autograde.classroom.record import ensure_recorded
from autograde.classroom.sample import copied_course

COURSE = Course.here()
SOME, FEW = "1.1", 3
"""Without `--everything`: the solution, the stub and one mistake of an exercise that hardly waits."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All exercises, or one."""
    everything = metafunc.config.getoption("everything")
    exercises = [one for one in COURSE.exercises() if everything or one.id == SOME]
    metafunc.parametrize("exercise", exercises, ids=lambda exercise: exercise.id)


def test_solution_stub_and_mistakes_get_the_same_marks(
    exercise: Exercise, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Each is one student's work, graded by stock nbgrader and by this grader: both give the marks known in advance."""
    usual = [one for one in known_submissions(COURSE, exercise) if one.kind.endswith(("solution", "stub", ".py"))]
    wanted = usual if request.config.getoption("everything") else usual[:FEW]
    (tmp_path / "source").mkdir()
    copy = copied_course(COURSE, exercise.section, tmp_path / "source")
    nobody = Class(copy, exercise.section, ensure_recorded(copy, exercise.section), {})
    made = nobody.another(tmp_path / "class", len(wanted), [{exercise: one} for one in wanted])
    for graded in (grade_with_stock(made, tmp_path / "stock"), grade_here(made)):
        got = {
            (known.kind, cell): graded.marks.get((student, exercise.id, cell))
            for student, _, known in every_notebook(made) for cell in known.points
        }  # fmt: skip
        assert got == {(known.kind, cell): points for known in wanted for cell, points in known.points.items()}
