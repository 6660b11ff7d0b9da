"""What grading a submission gave, for whoever shows it: marks, findings, what asks for a person, what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograde.classroom.course import Exercise
from autograde.classroom.findings import needs_person
from autograde.classroom.ledger import Entry, Remembered
from autograde.classroom.record import RecordedCell, check_cells

OUTCOMES = {
    "pass": "every claim holds",
    "fail": "at least one claim fails",
    "unstable": "a claim failed and then held: its points are given for now, and a person decides",
    "missing": "the notebook was not handed in: no points",
    "unreadable": "the file is no notebook: no points, and a person looks at it",
    "infrastructure": "our checks broke down: no points yet, and a person decides",
    "not graded": "nbgrader gave up on the submission: no points yet, and a person decides",
}
"""What can become of a graded cell."""

ASKS_FOR_A_PERSON = {
    "infrastructure": "the checks of `{cell}` broke down; please decide on the points",
    "unstable": "what failed in `{cell}` held when it was run again; please look at it",
}
"""What is said of a cell with such an outcome."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One row: what one graded cell of one submission earned. `points` is None while a person has to decide."""

    student: str
    exercise: str
    cell: str
    points: float | None
    max: float
    outcome: str


@dataclass(frozen=True, slots=True)
class Change:
    """One exercise of a student that has other points than it had (None: open), and why it was graded again."""

    student: str
    exercise: str
    before: float | None
    now: float | None
    why: str


@dataclass(frozen=True, slots=True)
class Graded:
    """One student's submission: the marks, and sentences on what was found, in which `for_a_person` are contained.

    `is_new`: it was graded in this run, at least in part; `changes` are the differences to what it was before.
    """

    student: str
    marks: list[Mark]
    findings: list[str] = field(default_factory=list)
    for_a_person: list[str] = field(default_factory=list)
    is_new: bool = False
    changes: list[Change] = field(default_factory=list)


def graded_of(
    student: str, now: Remembered, exercises: Sequence[Exercise], *, why: Mapping[str, str] | None = None,
    before: Remembered | None = None, notes: Iterable[str] = (),
) -> Graded:  # fmt: skip
    """What is remembered of a submission, as it is shown. `why` holds the exercises that were graded in this run."""
    one = Graded(student, [], [*notes, *now.findings], is_new=bool(why))
    for exercise in exercises:
        entry = now.entries.get(exercise.name)
        if entry is None:
            continue
        one.marks.extend(
            Mark(student, exercise.id, mark.cell, mark.points, mark.max, mark.outcome) for mark in entry.marks
        )
        one.findings.extend(f"{exercise.id}: {finding}" for finding in (*entry.findings, *_asking(entry)))
        was = before.entries.get(exercise.name) if before else None
        if was and why and exercise.name in why and was.marks != entry.marks:
            one.changes.append(Change(student, exercise.id, points(was), points(entry), why[exercise.name]))
    asking = {f"{exercise.id}: {text}" for exercise in exercises for text in _asking(now.entries.get(exercise.name))}
    one.for_a_person.extend(text for text in one.findings if text in asking or needs_person(text))
    return one


def points(entry: Entry) -> float | None:
    """The points of an exercise together; None while a person has to decide on some."""
    given = [mark.points for mark in entry.marks if mark.points is not None]
    return sum(given) if len(given) == len(entry.marks) else None


def _asking(entry: Entry | None) -> list[str]:
    marks = entry.marks if entry else []
    return [
        ASKS_FOR_A_PERSON[mark.outcome].format(cell=mark.cell) for mark in marks if mark.outcome in ASKS_FOR_A_PERSON
    ]


def not_graded(student: str, record: Mapping[Exercise, Sequence[RecordedCell]], reason: str) -> Graded:
    """A submission that was given up."""
    said = f"the submission could not be graded: {reason}"
    marks = [
        Mark(student, exercise.id, check.grade_id, None, check.points, "not graded")
        for exercise, cells in record.items()
        for check in check_cells(cells)
        if check.points is not None
    ]
    return Graded(student, marks, [said], [said], is_new=True)
