"""`grade SECTION`: submissions in, marks out; in nbgrader's own gradebook and under `autograded/`.

What was graded and has not changed since is not graded again. Nothing under `submitted/` is ever changed. What a
student has taken back is taken out of the gradebook as well. However a run ended, the same command goes on with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from autograde.classroom.asked import Asked
from autograde.classroom.course import Course, CourseError, Exercise, known_section
from autograde.classroom.database import database, exists, opened
from autograde.classroom.examiners import Examiners, LocalExaminers
from autograde.classroom.gate import default_jobs
from autograde.classroom.grading import Run, Writes
from autograde.classroom.marks import Graded, graded_of
from autograde.classroom.plan import Memory, make_plan
from autograde.classroom.record import Record, ensure_recorded
from autograde.classroom.report import report
from autograde.classroom.settings import load_config
from autograde.classroom.versions import versions
from autograde.classroom.watching import Watch, watch
from autograde.examiner.examine import CELL_DEADLINE
from autograde.examiner.standby_process import why_no_sandbox


def grade_section(
    section: str, *, asked: Asked | None = None, sample: int | None = None, seed: int | None = None,
    as_json: bool = False, db: str = "", course: Course | None = None,
) -> int:  # fmt: skip
    """The command. Returns its exit code: 0 when every submission has its marks (and a sample those it must have)."""
    asked = asked or Asked()
    try:
        course = course or Course.here()
        section = known_section(section)
        if seed is not None and sample is None:
            raise CourseError("--seed makes a made-up class again, so it goes with --sample: --sample 12 --seed 3.")
        if sample is not None:
            from autograde.classroom.sample import grade_sample

            return grade_sample(course, section, sample, seed=seed, as_json=as_json, asked=asked)
        return _grade_submissions(replace(course, db=db or course.db), section, asked, as_json=as_json)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1


def _grade_submissions(course: Course, section: str, asked: Asked, *, as_json: bool) -> int:
    everybody = course.students(section)
    students = _wanted_students(section, everybody, asked.students)
    if not students:
        print(f"There is nothing to grade: put each notebook at submitted/<student>/{section}/.", file=sys.stderr)
    with watch("Grading") as watched:
        try:
            graded = grade_class(course, section, students, asked, watched) if students else []
        except KeyboardInterrupt:
            print(_how_far("Interrupted", watched), file=sys.stderr)
            raise
        except CourseError as error:
            raise CourseError(f"{error} {_how_far('Stopped', watched)}".strip()) from error
    report(course, section, graded, asked_for_all=not asked.students, dry_run=asked.dry_run, as_json=as_json)
    return int(not students or any(mark.points is None for one in graded for mark in one.marks))


def _how_far(word: str, watched: Watch) -> str:
    """Of a run that ends too early: how far it came, and that nothing is lost; nothing of one that has not begun."""
    if not watched.total:
        return ""
    done = f"{word} after {watched.submissions} of {watched.total} submissions; their marks are kept."
    return f"{done} The same command goes on with the rest."


def grade_class(course: Course, section: str, students: Sequence[str], asked: Asked, watched: Watch) -> list[Graded]:
    """Grade what has changed of these students' submissions. Returns the marks of all of them, in their order."""
    exercises = _wanted_exercises(course, section, asked.exercises)
    record = ensure_recorded(course, section, dry_run=asked.dry_run)
    left_out = {one.name for one in course.exercises(section)} - {one.name for one in exercises}
    present = {name: found for name, found in versions(course, record).items() if name not in left_out}
    plan = make_plan(course, section, students, memory=_memory(course, section), versions=present, again=asked.again)
    graded = [graded_of(student, one, exercises) for student, one in plan.unchanged.items()]
    if plan.work:
        examiners = _examiners(asked)
        deadline = load_config(course).Examine.get("deadline", CELL_DEADLINE)
        with _writer(course, section, record, asked) as writer, examiners:
            run = Run(course, section, record, present, exercises, deadline, writer, examiners, watched)
            run.carry_out(plan)
        graded += run.graded
    return sorted(graded, key=lambda one: one.student)


def _examiners(asked: Asked) -> Examiners:
    if not asked.cluster or asked.cluster.startswith("local:"):
        _tell_of_sandbox(required=asked.require_sandbox)
    if not asked.cluster:
        return LocalExaminers(asked.jobs or default_jobs())
    try:
        from autograde.classroom.cluster.examiners import ClusterExaminers
    except ModuleNotFoundError as error:
        raise CourseError(f"--cluster needs a package that is not here ({error}): pip install '.[cluster]'.") from error
    return ClusterExaminers(asked.cluster, at_most=asked.jobs, require_sandbox=asked.require_sandbox)


def _tell_of_sandbox(*, required: bool) -> None:
    """Say so where answers cannot be locked in; `CourseError` when that is not good enough."""
    if reason := why_no_sandbox():
        if required:
            raise CourseError(f"{reason} Nothing was graded, since --require-sandbox was given.")
        print(reason, file=sys.stderr)


def _wanted_exercises(course: Course, section: str, wanted: Sequence[str]) -> list[Exercise]:
    found = [one for one in course.find(wanted) if one.section == section] if wanted else course.exercises(section)
    if wanted and not found:
        raise CourseError(f"None of these exercises is in {section}: {', '.join(wanted)}.")
    return found


def _wanted_students(section: str, everybody: Sequence[str], wanted: Sequence[str]) -> list[str]:
    if strangers := [name for name in wanted if name not in everybody]:
        raise CourseError(f"There is no submission of {', '.join(strangers)}: look for submitted/<student>/{section}/.")
    return [name for name in everybody if not wanted or name in wanted]


def _memory(course: Course, section: str) -> Memory:
    if not exists(database(course)):
        return Memory()
    with opened(database(course)) as engine:
        return Memory.of(engine, section)


@contextmanager
def _writer(course: Course, section: str, record: Record, asked: Asked) -> Iterator[Writes]:
    from autograde.classroom.writing import KeepsNothing, Writer

    if asked.dry_run:
        yield KeepsNothing()
        return
    with opened(database(course)) as engine, Writer(course, section, record, engine) as writer:
        yield writer
