"""The one writer: what became of a submission, into `autograded/` and, in one transaction, into nbgrader's gradebook.

It does what `nbgrader autograde` does with the course's configuration, and leaves the same rows and files, but through
one connection that stays open: nbgrader opens the database and commits a dozen times for every notebook. Files come
first, then the transaction, whose row in our ledger says that all this is done. So whatever is cut off in between is
not done, and is done again by the next run.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from autograde.classroom import ledger, notebooks, stock
from autograde.classroom.course import Course
from autograde.classroom.database import told_in_sentences
from autograde.classroom.graded_files import GradedFiles
from autograde.classroom.looks import TIMESTAMP
from autograde.classroom.plan import late
from autograde.classroom.record import Record, check_cells
from autograde.classroom.rows import SubmissionRows, find_or_create_submission, remove_submission
from autograde.classroom.work import Job, Submission, entry_of, remembered_now

if TYPE_CHECKING:
    from nbformat import NotebookNode


class Writer:
    """Writes the submissions of one section. A context manager, at whose end the connection is closed."""

    def __init__(self, course: Course, section: str, record: Record, engine: Engine) -> None:
        self._course, self._section, self._record, self._engine = course, section, record, engine
        ledger.TABLES.create_all(engine)
        with stock.nbgrader_ready():
            self._stock = stock.Autograding(course, section)
        self._files = GradedFiles(self._stock.permissions, self._stock.files_beside())

    def __enter__(self) -> Writer:
        from nbgrader.api import Assignment

        self._session = Session(self._engine, expire_on_commit=False)
        with told_in_sentences(str(self._engine.url)), self._session.begin():
            self._assignment = self._session.scalars(select(Assignment).filter_by(name=self._section)).one()
        return self

    def __exit__(self, *exception: object) -> None:
        with suppress(Exception):  # a connection that is lost cannot be closed
            self._session.close()

    def write(self, submission: Submission) -> ledger.Remembered:
        """Write all that was found out about a submission; returns what is remembered of it. Raises `CourseError`."""
        entries = {job.name: entry_of(job, submission.work.look.fingerprint) for job in submission.jobs}
        if submission.jobs:
            self._write_files(submission, entries)
        with told_in_sentences(str(self._engine.url)), self._session.begin():
            if submission.taken.notebooks and submission.jobs:
                self._save(submission, entries)
            elif not submission.taken.notebooks:
                remove_submission(self._session, self._assignment, submission.student)
            now = remembered_now(submission, entries)
            ledger.remember(self._session.connection(), self._section, submission.student, now)
        return now

    def _write_files(self, submission: Submission, entries: Mapping[str, ledger.Entry]) -> None:
        folder = self._course.autograded / submission.student / self._section
        graded = [job for job in submission.jobs if job.notebook is not None]
        texts = {f"{job.name}.ipynb": notebooks.canonical(self._graded(job, submission.student)) for job in graded}
        beside = {TIMESTAMP: submission.taken.timestamp} if submission.taken.timestamp else {}
        expected = [*beside, *(f"{name}.ipynb" for name in submission.taken.notebooks)]
        if graded:
            stamps = self._files.write(folder, {**texts, **beside})
            self._stock.set_permissions(submission.student)
            for job in graded:
                entries[job.name].written = stamps[f"{job.name}.ipynb"]
        self._files.remove_all_but(folder, expected)

    def _graded(self, job: Job, student: str) -> NotebookNode:
        """The notebook with the verdicts in it, as nbgrader's other preprocessors leave it."""
        from autograde.classroom.preprocessors import fill

        assert job.notebook is not None
        fill(job.notebook, check_cells(self._record[job.name]), job.verdicts)
        job.notebook = self._stock.processed(job.notebook, student, job.name)
        return job.notebook

    def _save(self, submission: Submission, entries: Mapping[str, ledger.Entry]) -> None:
        rows = find_or_create_submission(
            self._session, self._assignment, submission.student, create_student=self._stock.create_student
        )
        if submission.taken.timestamp:
            rows.set_time(submission.taken.timestamp)
        for job in submission.jobs:
            if job.notebook is None:
                rows.nothing_for(job.name)
            else:
                self._stock.save(job.notebook, rows, submission.student, job.name)
                self._penalize(rows, submission.student, job.name)
        is_timed = rows.submission.timestamp is not None
        now = late(self._assignment.duedate, rows.submission.extension) if is_timed else ""
        for job in submission.jobs:
            entries[job.name].versions = {**job.versions, "late": now}

    def _penalize(self, rows: SubmissionRows, student: str, name: str) -> None:
        """As nbgrader's `AssignLatePenalties` does it."""
        notebook = rows.notebooks[name]
        notebook.late_submission_penalty = None
        if rows.submission.total_seconds_late > 0:
            self._session.flush()
            self._session.refresh(notebook, ["score"])
            notebook.late_submission_penalty = self._stock.late_penalty(student, notebook, rows.submission)


class KeepsNothing:
    """What takes the writer's place when nothing is to be written."""

    def write(self, submission: Submission) -> ledger.Remembered:
        """What would be remembered of the submission."""
        entries = {job.name: entry_of(job, submission.work.look.fingerprint) for job in submission.jobs}
        return remembered_now(submission, entries)
