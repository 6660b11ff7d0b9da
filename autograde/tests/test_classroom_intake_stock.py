"""Stock nbgrader in front of hostile folders: its own commands take nothing but notebooks, and the run always ends."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograde.classroom.course import Course
from autograde.classroom.release import write_release
from autograde.tests.test_classroom_stock import gradebook, nbgrader
from autograde.tests.tiny_course import hand_in, make_tiny_course

SECTION = "1-fundamentals"
RIGHT = {"answer-double": "def double(n):\n    return n + n"}
TAKES_OVER = "open('TAKEN_OVER', 'w').close()\nraise SystemExit('taken over')\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class that `nbgrader autograde` and `nbgrader generate_feedback` went through."""
    course = make_tiny_course(tmp_path_factory.mktemp("stock"))
    (course.root / "secret.txt").write_text("the instructor's own")
    nbgrader(course, "generate_assignment", SECTION)
    for student in ("good", "files", "renamed", "pipe", "link", "[odd]", "time", "z-good"):
        hand_in(course, student, "1.2", RIGHT)

    def folder(student: str) -> Path:
        return course.submitted / student / SECTION

    for name in ("socket", "sitecustomize", "ipykernel_launcher", "autograde", "nbgrader_config", "operator"):
        (folder("files") / f"{name}.py").write_text(TAKES_OVER)
    (folder("files") / "link.txt").symlink_to(course.root / "secret.txt")
    (folder("files") / "folder").symlink_to(course.root)
    os.mkfifo(folder("files") / "data.txt")
    (folder("renamed") / "1.2-double.ipynb").rename(folder("renamed") / "Copy of homework.ipynb")
    (folder("pipe") / "1.2-double.ipynb").unlink()
    os.mkfifo(folder("pipe") / "1.2-double.ipynb")
    (folder("time") / "timestamp.txt").write_text("yesterday")
    folder("link").parent.rename(course.root / "elsewhere")
    (course.submitted / "link").symlink_to("../elsewhere")
    nbgrader(course, "autograde", SECTION)
    nbgrader(course, "generate_feedback", SECTION)
    return course


def test_every_student_gets_marks(graded: Course) -> None:
    """Full points for undamaged work, whatever lies around it; none for what cannot be opened."""
    totals: dict[str, float] = {}
    for (student, _, _), score in gradebook(graded).items():
        totals[student] = totals.get(student, 0.0) + (score or 0.0)
    full = dict.fromkeys(("good", "files", "renamed", "[odd]", "time", "z-good"), 5.0)
    assert totals == full | {"pipe": 0.0, "link": 0.0}


def test_nothing_but_notebooks_comes_along(graded: Course) -> None:
    """Neither `autograded/` nor `feedback/` holds a file or a link of a student, and none was run."""
    for place, ending in (("autograded", ".ipynb"), ("feedback", ".html")):
        found = [path for path in (graded.root / place).rglob("*") if not path.is_dir() or path.is_symlink()]
        assert found and {path.suffix for path in found} == {ending}
    assert not list(graded.root.rglob("TAKEN_OVER"))
    assert "the instructor's own" not in "".join(path.read_text() for path in graded.autograded.rglob("*.ipynb"))


def test_a_time_that_can_be_read_is_used_and_no_other(graded: Course) -> None:
    """A newer time of handing in makes `nbgrader autograde` grade again, as it always did."""
    path = hand_in(graded, "late", "1.2", {})
    (path.parent / "timestamp.txt").write_text("2026-01-02 03:04:05.000000 UTC")
    nbgrader(graded, "autograde", SECTION, "--student", "late")
    kept = graded.autograded / "late" / SECTION / "timestamp.txt"
    assert kept.read_text() == "2026-01-02 03:04:05 UTC"
    hand_in(graded, "late", "1.2", RIGHT)
    (path.parent / "timestamp.txt").write_text("2026-01-02 04:04:05 UTC")
    nbgrader(graded, "autograde", SECTION, "--student", "late")
    assert sum(score for (student, _, _), score in gradebook(graded).items() if student == "late") == 5.0
    kept.parent.joinpath("timestamp.txt").unlink()


def test_before_a_release_is_recorded_a_sentence_says_so(tmp_path: Path) -> None:
    """nbgrader stops before it has touched anything."""
    course = make_tiny_course(tmp_path)
    write_release(course, course.find(["1.2"])[0])
    path = hand_in(course, "ann", "1.2", RIGHT)
    (path.parent / "data.txt").write_text("mine")
    with pytest.raises(AssertionError, match=f"run nbgrader generate_assignment {SECTION} first"):
        nbgrader(course, "autograde", SECTION)
    assert not course.autograded.exists()
