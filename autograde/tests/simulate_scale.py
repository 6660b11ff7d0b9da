"""Classes of any size through the real coordinator, on a simulated clock: what grows with a class, and how.

    python -m autograde.tests.simulate_scale 100 1000 10000
    python -m autograde.tests.simulate_scale --recorded FOLDER 100000     # goes on with what was recorded there before

Everything is the real thing (`grade_section` with plan, intake, writer, ledger, gradebook, files and table) but the
waiting for examiners. First a sample of submissions is really examined, dealt as for `grade --sample`. Then a class
is made of the same submissions in turn, and an examination gives the verdicts that were recorded, at the moment
at which it would have ended: after as many seconds as it took when it was recorded, in one of `--jobs` places, the
first that is free. What the coordinator itself does takes the processor time that it takes here.

Each size is graded by a process of its own, which is forked, and then once more by another one: nothing has changed.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent import futures
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any
from unittest.mock import patch

from rich.box import SIMPLE_HEAD
from rich.table import Table
from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy import table as named

from autograde.classroom import grade, grading
from autograde.classroom.asked import Asked
from autograde.classroom.course import Course, known_section
from autograde.classroom.database import opened
from autograde.classroom.examiners import LocalExaminers, Task
from autograde.classroom.gate import default_jobs
from autograde.classroom.known import known_submissions
from autograde.classroom.ledger import remembered
from autograde.classroom.record import database, ensure_recorded
from autograde.classroom.sample import copied_course, dealt
from autograde.classroom.show import console
from autograde.classroom.writing import Writer
from autograde.examiner.examine import CellVerdict

ROWS = ("student", "submitted_assignment", "submitted_notebook", "grade", "comment", "loopback_graded")


@dataclass(slots=True)
class Recording:
    """The known submissions of a section, as files by exercise, and the verdicts on each that can be examined.

    The verdicts are pickled, as whoever examines elsewhere would send them.
    """

    course: Course
    section: str
    files: dict[str, list[Path]]
    verdicts: dict[Task, bytes] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


def recorded(course: Course, section: str, root: Path, *, sample: int) -> Recording:
    """Examine a sample of each exercise of the section, in a course at `root`; or what was recorded there before."""
    if (kept := root / "recording.pickle").exists():
        with kept.open("rb") as file:
            return Recording(course, *pickle.load(file))
    root.mkdir(parents=True, exist_ok=True)
    copy = copied_course(course, section, root)
    ensure_recorded(copy, section)
    recording = Recording(course, section, {})
    for exercise in course.exercises(section):
        known_ones = list(known_submissions(course, exercise))
        for number, known in enumerate(dealt(known_ones, min(sample, len(known_ones)), Random(exercise.id))):
            path = root / "known" / exercise.name / f"{number}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(known.text, "utf-8")
            recording.files.setdefault(exercise.name, []).append(path)
    for number in range(max(map(len, recording.files.values()))):
        hand_in(copy, section, number, {name: files[number : number + 1] for name, files in recording.files.items()})
    with patch.object(grade, "LocalExaminers", lambda jobs: Records(jobs, recording)), silence():
        grade.grade_section(section, course=copy)
    leave_out_what_broke_down(copy, recording)
    with kept.open("wb") as file:
        pickle.dump((section, recording.files, recording.verdicts, recording.seconds), file)
    return recording


def leave_out_what_broke_down(copy: Course, recording: Recording) -> None:
    """Submissions on which there is no verdict: a second run would really examine them."""
    with opened(database(copy)) as engine:
        for student, found in remembered(engine, recording.section).items():
            for name, entry in found.entries.items():
                if any(mark.outcome == "infrastructure" for mark in entry.marks):
                    number = int(student.rpartition("-")[2])
                    recording.files[name] = [path for path in recording.files[name] if path.stem != str(number)]


class Records(LocalExaminers):
    """Examines as always, and keeps the verdicts."""

    def __init__(self, jobs: int, recording: Recording) -> None:
        super().__init__(jobs)
        self._recording = recording

    def _examine(self, task: Task) -> list[CellVerdict]:
        verdicts = super()._examine(task)
        if task not in self._recording.verdicts:
            self._recording.seconds.append(sum(one.seconds for one in verdicts))
        self._recording.verdicts[task] = pickle.dumps(verdicts)
        return verdicts


def hand_in(course: Course, section: str, number: int, known: Mapping[str, Sequence[Path]]) -> None:
    """Hand in for one student, of each exercise the known submission whose turn it is. Links, as there are so many."""
    folder = course.submitted / f"student-{number:06}" / section
    folder.mkdir(parents=True)
    for name, files in known.items():
        if files:
            os.link(files[number % len(files)], folder / f"{name}.ipynb")


class Clock:
    """The coordinator's time: what it worked, in seconds of its processor, and what it waited for examiners."""

    def __init__(self) -> None:
        self.waited = 0.0
        self._began = time.process_time()

    def now(self) -> float:
        """Seconds since the beginning."""
        return self.waited + time.process_time() - self._began


