"""Paths, sections and exercises of a course, and the sentences for names that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograde.classroom.course import Course, CourseError, known_section
from autograde.tests.tiny_course import make_tiny_course


def test_the_course_is_found_from_any_folder_in_it(tmp_path: Path) -> None:
    """Commands work from the root and from below it."""
    course = make_tiny_course(tmp_path)
    assert Course.here(tmp_path / "solutions" / "1-fundamentals") == Course.here(tmp_path) == course


def test_outside_a_course_a_sentence_says_where_to_go(tmp_path: Path) -> None:
    """A folder that belongs to no course is refused in plain words."""
    with pytest.raises(CourseError, match="Change to the folder that holds `solutions/`"):
        Course.here(tmp_path)


def test_exercises_are_found_by_id_name_and_section(tmp_path: Path) -> None:
    """Every way to name an exercise leads to the same one, and no name means all."""
    course = make_tiny_course(tmp_path)
    everything = course.find([])
    assert [exercise.id for exercise in everything] == ["1.2", "1.4"]
    assert course.find(["1.4"]) == course.find(["1.4-two-cells"]) == everything[1:]
    assert course.find(["1-fundamentals", "1.2"]) == course.find(["1"]) == everything


def test_ids_are_sorted_as_numbers(tmp_path: Path) -> None:
    """1.10 comes after 1.9."""
    course = make_tiny_course(tmp_path)
    for name in ("1.10-late", "1.9-early"):
        (tmp_path / "solutions" / "1-fundamentals" / f"{name}.ipynb").touch()
    assert [exercise.id for exercise in course.exercises()] == ["1.2", "1.4", "1.9", "1.10"]


def test_an_unknown_exercise_gets_the_list_of_ids(tmp_path: Path) -> None:
    """Whoever mistypes an id sees which there are."""
    with pytest.raises(CourseError, match=r"no exercise “1\.7”.*1\.2, 1\.4"):
        make_tiny_course(tmp_path).find(["1.7"])


def test_an_unknown_section_gets_the_list_of_sections() -> None:
    """Whoever mistypes a section sees which there are; a slash from the shell's completion is no mistake."""
    assert known_section("1-fundamentals/") == known_section("1") == "1-fundamentals"
    with pytest.raises(CourseError, match="0-primer, 1-fundamentals"):
        known_section("fundamentals")
