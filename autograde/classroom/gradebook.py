"""What nbgrader's gradebook still holds of submissions: whose it has, and how one is taken out again.

nbgrader only ever adds. Without this, the marks of a notebook that was taken back would be exported for ever.
"""

from __future__ import annotations

import shutil

from autograde.classroom import stock
from autograde.classroom.course import Course
from autograde.classroom.record import database


def stored_points(course: Course, section: str) -> dict[str, float]:
    """The points of every submission of a section that the gradebook holds, by student."""
    if not course.gradebook.is_file():
        return {}
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook, MissingEntry

        with Gradebook(database(course)) as book:
            try:
                return {one.student.id: float(one.score) for one in book.assignment_submissions(section)}
            except MissingEntry:
                return {}


def forget_submission(course: Course, section: str, student: str) -> None:
    """Take a stored submission out of the gradebook, and its graded notebooks out of `autograded/`."""
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course)) as book:
            book.remove_submission(section, student)
    shutil.rmtree(course.autograded / student / section, ignore_errors=True)
