"""Verdicts that ask for a person, as nbgrader's own `autograde` and `grade` leave them: marks, notebook, feedback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode

from autograde.classroom import notebooks, stock
from autograde.classroom.course import Course
from autograde.classroom.grade import grade_section
from autograde.classroom.marks import OUTCOMES
from autograde.classroom.record import database
from autograde.examiner import host
from autograde.examiner.standby_process import why_no_sandbox
from autograde.tests.test_classroom_stock import nbgrader
from autograde.tests.tiny_course import DOUBLE_BASICS, SETUP, cell, double_notebook, hand_in, make_tiny_course, write

SECTION = "1-fundamentals"
RIGHT = "def double(n):\n    return n + n\n"

UNSTABLE = """\
double = submitted("double").within(3.0)
runs.append(1)
score = Score(points=2)
with score("Zero is doubled"):
    assert double(0) == 0
### BEGIN HIDDEN TESTS
with score("It is doubled in time"):
    assert double(3) - 5 * len(runs[:1]) + len(runs[1:]) * 5 == 6
### END HIDDEN TESTS
score
"""

BREAKS_LATER = """\
breakdowns.append(1)
score = Score(points=1)
with score("This check breaks when it is run again"):
    assert len(breakdowns) == 2 and nothing_like_that
score
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class of one, who was graded and given feedback by nbgrader's own commands."""
    course = make_tiny_course(tmp_path_factory.mktemp("unstable"))
    source = double_notebook()
    source.cells[1] = cell("setup", SETUP + "\nruns, breakdowns = [], []", locked=True)
    source.cells[3:5] = [
        cell("check-basics", DOUBLE_BASICS, points=3), cell("check-faults", UNSTABLE, points=2),
        cell("check-more", BREAKS_LATER, points=1),
    ]  # fmt: skip
    write(course.find(["1.2"])[0].source, source)
    nbgrader(course, "generate_assignment", SECTION)
    hand_in(course, "ann", "1.2", {"answer-double": RIGHT})
    nbgrader(course, "autograde", SECTION)
    nbgrader(course, "generate_feedback", SECTION)
    return course


def in_the_gradebook(course: Course) -> tuple[dict[str, tuple[float | None, bool]], str]:
    """Automatic points and manual-grade flag of every cell, and the comment."""
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course)) as book:
            notebook = book.find_submission_notebook("1.2-double", SECTION, "ann")
            grades = {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades}
            return grades, book.find_comment("answer-double", "1.2-double", SECTION, "ann").comment


def kept(course: Course) -> dict[str, NotebookNode]:
    """What the graded notebook says of each graded cell."""
    graded = notebooks.read(course.autograded / "ann" / SECTION / "1.2-double.ipynb")
    examined = [cell for cell in graded.cells if "loopback" in cell.metadata]
    return {notebooks.grading(cell)["grade_id"]: cell.metadata.loopback for cell in examined}


def test_the_gradebook_asks_for_a_person(course: Course) -> None:
    """Full points for now where a claim is unstable, none where the checks broke down; both are flagged, with words."""
    grades, comment = in_the_gradebook(course)
    assert grades == {"check-basics": (3.0, False), "check-faults": (2.0, True), "check-more": (None, True)}
    unstable, broken = comment.split("\n\n")
    assert "`check-faults`" in unstable and "held when the check was run again with the same data" in unstable
    assert "“It is doubled in time”" in unstable and "“Zero is doubled”" not in unstable
    assert "`check-more`" in broken and "fault of the course" in broken
    for note, name in ((unstable, "check-faults"), (broken, "check-more")):
        assert f"Runs: 2, seed: {kept(course)[name].seed}, time: " in note
        assert f"host: {host.described(is_sandboxed=not why_no_sandbox())}." in note
    assert f"LOOPBACK_SEED={kept(course)['check-faults'].seed}." in unstable


def test_the_graded_notebook_keeps_the_whole_verdict(course: Course) -> None:
    """With story, seed, runs, time and host; nothing hidden, and no path of this machine."""
    verdict = kept(course)["check-faults"]
    assert (verdict.outcome, verdict.points, verdict.max, verdict.tries) == ("unstable", 2.0, 2.0, 2)
    assert [row.outcome for row in verdict.rows] == ["pass", "unstable"]
    assert f"seed={verdict.seed})" in verdict.rows[1].story
    assert verdict.seconds > 0 and verdict.host == host.described(is_sandboxed=not why_no_sandbox())
    told = json.dumps(verdict)
    assert "what this check asks for" in told.lower() and "runs[" not in told
    assert str(course.root) not in told and str(Path.home()) + "/" not in told
    assert kept(course)["check-basics"].tries == 1


def test_feedback_marks_it_by_more_than_a_color(course: Course) -> None:
    """A sign of its own and a sentence; the story stands below, and nothing hidden is quoted."""
    page = (course.root / "feedback" / "ann" / SECTION / "1.2-double.html").read_text("utf-8")
    assert "◐" in page and "It counts as held until a person has looked at it" in page
    assert "2 of 2 points: 1 of 2 claims hold, 1 not always" in page
    assert "A person decides on the points of" in page
    assert "runs[" not in page


def test_grade_says_the_same(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Our own run leaves the same gradebook, and its rows and findings name what a person has to look at."""
    before, _ = in_the_gradebook(course)
    grade_section(SECTION, as_json=True, course=course)
    out, found = capsys.readouterr()
    rows: list[dict[str, Any]] = json.loads(out)
    assert [(row["points"], row["outcome"]) for row in rows if row["cell"] == "check-faults"] == [(2.0, "unstable")]
    assert {row["outcome"] for row in rows} <= OUTCOMES.keys()
    assert "ann: 1.2: what failed in `check-faults` held when it was run again; please look at it." in found
    assert in_the_gradebook(course)[0] == before
