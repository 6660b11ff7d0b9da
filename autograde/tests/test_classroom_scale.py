"""The simulation of large classes works, and what it counts grows with the class and no faster."""

from __future__ import annotations

import pytest

from autograde.classroom.course import Course
from autograde.tests.simulate_scale import ROWS, Class, recorded, simulate
from autograde.tests.tiny_course import make_tiny_course

SECTION = "1-fundamentals"
JOBS = 4
SAMPLE = 6
SIZES = (SAMPLE, 2 * SAMPLE, 4 * SAMPLE)
"""Whole samples, so that each class is made of the same submissions."""


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> list[Class]:
    """Classes of three sizes, graded twice each."""
    root = tmp_path_factory.mktemp("scale")
    (root / "course").mkdir()
    course = make_tiny_course(root / "course")
    recording = recorded(course, SECTION, root / "recorded", sample=SAMPLE)
    again = recorded(Course(course.root), SECTION, root / "recorded", sample=SAMPLE)
    assert recording == again  # what was recorded is kept
    return [simulate(recording, size, root / str(size), jobs=JOBS) for size in SIZES]


def test_everybody_is_graded(classes: list[Class]) -> None:
    """A row for each submission and notebook, one of ours, and a file for each graded notebook."""
    for one in classes:
        assert one.stored["submitted_assignment"] == one.stored["student"] == one.stored["loopback_graded"] == one.size
        assert one.stored["submitted_notebook"] == one.stored["files"] == 2 * one.size


def test_rows_files_and_statements_grow_with_the_class(classes: list[Class]) -> None:
    """From one size to the next the same is added for each submission: none looks at what others have left."""
    for name in (*ROWS, "files"):
        assert len({one.stored[name] / one.size for one in classes}) == 1, name
    counts = [(one.size, one.first.statements) for one in classes]
    (small, few), (middle, more), (large, most) = counts
    # What is read of the assignment may have to be read once more, when memory was collected in between.
    assert abs((more - few) / (middle - small) - (most - more) / (large - middle)) < 0.5


def test_no_more_is_taken_in_than_keeps_the_examiners_busy(classes: list[Class]) -> None:
    """The queue is bounded, whatever the size; and the examiners' places are as busy as the recording says."""
    for one in classes:
        assert 0 < one.first.longest_queue <= JOBS + 2  # twice as many as there are places, and the last submission's
        assert 0 < one.first.busy <= 3600 * one.first.hours * JOBS


def test_a_second_run_examines_nothing(classes: list[Class]) -> None:
    """A few statements in all, whatever the size."""
    assert len({one.second.statements for one in classes}) == 1
    assert all(one.second.writing == 0 for one in classes)
