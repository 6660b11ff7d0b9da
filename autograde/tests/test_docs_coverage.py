"""The table that says where each topic of the course's sources is taught and graded (autograde/docs/coverage.csv).

A row is a topic, program, question or exercise of a source; X rows are what the sources got wrong. A section that has a
folder in `course/` has to keep what the table promises of it; the others are plans.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

Row = dict[str, str]


def rows() -> list[Row]:
    """The table: source row, title, ids of lessons, ids of exercises (separated by spaces)."""
    with open(ROOT / "autograde/docs/coverage.csv", encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def ids_in(folder: str) -> set[str]:
    """Ids that the notebooks of a folder begin with."""
    return {path.name.partition("-")[0] for path in (ROOT / folder).glob("*/*.ipynb")}


def faults(table: Iterable[Row], lessons: set[str], exercises: set[str]) -> Iterator[str]:
    """Rows without a home, and homes that a section which is there does not have."""
    sections = {section_of(lesson) for lesson in lessons}
    for row in table:
        if not row["lessons"]:
            yield f"{row['row']} ({row['title']}) has no lesson"
        for kind, there in (("lessons", lessons), ("exercises", exercises)):
            for home in row[kind].split():
                if section_of(home) in sections and home not in there:
                    yield f"{row['row']} ({row['title']}) names {home} among its {kind}, which is not there"


def section_of(one: str) -> str:
    """`1` of `1.10`."""
    return one.partition(".")[0]


def test_the_table_is_whole() -> None:
    """400 rows of the sources, 42 of what surrounds them, 30 corrections: once each, with a title and in good form."""
    table = rows()
    assert len({row["row"] for row in table}) == len(table) == 472
    for row in table:
        assert 3 <= len(row["title"]) <= 90, row
        assert re.fullmatch(r"([0-5]\.\d+( |$))*", row["lessons"]), row
        assert re.fullmatch(r"([0-5]\.\d+( |$))*", row["exercises"]), row


def test_every_row_has_a_home_and_every_home_is_there() -> None:
    """Whoever takes away or renames a lesson or an exercise is told which topics have lost their home."""
    assert list(faults(rows(), ids_in("course"), ids_in("solutions"))) == []


@pytest.mark.parametrize(
    ("lessons", "exercises", "words"),
    [
        ("", "1.2", "B04 (a topic) has no lesson"),
        ("1.7", "", "names 1.7 among its lessons, which is not there"),
        ("1.2", "1.12", "names 1.12 among its exercises, which is not there"),
        ("2.1 1.9", "", "names 1.9 among its lessons"),
    ],
)
def test_a_lost_home_is_seen(lessons: str, exercises: str, words: str) -> None:
    """Homes in sections that are there are looked for, also beside homes that are only planned."""
    row = {"row": "B04", "title": "a topic", "lessons": lessons, "exercises": exercises}
    (fault,) = faults([row], {"1.1", "1.2"}, {"1.2"})
    assert words in fault


def test_a_plan_is_no_fault() -> None:
    """Sections without a folder may be named."""
    row = {"row": "B05", "title": "a topic", "lessons": "1.1 5.7", "exercises": "5.12"}
    assert list(faults([row], {"1.1"}, {"1.2"})) == []


def test_every_lesson_and_exercise_is_there_for_a_reason() -> None:
    """A notebook that no row leads to has a wrong id, or is not in the plan."""
    table = rows()
    lessons = {lesson for row in table for lesson in row["lessons"].split()}
    exercises = {exercise for row in table for exercise in row["exercises"].split()}
    assert ids_in("course") <= lessons
    assert ids_in("solutions") <= exercises
    assert ids_in("solutions"), "the course has exercises"
