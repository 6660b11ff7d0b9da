"""From the plan to what is examined and written: one submission taken in, and what became of each of its exercises.

Taking in a submission also decides about the exercises of which nothing was known but that some file beside them has
changed: where the notebook to grade is what it was, nothing has to be done but to remember that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograde.classroom import notebooks
from autograde.classroom.course import Course
from autograde.classroom.examiners import Task
from autograde.classroom.ledger import CellMark, Entry, Remembered
from autograde.classroom.looks import digest
from autograde.classroom.plan import AGAIN, FOLDER, HANDED_IN, TAKEN_BACK, Work
from autograde.classroom.record import Record, RecordedCell, check_cells
from autograde.classroom.versions import Versions
from autograde.examiner.examine import CellVerdict

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from autograde.classroom.handed_in import HandedIn


@dataclass(slots=True)
class Job:
    """One exercise of a submission that is graded: why, the notebook, what it depends on, and the verdicts at last.

    `notebook` is None where none was handed in, and `task` where there is nothing to examine.
    """

    name: str
    why: str
    fingerprint: str
    versions: Versions
    notebook: NotebookNode | None
    task: Task | None
    verdicts: list[CellVerdict] = field(default_factory=list)


@dataclass(slots=True)
class Submission:
    """One student's submission in the making: the jobs to be done, and those of its exercises that stay as they are."""

    work: Work
    taken: HandedIn
    jobs: list[Job]
    as_before: list[str]
    open: int = 0
    """Examinations that are not over yet."""

    @property
    def student(self) -> str:
        """Whose it is."""
        return self.work.student


def open_submission(
    course: Course, section: str, work: Work, record: Record, versions: Mapping[str, Versions], deadline: float
) -> Submission:
    """Take the submission in, and see what has to be done about each exercise that the plan names."""
    from autograde.classroom.handed_in import take_in

    taken = take_in(course.submitted / work.student / section, record)
    submission = Submission(work, taken, [], [])
    for name, reason in work.why.items():
        notebook = taken.notebooks.get(name)
        fingerprint = digest((taken.timestamp, notebook)) if notebook is not None else ""
        entry = work.before.entries.get(name)
        if reason == FOLDER and entry and entry.taken == fingerprint:
            submission.as_before.append(name)
            continue
        job = Job(name, _reason(reason, entry, fingerprint), fingerprint, versions[name], notebook, None)
        _set(job, record[name], deadline)
        submission.jobs.append(job)
    return submission


def _reason(reason: str, entry: Entry | None, fingerprint: str) -> str:
    """The reason of the plan, or what intake knows better."""
    if reason in (FOLDER, AGAIN) and entry and entry.taken != fingerprint:
        return HANDED_IN if fingerprint else TAKEN_BACK
    return reason


def _set(job: Job, cells: Sequence[RecordedCell], deadline: float) -> None:
    """Set the examiners a task, or the verdicts at once where there is nothing to examine."""
    checks = check_cells(cells)
    if job.notebook is None:
        points = [(check.grade_id, check.points) for check in checks if check.points is not None]
        job.verdicts = [CellVerdict(name, 0.0, most, "missing") for name, most in points]
    elif job.notebook.metadata.loopback.unreadable:
        from autograde.classroom.preprocessors import nothing_to_examine

        job.verdicts = nothing_to_examine(checks)
    else:
        job.task = Task(tuple(checks), tuple(notebooks.answers(job.notebook)), deadline)


def remembered_now(submission: Submission, entries: Mapping[str, Entry]) -> Remembered:
    """What is to be remembered of a submission: these new entries, and those of before that hold."""
    before, look = submission.work.before, submission.work.look
    kept = dict(before.entries)
    for name in submission.as_before:
        kept[name].folder = look.fingerprint
    findings = [str(finding) for finding in submission.taken.findings]
    return Remembered(look.files, findings, {**kept, **entries})


def entry_of(job: Job, folder: str) -> Entry:
    """What is to be remembered of a job that is done, besides the graded notebook."""
    marks = [CellMark(one.grade_id, one.points, one.max, one.outcome) for one in job.verdicts]
    findings = list(job.notebook.metadata.loopback.findings) if job.notebook is not None else []
    seconds = sum(one.seconds for one in job.verdicts)
    return Entry(folder, job.fingerprint, job.versions, marks, findings, seconds=round(seconds, 3))
