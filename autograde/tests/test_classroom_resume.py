"""However a grading run ends, nothing is lost or half written, and the next one ends as an undisturbed one does."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from autograde.classroom import database as databases
from autograde.classroom.course import Course
from autograde.classroom.grade import grade_section
from autograde.classroom.record import database, ensure_recorded
from autograde.classroom.release import write_release
from autograde.tests.children import counting_steps, ended, killed_at, started
from autograde.tests.gradebooks import everything, tables
from autograde.tests.test_classroom_stock import RIGHT
from autograde.tests.tiny_course import NEGATIVE, hand_in, make_tiny_course, text

SECTION = "1-fundamentals"
LAST = {"answer-first": "def first(text): return text[0]", "answer-last": "def last(text): return text[-1]"}
WAITS = "import time\n\ntime.sleep(60)\n\n\ndef double(n):\n    return n\n"
"""Its examination is not over before somebody has looked: it waits for the whole deadline of a cell, twice."""

MOMENTS = 10


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class that is not graded yet: to be copied."""
    return make_small_class(tmp_path_factory.mktemp("class"))


def make_small_class(root: Path) -> Course:
    """Three submissions, recorded and not graded yet."""
    course = make_tiny_course(root)
    for exercise in course.exercises():
        write_release(course, exercise)
    ensure_recorded(course, SECTION)
    hand_in(course, "ann", "1.2", {"answer-double": RIGHT})
    hand_in(course, "ann", "1.4", LAST)
    (hand_in(course, "bob", "1.2", {"answer-double": NEGATIVE}).parent / "timestamp.txt").write_text("2026-01-02 UTC")
    hand_in(course, "cem", "1.2", {}).write_text("{")
    return course


@pytest.fixture(scope="module")
def undisturbed(handed_in: Course, tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, int]:
    """The same class, graded without any disturbance, and the number of steps that this takes."""
    course = copy_of(handed_in, tmp_path_factory.mktemp("undisturbed") / "course")
    told = tmp_path_factory.mktemp("told") / "steps"

    def graded() -> None:
        counting_steps(lambda step: print("step", step, flush=True))
        grade_section(SECTION, course=course)

    assert ended(started(graded, told)) == 0, told.read_text()
    steps = [int(line.split()[1]) for line in told.read_text().splitlines() if line.startswith("step ")]
    return course, max(steps)


@pytest.fixture
def course(handed_in: Course, tmp_path: Path) -> Course:
    """The class, not graded yet."""
    return copy_of(handed_in, tmp_path / "course")


def copy_of(course: Course, root: Path) -> Course:
    """The same course elsewhere, with the same times of change."""
    shutil.copytree(course.root, root)
    return Course(root)


def test_kill_9_at_any_moment_loses_nothing(handed_in: Course, undisturbed: tuple[Course, int], tmp_path: Path) -> None:
    """Killed at ten random steps, and gone on with: gradebook and notebooks are those of an undisturbed run."""
    wanted, steps = everything(undisturbed[0]), undisturbed[1]
    for moment in random.Random(steps).sample(range(1, steps), MOMENTS):
        course = copy_of(handed_in, tmp_path / f"killed-{moment}")
        told = tmp_path / f"told-{moment}"

        def run(course: Course = course, moment: int = moment) -> None:
            killed_at(moment)
            grade_section(SECTION, course=course)

        assert ended(started(run, told)) == -signal.SIGKILL, told.read_text()
        grade_section(SECTION, course=course)
        assert everything(course) == wanted, f"killed at step {moment} of {steps}"
        assert not [path for path in course.autograded.rglob("*") if path.name.endswith(".part")]


def test_a_run_that_was_killed_is_gone_on_with(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """What was written before is not graded again, and files without their transaction are."""
    assert grade_section(SECTION, course=course) == 0
    with sqlite3.connect(course.gradebook) as book:
        book.execute("DELETE FROM loopback_graded WHERE student = 'bob'")
    book.close()
    capsys.readouterr()
    assert grade_section(SECTION, course=course) == 0
    shown = capsys.readouterr().out
    assert "  bob " in shown and "  ann " not in shown and "2 more submissions have not changed." in shown


def test_ctrl_c_ends_what_runs_and_keeps_what_is_finished(
    course: Course, undisturbed: tuple[Course, int], tmp_path: Path
) -> None:
    """One sentence says how far it came; no process is left; the same command goes on with the rest."""
    path = hand_in(course, "zoe", "1.2", {"answer-double": WAITS})
    told = tmp_path / "told"
    pid = started(lambda: grade_section(SECTION, course=course), told)
    written = [course.autograded / student / SECTION / "1.2-double.ipynb" for student in ("ann", "bob", "cem")]
    until(lambda: len(tables_or_none(course)) == 3 and all(one.exists() for one in written))
    below = psutil.Process(pid).children(recursive=True)
    os.kill(pid, signal.SIGINT)
    assert ended(pid) == 130
    assert "Interrupted after 3 of 4 submissions; their marks are kept. The same command goes on" in told.read_text()
    assert not psutil.wait_procs(below, timeout=10)[1]
    shutil.rmtree(path.parents[1])
    assert grade_section(SECTION, course=course) == 0
    assert everything(course) == everything(undisturbed[0])


def tables_or_none(course: Course) -> list[object]:
    """The submissions in the gradebook; while it is being written, none."""
    try:
        return tables(database(course))["submitted_assignment"]
    except Exception:
        return []


def until(it_holds: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not it_holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("room", "sentence"), [(190_000, "1-fundamentals cannot be written"), (40_000, "The gradebook")]
)
def test_without_room_the_run_stops_with_a_sentence(
    course: Course, undisturbed: tuple[Course, int], tmp_path: Path, room: int, sentence: str
) -> None:
    """A notebook cannot be written, or the gradebook cannot. With room again, the same command ends as always."""
    hand_in(course, "ann", "1.2", {"answer-double": RIGHT}, *(text(f"long-{n}", "x" * 20_000) for n in range(12)))

    def run() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        return grade_section(SECTION, course=course)

    told = tmp_path / "told"
    assert ended(started(run, told)) == 1
    assert sentence in told.read_text() and "The same command goes on with the rest." in told.read_text()
    assert "Traceback" not in told.read_text()
    assert grade_section(SECTION, course=course) == 0
    assert tables(database(course)) == tables(database(undisturbed[0]))
    assert not [path for path in course.autograded.rglob("*") if path.name.endswith(".part")]


def test_a_gradebook_that_somebody_holds_is_told(
    course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program that writes for too long stops the run with its name; then the run goes on."""
    monkeypatch.setattr(databases, "PATIENCE", 0.1)
    holder = sqlite3.connect(course.gradebook, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert grade_section(SECTION, course=course) == 1
    assert "has held the gradebook for 0.1 s (formgrader, or another grading run)" in capsys.readouterr().err
    holder.execute("ROLLBACK")
    holder.close()
    assert grade_section(SECTION, course=course) == 0
