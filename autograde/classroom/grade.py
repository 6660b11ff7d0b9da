"""`grade SECTION`: submissions in, marks out; in nbgrader's own gradebook and under `autograded/`.

The work itself is nbgrader's `autograde` with the course's preprocessors, once for each student, so that one broken
submission ends only itself. This file decides what is graded, collects the marks and shows them. Nothing under
`submitted/` is ever changed. What a student has taken back is taken out of the gradebook as well.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from autograde.classroom import notebooks, stock
from autograde.classroom.course import Course, CourseError, Exercise, known_section
from autograde.classroom.gradebook import forget_submission, stored_points
from autograde.classroom.handed_in import Record, take_in
from autograde.classroom.record import check_cells, database, ensure_recorded, recorded_section
from autograde.classroom.show import console, number, plain, progress, show_json

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

MISSING = "-"
"""Stands in the table for what was not handed in."""


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
class Graded:
    """What grading one student's submission gave: the marks, and sentences on what was found."""

    student: str
    marks: list[Mark]
    findings: list[str]


def grade_section(
    section: str, *, sample: int | None = None, seed: int | None = None, as_json: bool = False,
    course: Course | None = None,
) -> int:  # fmt: skip
    """The command. Returns its exit code: 0 when every submission has its marks (and a sample those it must have)."""
    try:
        course = course or Course.here()
        section = known_section(section)
        if seed is not None and sample is None:
            raise CourseError("--seed makes a made-up class again, so it goes with --sample: --sample 12 --seed 3.")
        if sample is not None:
            from autograde.classroom.sample import grade_sample

            return grade_sample(course, section, sample, seed=seed, as_json=as_json)
        return _grade_submissions(course, section, as_json=as_json)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1


def grade_class(course: Course, section: str, students: Iterable[str], done: Callable[[], None]) -> list[Graded]:
    """Grade these students' submissions one after another; `done` is called after each."""
    ensure_recorded(course, section)
    with stock.nbgrader_ready():
        record = recorded_section(database(course), section)
    released = _released(course, section, record)
    stored = stored_points(course, section)
    graded = []
    for student in students:
        graded.append(_grade_student(course, section, student, released, stored, record))
        done()
    return graded


def _grade_submissions(course: Course, section: str, *, as_json: bool) -> int:
    students = course.students(section)
    if not students:
        print(f"There is nothing to grade: put each notebook at submitted/<student>/{section}/.", file=sys.stderr)
    graded = _graded_until_interrupted(course, section, students)
    found = [f"{one.student}: {finding}." for one in graded for finding in one.findings]
    found += _only_in_the_gradebook(course, section, students)
    if as_json:
        show_json(asdict(mark) for one in graded for mark in one.marks)
    elif graded:
        _show_table(graded, course.exercises(section))
    for sentence in found:
        print(plain(sentence), file=sys.stderr if as_json else sys.stdout)
    return int(not students or any(mark.points is None for one in graded for mark in one.marks))


def _graded_until_interrupted(course: Course, section: str, students: Sequence[str]) -> list[Graded]:
    """Grade them all. Ctrl-C is passed on, after a sentence that says how far it came."""
    count = 0
    try:
        with progress("Grading", len(students)) as advance:

            def done() -> None:
                nonlocal count
                count += 1
                advance()

            return grade_class(course, section, students, done) if students else []
    except KeyboardInterrupt:
        print(
            f"Interrupted after {count} of {len(students)} students; their marks are kept. "
            "The same command grades everything again.",
            file=sys.stderr,
        )
        raise


def _only_in_the_gradebook(course: Course, section: str, students: Sequence[str]) -> list[str]:
    """A sentence for everybody with marks from before and no folder now: nobody knows whether that was meant."""
    return [
        f"{student} has {number(points)} points in the gradebook but handed in nothing now; the marks were kept. "
        f"To remove them, make an empty folder submitted/{student}/{section}/ and grade again."
        for student, points in sorted(stored_points(course, section).items())
        if student not in students
    ]