class Simulated:
    """Examiners whose verdicts are known, and come when they would. In their block, waiting moves the clock."""

    def __init__(self, jobs: int, recording: Recording, clock: Clock) -> None:
        self.jobs = jobs
        self.longest_queue = 0
        self.busy = 0.0
        self._recording, self._clock = recording, clock
        self._free = [0.0] * jobs
        self._running: list[tuple[float, int, futures.Future[list[CellVerdict]], bytes]] = []
        self._number = count()

    def submit(self, task: Task) -> futures.Future[list[CellVerdict]]:
        """Begun when a place is free."""
        verdicts = self._recording.verdicts[task]
        future: futures.Future[list[CellVerdict]] = futures.Future()
        seconds = sum(one.seconds for one in pickle.loads(verdicts))
        ends = max(self._clock.now(), heapq.heappop(self._free)) + seconds
        heapq.heappush(self._free, ends)
        heapq.heappush(self._running, (ends, next(self._number), future, verdicts))
        self.busy += seconds
        self.longest_queue = max(self.longest_queue, len(self._running) - self.jobs)
        return future

    def wait(
        self, waiting: Collection[futures.Future[list[CellVerdict]]], timeout: float | None, when: str
    ) -> futures._base.DoneAndNotDoneFutures[list[CellVerdict]]:
        """`concurrent.futures.wait` on this clock."""
        if self._running:
            self._clock.waited += max(0.0, self._running[0][0] - self._clock.now())
        while self._running and self._running[0][0] <= self._clock.now():
            *_, future, verdicts = heapq.heappop(self._running)
            future.set_result(pickle.loads(verdicts))
        return futures.wait(waiting, 0, when)

    def __enter__(self) -> Simulated:
        self._patched = patch.object(grading, "wait", self.wait)
        self._patched.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patched.stop()


@dataclass(slots=True)
class Measured:
    """What a run took. `hours` are simulated; `seconds` of the coordinator's processor; `peak` is in bytes."""

    hours: float = 0.0
    waited: float = 0.0
    busy: float = 0.0
    longest_queue: int = 0
    seconds: float = 0.0
    wall: float = 0.0
    intake: float = 0.0
    writing: float = 0.0
    statements: int = 0
    peak: int = 0


def graded(course: Course, recording: Recording, jobs: int) -> Measured:
    """The first run over the class, in this process."""
    one, clock = Measured(), Clock()
    made: list[Simulated] = []

    def simulated(jobs: int) -> Simulated:
        made.append(Simulated(jobs, recording, clock))
        return made[-1]

    intake, writing = timed(one, "intake", grading, "open_submission"), timed(one, "writing", Writer, "write")
    with patch.object(grade, "LocalExaminers", simulated), intake, writing:
        run(one, course, recording.section, jobs)
    one.hours, one.waited = clock.now() / 3600, clock.waited
    one.busy, one.longest_queue = made[0].busy, made[0].longest_queue
    return one


def graded_again(course: Course, recording: Recording, jobs: int) -> Measured:
    """A run that finds nothing changed, in this process."""
    one = Measured()
    with timed(one, "intake", grading, "open_submission"), timed(one, "writing", Writer, "write"):
        run(one, course, recording.section, jobs)
    return one


def run(one: Measured, course: Course, section: str, jobs: int) -> None:
    """`grade SECTION`, with what it prints thrown away."""

    def counted(*_: Any) -> None:
        one.statements += 1

    event.listen(Engine, "before_cursor_execute", counted)
    began, worked = time.perf_counter(), time.process_time()
    with silence():
        grade.grade_section(section, course=course, asked=Asked(jobs=jobs))
    one.wall, one.seconds = time.perf_counter() - began, time.process_time() - worked
    event.remove(Engine, "before_cursor_execute", counted)


@contextmanager
def timed(one: Measured, what: str, owner: Any, name: str) -> Iterator[None]:
    """Inside, the processor time of this function is added up."""
    function = getattr(owner, name)

    def timing(*arguments: Any) -> Any:
        began = time.process_time()
        try:
            return function(*arguments)
        finally:
            setattr(one, what, getattr(one, what) + time.process_time() - began)

    with patch.object(owner, name, timing):
        yield


