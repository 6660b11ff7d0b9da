"""What a grading run tells: the table, who has other points than before and why, and what needs a person."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from autograde.classroom.course import Course, Exercise
from autograde.classroom.database import database, exists, opened
from autograde.classroom.marks import Change, Graded, Mark
from autograde.classroom.plan import stored_submissions
from autograde.classroom.show import console, number, plain, show_json

MISSING = "-"
"""Stands in the table for what was not handed in."""


def report(
    course: Course, section: str, graded: Sequence[Graded], *, asked_for_all: bool, dry_run: bool, as_json: bool
) -> None:
    """Print it all. As JSON the marks are one list on stdout, and the sentences go to stderr."""
    new = [one for one in graded if one.is_new]
    changes = [change for one in graded for change in one.changes]
    sentences = [f"{one.student}: {text}." for one in new for text in one.findings if text not in one.for_a_person]
    sentences += _only_in_the_gradebook(course, section, {one.student for one in graded}) if asked_for_all else []
    if as_json:
        show_json(asdict(mark) for one in graded for mark in one.marks)
    elif new:
        _show_table(new, course.exercises(section))
    if len(new) < len(graded):
        sentences.append(_unchanged(len(graded) - len(new), len(new)))
    sentences += _differences(changes, dry_run)
    if asking := [f"{one.student}: {text}." for one in graded for text in one.for_a_person]:
        sentences += ["A person is needed for:", *asking]
    for sentence in sentences:
        print(plain(sentence), file=sys.stderr if as_json else sys.stdout)


def _unchanged(count: int, new: int) -> str:
    more = "more " if new else ""
    return f"1 {more}submission has not changed." if count == 1 else f"{count} {more}submissions have not changed."


def _differences(changes: Sequence[Change], dry_run: bool) -> list[str]:
    """Who has other points than before. Those who have the same are not named."""
    if not changes:
        return ["No points would change; nothing was written."] if dry_run else []
    head = "These points would change; nothing was written:" if dry_run else "These points have changed:"
    return [head, *(_difference(change) for change in changes)]


def _difference(change: Change) -> str:
    return f"{change.student}: {change.exercise}: {number(change.before)} → {number(change.now)}, because {change.why}."


def _only_in_the_gradebook(course: Course, section: str, students: set[str]) -> list[str]:
    """A sentence for everybody with marks from before and no folder now: nobody knows whether that was meant."""
    if not _strangers(course, section, students):
        return []
    from autograde.classroom.gradebook import stored_points

    return [
        f"{student} has {number(points)} points in the gradebook but handed in nothing now; the marks were kept. "
        f"To remove them, make an empty folder submitted/{student}/{section}/ and grade again."
        for student, points in sorted(stored_points(course, section).items())
        if student not in students
    ]


def _strangers(course: Course, section: str, students: set[str]) -> set[str]:
    """Who is in the gradebook only."""
    if not exists(database(course)):
        return set()
    with opened(database(course)) as engine:
        return stored_submissions(engine, section).keys() - students


def _show_table(graded: Sequence[Graded], exercises: Sequence[Exercise]) -> None:
    most = {exercise.id: _most(graded, exercise) for exercise in exercises}
    exercises = [exercise for exercise in exercises if most[exercise.id] is not None]
    table = Table(box=SIMPLE_HEAD, collapse_padding=True)
    table.add_column("Student", no_wrap=True)
    for exercise in exercises:
        table.add_column(f"{exercise.id} (of {number(most[exercise.id])})", justify="right")
    table.add_column(f"Total (of {number(sum(points or 0.0 for points in most.values()))})", justify="right")
    table.add_column("Findings", justify="right")
    for one in graded:
        sums = [_sum(mark for mark in one.marks if mark.exercise == exercise.id) for exercise in exercises]
        table.add_row(escape(plain(one.student)), *sums, _sum(one.marks), str(len(one.findings) or ""))
    if any(mark.outcome == "missing" for one in graded for mark in one.marks):
        table.caption = f"{MISSING} : not handed in, counts 0"
    console().print(table)


def _most(graded: Iterable[Graded], exercise: Exercise) -> float | None:
    """The points that can be had in an exercise; None for one that was not asked for."""
    for one in graded:
        if marks := [mark for mark in one.marks if mark.exercise == exercise.id]:
            return sum(mark.max for mark in marks)
    return None


def _sum(marks: Iterable[Mark]) -> str:
    """The points together; "-" when nothing was handed in, and a "?" when some are still open."""
    marks = list(marks)
    if all(mark.outcome == "missing" for mark in marks):
        return MISSING
    known = number(sum(mark.points or 0.0 for mark in marks))
    return known + " + ?" if any(mark.points is None for mark in marks) else known
