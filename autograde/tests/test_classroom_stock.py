"""Stock nbgrader in the course's folder: its own commands work, and give the marks that `grade` gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograde.classroom import stock
from autograde.classroom.course import Course
from autograde.classroom.grade import grade_section
from autograde.classroom.known import DROPS_ASSERTS, PATCHES_BUILTINS, PRINTS_TO_STDERR
from autograde.classroom.record import database
from autograde.classroom.release import write_release
from autograde.tests.tiny_course import NEGATIVE, hand_in, make_tiny_course

SECTION = "1-fundamentals"
RIGHT = "def double(n):\n    return n + n\n"
STUB = "def double(n):\n    raise NotImplementedError()\n"
HANGS = "def double(n):\n    while True:\n        pass\n"

Marks = dict[tuple[str, str, str], float]


def nbgrader(course: Course, *words: str) -> str:
    """What the command prints. Run as a person would, in the course's folder."""
    path = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    # As in the environment that the first call makes, where the package is installed.
    package = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words], cwd=course.root, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PATH": path, "PYTHONPATH": package, "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def gradebook(course: Course) -> Marks:
    """All points in the gradebook: (student, notebook, cell) -> score."""
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course)) as book:
            return {
                (submission.student.id, notebook.name, grade.name): grade.score
                for submission in book.assignment_submissions(SECTION)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }


@pytest.fixture(scope="module")
def graded_by_nbgrader(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class that went all the way through nbgrader's own commands."""
    course = make_tiny_course(tmp_path_factory.mktemp("stock"))
    nbgrader(course, "generate_assignment", SECTION)
    hand_in(course, "right", "1.2", {"answer-double": RIGHT})
    hand_in(course, "part", "1.2", {"answer-double": NEGATIVE})
    hand_in(course, "noisy", "1.2", {"answer-double": PRINTS_TO_STDERR + RIGHT})
    hand_in(course, "stub", "1.2", {})
    hand_in(course, "patches", "1.2", {"answer-double": STUB + PATCHES_BUILTINS})
    hand_in(course, "drops", "1.2", {"answer-double": STUB + DROPS_ASSERTS})
    hand_in(course, "hangs", "1.2", {"answer-double": HANGS})
    hand_in(course, "broken", "1.2", {}).write_text("{")
    hand_in(course, "broken", "1.4", {"answer-last": "def last(text): return text[-1]"})
    nbgrader(course, "autograde", SECTION)
    return course


def test_the_release_is_the_same(graded_by_nbgrader: Course) -> None:
    """`nbgrader generate_assignment` writes the bytes that `check --release` writes."""
    assert [write_release(graded_by_nbgrader, exercise) for exercise in graded_by_nbgrader.exercises()] == [[], []]


def test_nbgrader_gives_what_an_answer_is_worth(graded_by_nbgrader: Course) -> None:
    """Under `nbgrader autograde`, too, tampering earns nothing, noise costs nothing, and a broken file stops nobody."""
    totals: dict[str, float] = {}
    for (student, _, _), score in gradebook(graded_by_nbgrader).items():
        totals[student] = totals.get(student, 0.0) + score
    assert totals == {
        "right": 5.0, "part": 4.0, "noisy": 5.0, "stub": 0.0, "patches": 0.0, "drops": 0.0, "hangs": 0.0, "broken": 2.0,
    }  # fmt: skip


def test_grade_gives_the_same_marks(graded_by_nbgrader: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Our own run over the same submissions changes no mark in the gradebook, and its rows say the same."""
    before = gradebook(graded_by_nbgrader)
    grade_section(SECTION, as_json=True, course=graded_by_nbgrader)
    rows = json.loads(capsys.readouterr().out)
    assert gradebook(graded_by_nbgrader) == before
    names = {exercise.id: exercise.name for exercise in graded_by_nbgrader.exercises()}
    assert {(row["student"], names[row["exercise"]], row["cell"]): row["points"] for row in rows} == before


def test_feedback_shows_the_story(graded_by_nbgrader: Course) -> None:
    """`nbgrader generate_feedback` makes pages that hold the tick tables and the stories of lost claims."""
    nbgrader(graded_by_nbgrader, "generate_feedback", SECTION)
    page = (graded_by_nbgrader.root / "feedback" / "part" / SECTION / "1.2-double.html").read_text("utf-8")
    assert "A negative number is doubled" in page and "sign went missing" in page


def test_validate_says_whether_an_exercise_is_solved(graded_by_nbgrader: Course) -> None:
    """`nbgrader validate` runs the visible checks in a kernel: the stub fails them, a right answer passes."""
    name = "1.2-double.ipynb"
    assert "VALIDATION FAILED" in nbgrader(graded_by_nbgrader, "validate", f"exercises/{SECTION}/{name}")
    assert "passes all the tests" in nbgrader(graded_by_nbgrader, "validate", f"submitted/right/{SECTION}/{name}")
