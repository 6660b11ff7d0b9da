"""The writer: what it leaves is what `nbgrader autograde` leaves, row for row and byte for byte."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from autograde.classroom import stock
from autograde.classroom.asked import Asked
from autograde.classroom.course import Course
from autograde.classroom.grade import grade_section
from autograde.classroom.known import PATCHES_BUILTINS, PRINTS_TO_STDERR
from autograde.classroom.record import database, ensure_recorded
from autograde.classroom.release import write_release
from autograde.tests.gradebooks import everything, graded_files, tables
from autograde.tests.test_classroom_stock import RIGHT, STUB, nbgrader
from autograde.tests.tiny_course import NEGATIVE, cell, hand_in, make_tiny_course, notebook, text, write

SECTION = "1-fundamentals"
HANGS = "import time\n\n\ndef double(n):\n    time.sleep(60)\n"  # always on the same line
LAST = {"answer-first": "def first(text): return text[0]", "answer-last": "def last(text): return text[-1]"}
SETTINGS = """
c.LateSubmissionPlugin.penalty_method = "zero"
c.LimitOutput.max_lines = 5
"""


def make_class(root: Path) -> Course:
    """A class with everything in it that the gradebook has a column for, not graded yet."""
    course = make_tiny_course(root)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(SETTINGS)
    section = root / "solutions" / SECTION
    (section / "data.txt").write_text("comes along")
    source = section / "1.4-two-cells.ipynb"
    source.write_text(source.read_text().replace('== \\"c\\"', "== nothing_like_that"))
    for exercise in course.exercises():
        write_release(course, exercise)
    ensure_recorded(course, SECTION)
    for student, answer in {"right": RIGHT, "part": NEGATIVE, "noisy": PRINTS_TO_STDERR * 9 + RIGHT}.items():
        hand_in(course, student, "1.2", {"answer-double": answer})
        hand_in(course, student, "1.4", LAST)
    hand_in(course, "stub", "1.2", {})
    hand_in(course, "patches", "1.2", {"answer-double": STUB + PATCHES_BUILTINS})
    hand_in(course, "hangs", "1.2", {"answer-double": HANGS}, cell("scratch", "1 / 0"))
    hand_in(course, "broken", "1.2", {}).write_text("{")
    path = hand_in(course, "renamed", "1.2", {"answer-double": RIGHT})
    path.rename(path.with_name("Copy of homework.ipynb"))
    write(path.with_name("notes.ipynb"), notebook(text("note", "Remember to hand in.")))
    for student, said in {"late": "2026-03-01 10:00:00 UTC", "early": "2026-02-01 10:00:00 +0100", "odd": "?"}.items():
        (hand_in(course, student, "1.2", {"answer-double": RIGHT}).parent / "timestamp.txt").write_text(said)
    (course.submitted / "empty" / SECTION).mkdir(parents=True)
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course), "loopback") as book:
            book.update_or_create_assignment(SECTION, duedate=datetime(2026, 2, 15))
    return course


def copy_of(course: Course, root: Path) -> Course:
    """The same course elsewhere."""
    shutil.copytree(course.root, root)
    return Course(root)


@pytest.fixture(scope="module")
def by_both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Course]:
    """The same class, graded by `nbgrader autograde`, and by our own run."""
    root = tmp_path_factory.mktemp("both")
    theirs = make_class(root)
    ours = copy_of(theirs, tmp_path_factory.mktemp("ours") / "course")
    nbgrader(theirs, "autograde", SECTION)
    grade_section(SECTION, course=ours)
    return theirs, ours


def same(theirs: Course, ours: Course) -> bool:
    """Compare, and name the first table or file that differs."""
    for name, rows in tables(database(theirs)).items():
        assert tables(database(ours))[name] == rows, name
    wanted, got = graded_files(theirs), graded_files(ours)
    assert sorted(got) == sorted(wanted)
    for name, content in wanted.items():
        assert got[name] == content, name
    return everything(theirs) == everything(ours)


def test_the_gradebook_and_the_notebooks_are_those_of_nbgrader(by_both: tuple[Course, Course]) -> None:
    """Points, flags, comments, times, penalties, files beside, permissions, and the bytes of every notebook."""
    theirs, ours = by_both
    assert same(theirs, ours)
    rows = tables(database(ours))
    assert {row["late_submission_penalty"] for row in rows["submitted_notebook"]} == {None, 5.0}
    assert {row["auto_score"] for row in rows["grade"]} > {None, 0.0, 1.0, 3.0}
    assert any("Intake: " in (row["auto_comment"] or "") for row in rows["comment"])


def test_a_regrade_keeps_what_people_have_entered(by_both: tuple[Course, Course], tmp_path: Path) -> None:
    """Manual points, extra credit and comments stay, as `nbgrader autograde --force` leaves them; the flag is set."""
    theirs, ours = (copy_of(one, tmp_path / name) for one, name in zip(by_both, ("theirs", "ours"), strict=True))
    for course in (theirs, ours):
        enter_by_hand(course)
        hand_in(course, "stub", "1.2", {"answer-double": RIGHT})
        (course.submitted / "part" / SECTION / "1.4-two-cells.ipynb").unlink()
    nbgrader(theirs, "autograde", SECTION, "--force")
    grade_section(SECTION, course=ours, asked=Asked(again=True))
    assert same(theirs, ours)
    grades: list[Any] = tables(database(ours))["grade"]
    assert [grade["needs_manual_grade"] for grade in grades if grade["manual_score"] is not None] == [True]


def enter_by_hand(course: Course) -> None:
    """What an instructor does in formgrader."""
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course), "loopback") as book:
            grade = book.find_grade("check-basics", "1.2-double", SECTION, "right")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.5, False
            book.find_comment("answer-double", "1.2-double", SECTION, "right").manual_comment = "Well done."
            book.grant_extension(SECTION, "late", days=30)
            book.db.commit()
