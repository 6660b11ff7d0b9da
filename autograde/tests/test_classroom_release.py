"""The release: what students get is always the same bytes for the same source, and holds nothing hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograde.classroom import notebooks
from autograde.classroom.course import Course, CourseError
from autograde.classroom.release import fresh_release, write_release
from autograde.tests.tiny_course import make_tiny_course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course that nobody released yet."""
    return make_tiny_course(tmp_path)


def test_a_release_hides_solutions_and_hidden_claims(course: Course) -> None:
    """The students' notebook has the stub and the visible claims, and neither solution nor hidden part."""
    with fresh_release(course, course.find(["1.2"])[0]) as path:
        text = path.read_text("utf-8")
    assert "raise NotImplementedError()" in text and "Zero is doubled" in text
    for hidden in ("return 2 * n", "A negative number", "BEGIN", "END"):
        assert hidden not in text


def test_a_release_touches_neither_exercises_nor_gradebook(course: Course) -> None:
    """Looking at a fresh release leaves the course as it was."""
    before = sorted(course.root.rglob("*"))
    with fresh_release(course, course.find(["1.2"])[0]):
        pass
    assert sorted(course.root.rglob("*")) == before


def test_writing_a_release_twice_changes_nothing_the_second_time(course: Course) -> None:
    """The first writes the exercise, the second finds the same bytes."""
    exercise = course.find(["1.4"])[0]
    assert write_release(course, exercise) == [exercise.released]
    written = exercise.released.read_bytes()
    assert write_release(course, exercise) == []
    assert exercise.released.read_bytes() == written
    assert [path.name for path in (course.root / "exercises").rglob("*.*")] == ["1.4-two-cells.ipynb"]


def test_writing_a_release_tidies_its_source(course: Course) -> None:
    """What an editor leaves behind (outputs, counts, a kernel's version) goes, and nothing else does."""
    exercise = course.find(["1.2"])[0]
    clean = exercise.source.read_bytes()
    used = notebooks.read(exercise.source)
    used.cells[1].execution_count = 3
    used.metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    used.cells[2].metadata["scrolled"] = True
    exercise.source.write_text(notebooks.canonical(used))
    assert exercise.source.read_bytes() != clean
    assert exercise.source in write_release(course, exercise)
    assert exercise.source.read_bytes() == clean


def test_a_source_that_nbgrader_refuses_gets_a_sentence(course: Course) -> None:
    """The reason is nbgrader's own, the file is named, and nothing is written."""
    exercise = course.find(["1.2"])[0]
    exercise.source.write_text(exercise.source.read_text().replace("### END SOLUTION", "### THE END"))
    with pytest.raises(CourseError, match=r"nbgrader cannot release 1\.2-double: .*no end solution"):
        write_release(course, exercise)
    assert not exercise.released.exists()
