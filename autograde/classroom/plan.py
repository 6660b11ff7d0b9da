"""What is to be done: which exercises of which students, and why. The rest is as it was graded, and stays so.

Nothing is taken in here and nothing is imported that takes long, so that a class of hundreds in which nothing has
changed is through in a moment. Where only some file of a submission has changed, intake decides which exercise that
concerns (`work.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import DateTime, Engine, Interval, column, select, table, text

from autograde.classroom.course import Course
from autograde.classroom.ledger import Entry, Remembered, remembered
from autograde.classroom.looks import Look, is_as_written, look_into
from autograde.classroom.versions import WHY, Versions

NEW = "new"
UNFINISHED = "a run was broken off before it was written, or nbgrader graded it"
HANDED_IN = "another one was handed in"
FOLDER = "something in the folder was changed"
NOT_WRITTEN = "its graded notebook was changed or is lost"
BROKE_DOWN = "its checks broke down"
AGAIN = "--again"
GONE = "it is not in the gradebook any more"
TAKEN_BACK = "it is not handed in any more"

UNDECIDED = """
SELECT DISTINCT submitted_assignment.student_id AS student, notebook.name AS notebook
FROM assignment
JOIN submitted_assignment ON submitted_assignment.assignment_id = assignment.id
JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN notebook ON notebook.id = submitted_notebook.notebook_id
JOIN grade ON grade.notebook_id = submitted_notebook.id
WHERE assignment.name = :section AND grade.auto_score IS NULL AND grade.manual_score IS NULL
"""


@dataclass(frozen=True, slots=True)
class Work:
    """One submission of which something is to be done: `why`, for each exercise that is concerned, by its name.

    `is_stored`: the gradebook holds it.
    """

    student: str
    look: Look
    why: Mapping[str, str]
    before: Remembered
    is_stored: bool


@dataclass(slots=True)
class Plan:
    """The work, and what is remembered of everybody else who was asked for, by student."""

    work: list[Work] = field(default_factory=list)
    unchanged: dict[str, Remembered] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """A submission in the gradebook: whether its time is known, and what else decides how late it is."""

    is_timed: bool
    due: datetime | None
    extension: timedelta | None

    @property
    def late(self) -> str:
        """The fingerprint of all that a late penalty depends on, besides the time itself and the points."""
        return late(self.due, self.extension) if self.is_timed else ""


def late(due: datetime | None, extension: timedelta | None) -> str:
    """The fingerprint of the due date that holds for a student."""
    return f"{due} {extension or ''}" if due else ""


def stored_submissions(engine: Engine, section: str) -> dict[str, Stored]:
    """The submissions of a section that the gradebook holds, by student."""
    one = table(
        "submitted_assignment", column("student_id"), column("assignment_id"), column("timestamp"),
        column("extension", Interval()),
    )  # fmt: skip
    of = table("assignment", column("id"), column("name"), column("duedate", DateTime()))
    wanted = select(one.c.student_id, one.c.timestamp, of.c.duedate, one.c.extension).join(
        of, of.c.id == one.c.assignment_id
    )
    with engine.connect() as connection:
        found = connection.execute(wanted.where(of.c.name == section)).all()
    return {student: Stored(timestamp is not None, due, extension) for student, timestamp, due, extension in found}


def undecided_notebooks(engine: Engine, section: str) -> frozenset[tuple[str, str]]:
    """Student and notebook of everything that has no points yet, neither ours nor a person's."""
    with engine.connect() as connection:
        found = connection.execute(text(UNDECIDED), {"section": section})
        return frozenset((row.student, row.notebook) for row in found)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the database says: what is remembered of submissions, which of them it holds, and which are undecided."""

    remembered: Mapping[str, Remembered] = field(default_factory=dict)
    stored: Mapping[str, Stored] = field(default_factory=dict)
    undecided: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, engine: Engine, section: str) -> Memory:
        """All of it, for one section."""
        return cls(
            remembered(engine, section), stored_submissions(engine, section), undecided_notebooks(engine, section)
        )


def make_plan(
    course: Course, section: str, students: Iterable[str], *, memory: Memory, versions: Mapping[str, Versions],
    again: bool = False,
) -> Plan:  # fmt: skip
    """Look at every submission, and decide about every exercise of which there are `versions`."""
    plan = Plan()
    for student in students:
        before = memory.remembered.get(student, Remembered())
        look = look_into(course.submitted / student / section, before.files)
        why = {}
        for name, present in versions.items():
            one = Known(
                before.entries.get(name), look, present, course.autograded / student / section / f"{name}.ipynb",
                memory.stored.get(student), (student, name) in memory.undecided,
            )  # fmt: skip
            if reason := one.why() or (AGAIN if again else ""):
                why[name] = reason
        if why:
            plan.work.append(Work(student, look, why, before, student in memory.stored))
        else:
            plan.unchanged[student] = before
    return plan


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of one exercise of a submission before it is opened."""

    entry: Entry | None
    look: Look
    versions: Versions
    written: Path
    stored: Stored | None
    is_undecided: bool

    def why(self) -> str:
        """Why it is to be graded; "" when it need not. `FOLDER` is the reason only where there is no other."""
        if self.entry is None:
            return UNFINISHED if self.stored or self.written.exists() else NEW
        return self._why_again(self.entry) or (FOLDER if self.entry.folder != self.look.fingerprint else "")

    def _why_again(self, entry: Entry) -> str:
        if not entry.taken:
            return UNFINISHED if self.written.exists() else ""
        if self.stored is None:
            return GONE
        now = {**self.versions, "late": self.stored.late}
        for name, sentence in WHY.items():
            if entry.versions.get(name) != now[name]:
                return sentence
        if self.is_undecided and any(mark.outcome == "infrastructure" for mark in entry.marks):
            return BROKE_DOWN
        return "" if entry.written and is_as_written(self.written, entry.written) else NOT_WRITTEN