@contextmanager
def silence() -> Iterator[None]:
    """Inside, nothing is printed."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        yield


def forked(work: Callable[[], Measured]) -> Measured:
    """What the work measures in a process of its own, and the most memory that this process has had."""
    with tempfile.TemporaryFile() as told:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                told.write(json.dumps(asdict(work())).encode())
                told.flush()
                code = 0
            finally:
                os._exit(code)
        _, status, usage = os.wait4(pid, 0)
        if status:
            raise SystemExit("The run was broken off; see above.")
        told.seek(0)
        return Measured(**{**json.loads(told.read()), "peak": usage.ru_maxrss * 1024})


def stored(course: Course) -> dict[str, int]:
    """Rows of the gradebook by table, its bytes, and the number and bytes of the graded files."""
    engine = create_engine(database(course))
    with engine.connect() as connection:
        found = {name: connection.scalar(select(func.count()).select_from(named(name))) or 0 for name in ROWS}
    engine.dispose()
    files = [path.stat().st_size for path in course.autograded.rglob("*") if path.is_file()]
    return {**found, "database": course.gradebook.stat().st_size, "files": len(files), "bytes": sum(files)}


@dataclass(frozen=True, slots=True)
class Class:
    """A class that was graded, and once more; and what is stored of it."""

    size: int
    first: Measured
    second: Measured
    stored: dict[str, int]


def simulate(recording: Recording, size: int, root: Path, *, jobs: int) -> Class:
    """Grade a class of that size in a course below `root`, twice."""
    root.mkdir(parents=True)
    course = copied_course(recording.course, recording.section, root)
    for exercise in course.exercises():
        if exercise.name not in recording.files:
            exercise.source.unlink()
    ensure_recorded(course, recording.section)
    for number in range(size):
        hand_in(course, recording.section, number, recording.files)
    first = forked(lambda: graded(course, recording, jobs))
    second = forked(lambda: graded_again(course, recording, jobs))
    return Class(size, first, second, stored(course))


def show(classes: Sequence[Class], recording: Recording) -> None:
    """One column for each size."""
    notebooks = len(recording.files)
    table = Table("", *(f"{one.size:,}" for one in classes), box=SIMPLE_HEAD)
    for column in table.columns[1:]:
        column.justify = "right"

    def row(what: str, of: Callable[[Class], str]) -> None:
        table.add_row(what, *map(of, classes))

    row("notebooks", lambda one: f"{one.size * notebooks:,}")
    row("simulated hours", lambda one: f"{one.first.hours:.2f}")
    row("notebooks in an hour", lambda one: f"{one.size * notebooks / one.first.hours:,.0f}")
    row("of that time the coordinator worked", lambda one: f"{one.first.seconds / one.first.hours / 36:.0f} %")
    row("longest queue (notebooks)", lambda one: f"{one.first.longest_queue}")
    row("coordinator, for a submission (ms)", lambda one: f"{1000 * one.first.seconds / one.size:.1f}")
    row("… intake", lambda one: f"{1000 * one.first.intake / one.size:.1f}")
    row("… writing", lambda one: f"{1000 * one.first.writing / one.size:.1f}")
    row("SQL statements for a submission", lambda one: f"{one.first.statements / one.size:.1f}")
    row("coordinator's memory at most (MB)", lambda one: f"{one.first.peak / 1e6:,.0f}")
    row("second run: seconds", lambda one: f"{one.second.wall:.1f}")
    row("second run: processor seconds", lambda one: f"{one.second.seconds:.1f}")
    row("second run: memory at most (MB)", lambda one: f"{one.second.peak / 1e6:,.0f}")
    for name in ROWS:
        row(f"rows of {name}", lambda one, name=name: f"{one.stored[name]:,}")  # type: ignore[misc]  # bound now
    row("gradebook.db (MB)", lambda one: f"{one.stored['database'] / 1e6:,.1f}")
    row("files in autograded/", lambda one: f"{one.stored['files']:,}")
    row("their bytes (MB)", lambda one: f"{one.stored['bytes'] / 1e6:,.0f}")
    console().print(table)


def _id(name: str) -> str:
    return name.partition("-")[0]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("sizes", nargs="+", type=int, metavar="STUDENTS", help="sizes of classes")
    parser.add_argument("--section", default="1-fundamentals")
    parser.add_argument("--jobs", type=int, default=default_jobs(), help="examinations at once (default: as `grade`)")
    parser.add_argument(
        "--recorded", type=Path, metavar="FOLDER", help="where what is recorded is kept, and looked for"
    )
    parser.add_argument("--exercise", action="append", metavar="ID", help="only this exercise; may be repeated")
    parser.add_argument("--sample", type=int, default=24, help="submissions of each exercise that are really examined")
    parser.add_argument("--json", action="store_true", help="print what was measured as JSON")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        kept = words.recorded or Path(folder) / "recorded"
        recording = recorded(Course.here(), known_section(words.section), kept, sample=words.sample)
        if words.exercise:
            recording.files = {name: files for name, files in recording.files.items() if _id(name) in words.exercise}
        classes = []
        for size in words.sizes:
            classes.append(simulate(recording, size, Path(folder) / str(size), jobs=words.jobs))
            shutil.rmtree(Path(folder) / str(size))
            print(f"{size:,} are done.", file=sys.stderr)
    seconds = sorted(recording.seconds)
    middle = seconds[len(seconds) // 2]
    print(f"{len(seconds)} examinations were recorded: {sum(seconds):.0f} s, {middle:.2f} s at the median.")
    if words.json:
        print(json.dumps([asdict(one) for one in classes], indent=1))
    else:
        show(classes, recording)


if __name__ == "__main__":
    main()
