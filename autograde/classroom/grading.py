"""The grading run: the plan's submissions taken in, examined and written, for a class of any size.

One thread, the caller's, takes submissions in, hands their notebooks to the examiners, and writes each submission as
soon as its last notebook is examined. No more is taken in than keeps the examiners busy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Protocol

from autograde.classroom.course import Course, CourseError, Exercise
from autograde.classroom.examiners import Examiners, broken_down
from autograde.classroom.ledger import Remembered
from autograde.classroom.marks import Graded, graded_of, not_graded
from autograde.classroom.plan import Plan, Work
from autograde.classroom.record import Record
from autograde.classroom.versions import Versions
from autograde.classroom.watching import Watch
from autograde.classroom.work import Job, Submission, open_submission
from autograde.examiner.examine import CellVerdict

AHEAD = 2
"""Notebooks that are taken in for each that can be examined at once."""

GONE = "no notebook of {section} is handed in any more, and the marks from before are not kept in the gradebook"


class Writes(Protocol):
    """Whoever keeps what becomes of a submission."""

    def write(self, submission: Submission) -> Remembered:
        """Keep it, and return what is now remembered of it. Raises `CourseError` when nothing can be kept any more."""


class Run:
    """One grading run of a section: `graded` grows with every submission that is done."""

    def __init__(
        self, course: Course, section: str, record: Record, versions: Mapping[str, Versions],
        exercises: Sequence[Exercise], deadline: float, writer: Writes, examiners: Examiners, watch: Watch,
    ) -> None:  # fmt: skip
        self.graded: list[Graded] = []
        self._course, self._section, self._record, self._versions = course, section, record, versions
        self._exercises = exercises
        self._deadline, self._writer, self._examiners, self._watch = deadline, writer, examiners, watch
        self._waiting: dict[Future[list[CellVerdict]], tuple[Submission, Job]] = {}

    def carry_out(self, plan: Plan) -> None:
        """Do all the work. When it is interrupted, what is finished is written before that is passed on."""
        self._watch.planned(len(plan.work), sum(len(work.why) for work in plan.work))
        try:
            for work in plan.work:
                self._begin(work)
                while len(self._waiting) >= AHEAD * self._examiners.jobs:
                    self._collect()
            while self._waiting:
                self._collect()
        except KeyboardInterrupt:
            self._collect(timeout=0)
            raise

    def _begin(self, work: Work) -> None:
        """Take a submission in and have its notebooks examined. It may be anything, so it can stop only itself."""
        try:
            submission = open_submission(
                self._course, self._section, work, self._record, self._versions, self._deadline
            )
        except Exception as error:
            self._give_up(work, error)
            return
        for job in submission.jobs:
            if job.task is not None:
                submission.open += 1
                self._waiting[self._examiners.submit(job.task)] = (submission, job)
        if not submission.open:
            self._finish(submission)

    def _collect(self, timeout: float | None = None) -> None:
        """Take the verdicts that are there, or wait for some, and write the submissions that are complete by them."""
        for future in wait(tuple(self._waiting), timeout, FIRST_COMPLETED).done:
            submission, job = self._waiting.pop(future)
            if (trouble := future.exception()) is None:
                job.verdicts = future.result()
            elif isinstance(trouble, CourseError):
                raise trouble
            else:  # whoever should have examined it could not
                assert job.task is not None
                job.verdicts = broken_down(job.task.checks, repr(trouble))
            self._watch.examined(job.name, sum(verdict.seconds for verdict in job.verdicts))
            submission.open -= 1
            if not submission.open:
                self._finish(submission)

    def _finish(self, submission: Submission) -> None:
        work = submission.work
        try:
            now = self._writer.write(submission)
        except CourseError:
            raise
        except Exception as error:
            self._give_up(work, error)
            return
        why = {job.name: job.why for job in submission.jobs}
        notes = [GONE.format(section=self._section)] if work.is_stored and not submission.taken.notebooks else []
        self.graded.append(graded_of(work.student, now, self._exercises, why=why, before=work.before, notes=notes))
        self._watch.written(len(work.why))

    def _give_up(self, work: Work, error: Exception) -> None:
        wanted = {exercise: self._record[exercise.name] for exercise in self._exercises if exercise.name in work.why}
        self.graded.append(not_graded(work.student, wanted, f"{type(error).__name__}: {error}"))
        self._watch.written(len(work.why))
