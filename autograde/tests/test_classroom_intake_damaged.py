"""Damaged submissions, graded as one class in one run: each gets its verdict, and no other one feels it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from autograde.classroom import stock
from autograde.classroom.course import Course
from autograde.classroom.grade import grade_section
from autograde.classroom.record import database
from autograde.tests import damaged_cells, damaged_files, damaged_folders
from autograde.tests.damaged import DAMAGES, DOUBLE, FULL, GOOD_ANSWERS, TWO_CELLS, Damage
from autograde.tests.tiny_course import hand_in, make_tiny_course

SECTION = "1-fundamentals"

EVERY_THIRD = 3
"""After so many damaged submissions comes an undamaged one."""


@dataclass(frozen=True, slots=True)
class Graded:
    """The whole class: what became of it, and every file under `submitted/` before and after."""

    points: dict[tuple[str, str], float]
    outcomes: dict[tuple[str, str], set[str]]
    findings: dict[str, list[str]]
    flagged: set[tuple[str, str]]
    before: dict[str, str]
    after: dict[str, str]


def everything(folder: Path) -> dict[str, str]:
    """Every entry below a folder: its kind, where it leads, what is in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            found[str(path)] = os.readlink(path)
        elif stat.S_ISREG(mode):
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[str(path)] = oct(mode)
    return found


def number(one: Damage) -> str:
    """The student who hands in this damage."""
    return f"{DAMAGES.index(one):03}"


def student_of(course: Course, one: Damage) -> str:
    """The name of their folder: a damage may have changed it."""
    names = os.listdir(course.submitted)
    return next((name for name in names if name == f"{number(one)}-{one.name}"), "[o*d?] {0} <b>é'$(x)")


def make_class(course: Course) -> None:
    """Hand in everything."""
    for count, one in enumerate(DAMAGES):
        for name in one.notebooks:
            path = hand_in(course, f"{number(one)}-{one.name}", name, GOOD_ANSWERS[name])
        one.do(path.parent)
        if count % EVERY_THIRD == 0:
            for name, answers in GOOD_ANSWERS.items():
                hand_in(course, f"{number(one)}-classmate", name, answers)


def said_of(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Student and finding of every line that `grade` prints."""
    for line in lines:
        student, _, finding = line.partition(": ")
        yield student, finding


def flags(course: Course) -> set[tuple[str, str]]:
    """Student and notebook of every grade in the gradebook at which a person has to look."""
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course)) as book:
            return {
                (submission.student.id, notebook.name)
                for submission in book.assignment_submissions(SECTION)
                for notebook in submission.notebooks
                for grade in notebook.grades
                if grade.needs_manual_grade
            }


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Graded]:
    """The class, graded once."""
    course = make_tiny_course(tmp_path_factory.mktemp("damaged"))
    make_class(course)
    before = everything(course.submitted)
    out, errors = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        grade_section(SECTION, as_json=True, course=course)
    points: dict[tuple[str, str], float] = {}
    outcomes: dict[tuple[str, str], set[str]] = {}
    for row in json.loads(out.getvalue()):
        key = row["student"], {"1.2": DOUBLE, "1.4": TWO_CELLS}[row["exercise"]]
        points[key] = points.get(key, 0.0) + (-99.0 if row["points"] is None else row["points"])
        outcomes.setdefault(key, set()).add(row["outcome"])
    findings: dict[str, list[str]] = {}
    for student, finding in said_of(errors.getvalue().splitlines()):
        findings.setdefault(student, []).append(finding)
    return course, Graded(points, outcomes, findings, flags(course), before, everything(course.submitted))


@pytest.mark.parametrize("one", DAMAGES, ids=lambda one: one.name)
def test_a_damaged_submission_gets_what_is_left_of_it(graded: tuple[Course, Graded], one: Damage) -> None:
    """Points for what is undamaged, findings for what was repaired, and a flag where a person has to look."""
    course, result = graded
    student = student_of(course, one)
    earned = {name: result.points[student, name] for name in one.notebooks}
    assert earned == {name: 0.0 if name in one.missing else most for name, most in one.points.items()}
    assert [name for name in one.notebooks if result.outcomes[student, name] == {"missing"}] == list(one.missing)
    findings = result.findings.get(student, [])
    assert bool(findings) == bool(one.says), findings
    for words in one.says:
        assert words in "\n".join(findings)
    assert one.person == ("a person looks at this" in "\n".join(findings))
    assert one.person == any(flagged == student for flagged, _ in result.flagged)


def test_undamaged_classmates_lose_nothing(graded: tuple[Course, Graded]) -> None:
    """Between all of these, whoever handed in good work has all points, no finding and no flag."""
    course, result = graded
    mates = [name for name in os.listdir(course.submitted) if name.endswith("-classmate")]
    assert len(mates) == -(-len(DAMAGES) // EVERY_THIRD)
    for mate in mates:
        assert {name: result.points[mate, name] for name in FULL} == FULL
        assert mate not in result.findings and mate not in {student for student, _ in result.flagged}


def test_what_was_handed_in_stays_as_it_was(graded: tuple[Course, Graded]) -> None:
    """Byte for byte, and nothing is added."""
    _, result = graded
    assert result.after == result.before


def test_the_corpus_is_large(graded: tuple[Course, Graded]) -> None:
    """Every damage of the three files was handed in, under a name of its own."""
    assert len({one.name for one in DAMAGES}) == len(DAMAGES) > 80
    homes = {one.do.__module__ for one in DAMAGES}
    assert homes == {module.__name__ for module in (damaged_cells, damaged_files, damaged_folders)}
