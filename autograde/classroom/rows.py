"""The rows of one submission in nbgrader's gradebook: found or made, each looked up once.

`SubmissionRows` answers nbgrader's own preprocessors as its `Gradebook` does, but from memory, and leaves the commit
to whoever opened the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, load_only

from autograde.classroom.course import CourseError

Place = tuple[str, str]
"""A cell: the name of its notebook, and its own."""


class SubmissionRows:
    """A submission, its notebooks by name, and the grades and comments of its cells."""

    def __init__(
        self, submission: Any, notebooks: dict[str, Any], grades: dict[Place, Any], comments: dict[Place, Any]
    ):
        self.submission = submission
        self.notebooks = notebooks
        self._grades = grades
        self._comments = comments

    @property
    def db(self) -> SubmissionRows:
        """What nbgrader commits."""
        return self

    def commit(self) -> None:
        """Later, and all at once."""

    def find_grade(self, cell: str, notebook: str, section: str, student: str) -> Any:
        """The row of a graded cell."""
        return self._grades[notebook, cell]

    def find_comment(self, cell: str, notebook: str, section: str, student: str) -> Any:
        """The row of an answer."""
        return self._comments[notebook, cell]

    def set_time(self, said: str) -> None:
        """Note when it was handed in."""
        from nbgrader.utils import parse_utc

        self.submission.timestamp = parse_utc(said)

    def nothing_for(self, notebook: str) -> None:
        """Note that this one was not handed in, as `nbgrader autograde` does."""
        for (name, _), grade in self._grades.items():
            if name == notebook:
                grade.auto_score, grade.needs_manual_grade = 0, False


def find_or_create_submission(
    session: Session, assignment: Any, student: str, *, create_student: bool = True
) -> SubmissionRows:
    """The rows of a student's submission; made, with a row for each cell, when it is the first."""
    from nbgrader.api import Student, SubmittedAssignment

    if session.get(Student, student) is None:
        if not create_student:
            raise CourseError(f"The gradebook does not know {student}, and Autograde.create_student is off.")
        session.add(Student(id=student))
    wanted = select(SubmittedAssignment).filter_by(assignment_id=assignment.id, student_id=student)
    submission = session.scalars(wanted).one_or_none()
    return _created(session, assignment, student) if submission is None else _found(session, assignment, submission)


def _created(session: Session, assignment: Any, student: str) -> SubmissionRows:
    from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook

    # By their keys, since objects that know each other would all be kept until the end of the run.
    submission = SubmittedAssignment(assignment_id=assignment.id, student_id=student)
    notebooks, grades, comments = {}, {}, {}
    for notebook in assignment.notebooks:
        made = notebooks[notebook.name] = SubmittedNotebook(notebook_id=notebook.id, assignment=submission)
        for cell in (*notebook.grade_cells, *notebook.task_cells):
            grades[notebook.name, cell.name] = Grade(cell_id=cell.id, notebook=made)
        for cell in (*notebook.solution_cells, *notebook.task_cells):
            comments[notebook.name, cell.name] = Comment(cell_id=cell.id, notebook=made)
    session.add(submission)
    session.flush()
    return SubmissionRows(submission, notebooks, grades, comments)


def _found(session: Session, assignment: Any, submission: Any) -> SubmissionRows:
    from nbgrader.api import Comment, Grade

    names = {notebook.id: notebook.name for notebook in assignment.notebooks}
    cells = {cell.id: cell.name for notebook in assignment.notebooks for cell in _cells(notebook)}
    notebooks = {names[one.notebook_id]: one for one in _notebooks(session, submission)}
    of = {one.id: name for name, one in notebooks.items()}
    # Only the columns themselves: nbgrader's classes add subqueries that compute what is not asked for here.
    graded = (Grade.cell_id, Grade.notebook_id, Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade)
    noted = (Comment.cell_id, Comment.notebook_id, Comment.auto_comment)

    def places(kind: Any, columns: Iterable[Any]) -> dict[Place, Any]:
        rows = session.scalars(select(kind).options(load_only(*columns)).where(kind.notebook_id.in_(of)))
        return {(of[row.notebook_id], cells[row.cell_id]): row for row in rows}

    return SubmissionRows(submission, notebooks, places(Grade, graded), places(Comment, noted))


def _cells(notebook: Any) -> list[Any]:
    return [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]


def _notebooks(session: Session, submission: Any) -> list[Any]:
    from nbgrader.api import SubmittedNotebook as Kind

    columns = load_only(Kind.notebook_id, Kind.assignment_id, Kind.late_submission_penalty)
    return list(session.scalars(select(Kind).options(columns).where(Kind.assignment_id == submission.id)))


def remove_submission(session: Session, assignment: Any, student: str) -> None:
    """Take a student's submission out, if there is one."""
    from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook

    one = select(SubmittedAssignment.id).filter_by(assignment_id=assignment.id, student_id=student).scalar_subquery()
    notebooks = select(SubmittedNotebook.id).where(SubmittedNotebook.assignment_id == one)
    for kind in (Grade, Comment):
        session.execute(delete(kind).where(kind.notebook_id.in_(notebooks)))
    session.execute(delete(SubmittedNotebook).where(SubmittedNotebook.assignment_id == one))
    session.execute(
        delete(SubmittedAssignment).where(
            SubmittedAssignment.assignment_id == assignment.id, SubmittedAssignment.student_id == student
        )
    )
