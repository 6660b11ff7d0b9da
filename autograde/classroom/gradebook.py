"""What nbgrader's gradebook holds of submissions, with a person's points and penalties, in nbgrader's own reckoning."""

from __future__ import annotations

from autograde.classroom import stock
from autograde.classroom.course import Course
from autograde.classroom.database import database, exists, told_in_sentences


def stored_points(course: Course, section: str) -> dict[str, float]:
    """The points of every submission of a section that the gradebook holds, by student."""
    if not exists(database(course)):
        return {}
    with stock.nbgrader_ready(), told_in_sentences(database(course)):
        from nbgrader.api import Gradebook, MissingEntry

        with Gradebook(database(course)) as book:
            try:
                return {one.student.id: float(one.score) for one in book.assignment_submissions(section)}
            except MissingEntry:
                return {}
