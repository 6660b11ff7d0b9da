"""Classes that are graded: made up of submissions whose marks are known, as `grade --sample` makes them.

A student hands in a notebook for every exercise. Of each exercise the first students have, in random order, one
solution, one stub, and otherwise known mistakes. A larger class is the same students over and over, so that all classes
are the same mixture. The odd submissions of `known.py` are left out: under stock nbgrader some earn points that they
should not, and some stop it.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from autograde.classroom.course import Course, Exercise
from autograde.classroom.known import Known, known_submissions
from autograde.classroom.record import Record, ensure_recorded
from autograde.classroom.sample import copied_course, dealt

Submission = Mapping[Exercise, Known]
"""What one student hands in."""


@dataclass(frozen=True, slots=True)
class Class:
    """Students in a temporary course, whose release is on record: `submissions`, by the student's name."""

    course: Course
    section: str
    record: Record
    submissions: Mapping[str, Submission]

    @property
    def notebooks(self) -> int:
        """How many are handed in."""
        return sum(len(submission) for submission in self.submissions.values())

    @property
    def kinds(self) -> dict[str, int]:
        """How many of them are solutions, stubs and mistakes."""
        return dict(Counter(_sort(known) for one in self.submissions.values() for known in one.values()))

    def another(self, root: Path, size: int, submissions: Sequence[Submission] = ()) -> Class:
        """A class of that size in a folder of its own, which is made: of these submissions, or those of this class."""
        root.mkdir()
        course = copied_course(self.course, self.section, root)
        shutil.copy(self.course.gradebook, course.gradebook)
        handed_in = islice(cycle(submissions or list(self.submissions.values())), size)
        made = {f"student-{number:04}": one for number, one in enumerate(handed_in)}
        for student, submission in made.items():
            folder = course.submitted / student / self.section
            folder.mkdir(parents=True)
            for exercise, known in submission.items():
                (folder / exercise.released.name).write_text(known.text, "utf-8")
        return Class(course, self.section, self.record, made)

    def solved(self, root: Path, size: int) -> Class:
        """A class of that size in which everybody has solved everything."""
        all_ = [pair for one in self.submissions.values() for pair in one.items()]
        return self.another(root, size, [{exercise: known for exercise, known in all_ if _sort(known) == "solution"}])


def first_class(course: Course, section: str, size: int, seed: int, root: Path) -> Class:
    """The students of whom every other class is made. Nothing of `course` itself is changed."""
    (root / "source").mkdir(parents=True)
    copy = copied_course(course, section, root / "source")
    columns = {exercise: _column(course, exercise, size, seed) for exercise in course.exercises(section)}
    submissions = [{exercise: column[n] for exercise, column in columns.items()} for n in range(size)]
    return Class(copy, section, ensure_recorded(copy, section), {}).another(root / "class", size, submissions)


def _column(course: Course, exercise: Exercise, size: int, seed: int) -> list[Known]:
    usual = [known for known in known_submissions(course, exercise) if _sort(known)]
    return dealt(usual, size, random.Random(f"{seed} {exercise.id}"))


def _sort(known: Known) -> str:
    return known.kind if known.kind in ("solution", "stub") else "mistake" if known.kind.endswith(".py") else ""


def every_notebook(made: Class) -> Iterator[tuple[str, Exercise, Known]]:
    """Student, exercise, and what was handed in."""
    for student, submission in made.submissions.items():
        for exercise, known in submission.items():
            yield student, exercise, known
