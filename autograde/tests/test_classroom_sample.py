"""`grade --sample`: a class whose marks are known in advance, graded by the code that grades every class."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from autograde.classroom.course import Course, CourseError
from autograde.classroom.grade import grade_section
from autograde.classroom.known import Known
from autograde.classroom.sample import dealt, grade_sample
from autograde.tests.tiny_course import make_tiny_course

SECTION = "1-fundamentals"
KNOWN = [Known(kind, "", {}) for kind in ("solution", "stub", "a.py", "b.py", "c.py", "hangs", "drops assert")]


def kinds(size: int, seed: int) -> list[str]:
    """What is handed in by a class of that size."""
    return [known.kind for known in dealt(KNOWN, size, random.Random(seed))]


def test_every_kind_is_in_a_class_that_is_large_enough() -> None:
    """Three hold a solution, a stub and a mistake; seven hold everything there is."""
    for seed in range(20):
        assert {"solution", "stub"} < set(kinds(3, seed)) and any(kind.endswith(".py") for kind in kinds(3, seed))
        assert set(kinds(7, seed)) == {known.kind for known in KNOWN}
        assert len(kinds(1, seed)) == 1 and len(kinds(40, seed)) == 40


def test_the_same_seed_makes_the_same_class() -> None:
    """A class can be made again, and another seed makes another one."""
    assert kinds(12, 1) == kinds(12, 1)
    assert len({tuple(kinds(12, seed)) for seed in range(5)}) > 1


def test_all_marks_are_as_known_in_advance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole class, odd ones included, has the marks that are known of it; the course itself is untouched."""
    course = make_tiny_course(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert grade_section(SECTION, sample=9, seed=3, as_json=True, course=course) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["student"] for row in rows} == {f"sample-{count:02}" for count in range(1, 10)}
    assert all(row["points"] == row["known"] for row in rows)
    odd = {"hangs", "drops assert", "patches builtins", "prints to stderr", "broken file"}
    assert odd <= {row["kind"] for row in rows}
    assert sorted(tmp_path.rglob("*")) == before


def test_a_difference_is_shown_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When a mistake is not caught any more, its row has a cross and the command fails."""
    course = make_tiny_course(tmp_path)
    path = tmp_path / "solutions" / SECTION / "mistakes" / "1.4-wrong-end.py"
    path.write_text(path.read_text().replace("text[0]", "text[-1]"))
    code = grade_section(SECTION, sample=3, seed=0, course=course)
    shown = capsys.readouterr().out
    assert code == 1 and "✗" in shown and "1 of 9 marks are not as known in advance" in shown


def test_a_class_of_nobody_is_refused(tmp_path: Path) -> None:
    """A size below one is no class."""
    with pytest.raises(CourseError, match="at least one"):
        grade_sample(make_tiny_course(tmp_path), SECTION, 0, seed=1, as_json=False)


def test_a_section_without_exercises_has_no_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence, no traceback."""
    assert grade_section("2-clients", sample=3, course=Course(make_tiny_course(tmp_path).root)) == 1
    assert "no exercise in solutions/2-clients/" in capsys.readouterr().err