def _released(course: Course, section: str, record: Record) -> dict[Exercise, dict[str, float]]:
    """The points of every graded cell on record, by exercise."""
    return {
        exercise: {
            check.grade_id: check.points for check in check_cells(record[exercise.name]) if check.points is not None
        }
        for exercise in course.exercises(section)
    }


def _grade_student(
    course: Course, section: str, student: str, released: Mapping[Exercise, Mapping[str, float]],
    stored: Mapping[str, float], record: Record,
) -> Graded:  # fmt: skip
    """Grade one submission. It may be anything, so what nbgrader cannot do becomes a finding."""
    taken = take_in(course.submitted / student / section, record)
    handed_in = set(taken.notebooks)
    findings = [str(finding) for finding in taken.findings]
    trouble = ""
    if handed_in:
        try:
            stock.autograde(course, section, student, taken)
        except stock.NbgraderFailed as error:
            trouble = f"the submission could not be graded: {error}"
            findings.append(trouble)
    elif student in stored:
        forget_submission(course, section, student)
        was = f"the {number(stored[student])} points from before were removed from the gradebook"
        findings.append(f"no notebook of {section} is handed in any more, and {was}")
    marks: list[Mark] = []
    for exercise, points in released.items():
        if exercise.name not in handed_in:
            marks += [Mark(student, exercise.id, cell, 0.0, most, "missing") for cell, most in points.items()]
        elif trouble:
            marks += [Mark(student, exercise.id, cell, None, most, "not graded") for cell, most in points.items()]
        else:
            more, found = _read_back(course, exercise, student)
            marks += more
            findings += found
    return Graded(student, marks, findings)


def _read_back(course: Course, exercise: Exercise, student: str) -> tuple[list[Mark], list[str]]:
    """The marks and findings that the graded notebook holds."""
    graded = notebooks.read(course.autograded / student / exercise.section / exercise.released.name)
    findings = [f"{exercise.id}: {finding}" for finding in graded.metadata.loopback.findings]
    marks = []
    for cell in graded.cells:
        if (kept := cell.metadata.get("loopback")) is not None:
            name = notebooks.grading(cell)["grade_id"]
            marks.append(Mark(student, exercise.id, name, kept.points, kept.max, kept.outcome))
            if kept.points is None:
                findings.append(f"{exercise.id}: the checks of `{name}` broke down; please decide on the points")
            elif kept.outcome == "unstable":
                findings.append(f"{exercise.id}: what failed in `{name}` held when it was run again; please look at it")
    return marks, findings


def _show_table(graded: list[Graded], exercises: list[Exercise]) -> None:
    most = dict.fromkeys((exercise.id for exercise in exercises), 0.0)
    for mark in graded[0].marks:
        most[mark.exercise] += mark.max
    table = Table(box=SIMPLE_HEAD, collapse_padding=True)
    table.add_column("Student", no_wrap=True)
    for exercise in exercises:
        table.add_column(f"{exercise.id} (of {number(most[exercise.id])})", justify="right")
    table.add_column(f"Total (of {number(sum(most.values()))})", justify="right")
    table.add_column("Findings", justify="right")
    for one in graded:
        sums = [_sum(mark for mark in one.marks if mark.exercise == exercise.id) for exercise in exercises]
        table.add_row(escape(plain(one.student)), *sums, _sum(one.marks), str(len(one.findings) or ""))
    if any(mark.outcome == "missing" for one in graded for mark in one.marks):
        table.caption = f"{MISSING} : not handed in, counts 0"
    console().print(table)


def _sum(marks: Iterable[Mark]) -> str:
    """The points together; "-" when nothing was handed in, and a "?" when some are still open."""
    marks = list(marks)
    if all(mark.outcome == "missing" for mark in marks):
        return MISSING
    known = number(sum(mark.points or 0.0 for mark in marks))
    return known + " + ?" if any(mark.points is None for mark in marks) else known
