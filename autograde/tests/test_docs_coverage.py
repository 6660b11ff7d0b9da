"""The table that says where each topic of the course's sources is taught and graded (autograde/docs/coverage.csv)."""

import csv
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rows() -> list[dict[str, str]]:
    """The table: source row, ids of lessons, ids of exercises (separated by spaces)."""
    with open(ROOT / "autograde/docs/coverage.csv", encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def ids_in(folder: str) -> set[str]:
    """Ids that the notebooks of a folder begin with."""
    return {path.name.partition("-")[0] for path in (ROOT / folder).glob("*/*.ipynb")}


def test_every_row_has_a_home() -> None:
    """All 442 rows are there, once each, and each is taught in a lesson at least."""
    table = rows()
    assert len({row["row"] for row in table}) == len(table) == 442
    for row in table:
        assert row["lessons"] and re.fullmatch(r"([0-5]\.\d+ ?)+", row["lessons"]), row
        assert re.fullmatch(r"([0-5]\.\d+ ?)*", row["exercises"]), row


def test_every_lesson_and_exercise_is_there_for_a_reason() -> None:
    """A notebook that no row leads to has a wrong id, or is not in the plan."""
    table = rows()
    lessons = {lesson for row in table for lesson in row["lessons"].split()}
    exercises = {exercise for row in table for exercise in row["exercises"].split()}
    assert ids_in("course") <= lessons
    assert ids_in("solutions") <= exercises
    assert ids_in("solutions"), "the course has exercises"
