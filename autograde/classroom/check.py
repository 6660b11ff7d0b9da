"""`check`: proves exercises good, for authors and for CI.

For each exercise, in this order: its form is right; `exercises/` is what a fresh release gives; the solution earns
full marks; the untouched stub earns nothing in any cell; so it is with what is odd in any exercise (a solution that
prints to stderr; stubs that hang or tamper); every known mistake loses exactly what it says and is told what it says;
and repeated runs give the same. A proof starts when those before it hold, so the first sentence is
always the next thing to do. The index and the navigation of the course are looked at each time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import zip_longest

from rich.box import SIMPLE_HEAD
from rich.table import Table

from autograde.classroom import notebooks
from autograde.classroom.course import Course, CourseError, Exercise
from autograde.classroom.form import RELEASE, findings, undeclared_files
from autograde.classroom.gate import Gate, default_jobs
from autograde.classroom.handout import write_copies
from autograde.classroom.known import odd_answers
from autograde.classroom.navigation import stale, write_navigation
from autograde.classroom.proofs import Proof, Run, Subject, judged, subjects, unlost_claims
from autograde.classroom.release import fresh_release, write_release
from autograde.classroom.show import console, number, progress, show_json
from autograde.examiner.claims import claims_of
from autograde.examiner.seat import Answer


@dataclass(slots=True)
class Checked:
    """Everything found out about one exercise. `proofs` come in the order in which they are made."""

    exercise: Exercise
    proofs: list[Proof] = field(default_factory=list)
    stub: list[Answer] = field(default_factory=list)

    def add(self, subject: str, problems: list[str], notes: Sequence[str] = ()) -> None:
        """Note what one proof without a run found."""
        self.proofs.append(Proof(self.exercise.id, subject, problems, notes=list(notes)))

    @property
    def holds(self) -> bool:
        """Whether every proof was made, and none failed."""
        return bool(self.stub) and not any(proof.problems for proof in self.proofs)

    def tick(self, *subjects: str) -> str:
        """A ✓ when the proofs of these subjects hold, the number of problems when not, and a - before they are made."""
        proofs = [proof for proof in self.proofs if proof.subject in subjects]
        count = sum(len(proof.problems) for proof in proofs)
        return "-" if not proofs else f"[red]✗ {count}[/]" if count else "[green]✓[/]"


def run_check(
    exercises: Sequence[str], *, repeat: int = 1, as_json: bool = False, release: bool = False,
    course: Course | None = None,
) -> int:  # fmt: skip
    """The command. Returns its exit code: 0 when everything asked for is proved."""
    try:
        course = course or Course.here()
        wanted = course.find(exercises)
        if release:
            _write_releases(course, wanted, as_json=as_json)
        strangers = [*undeclared_files(course), *stale(course)]
        checked = [_checked_without_running(course, exercise) for exercise in wanted]
        _prove_by_running(checked, max(1, repeat))
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    _show(checked, strangers, repeat, as_json=as_json)
    return int(bool(strangers) or not all(one.holds for one in checked))


def _write_releases(course: Course, wanted: Sequence[Exercise], *, as_json: bool) -> None:
    changed = [*write_copies(course), *write_navigation(course)]
    neighbors = [one for one in course.exercises() if one.source in changed]
    for exercise in dict.fromkeys([*wanted, *neighbors]):
        changed += write_release(course, exercise)
    for path in dict.fromkeys(changed):
        print(f"Written: {path.relative_to(course.root)}", file=sys.stderr if as_json else sys.stdout)


def _checked_without_running(course: Course, exercise: Exercise) -> Checked:
    checked = Checked(exercise)
    problems = findings(exercise)
    checked.add("form", problems, [] if problems else unlost_claims(exercise))
    if not problems:
        try:
            with fresh_release(course, exercise) as made:
                checked.add("release", _release_problems(exercise, made.read_bytes()))
                checked.stub = notebooks.answers(notebooks.read(made))
        except CourseError as error:
            checked.add("release", [str(error)])
    return checked


def _release_problems(exercise: Exercise, fresh: bytes) -> list[str]:
    place = f"exercises/{exercise.section}/{exercise.released.name}"
    command = f"{RELEASE} {exercise.id}"
    if not exercise.released.is_file():
        return [f"{place} is not there yet. To write it: {command}"]
    if exercise.released.read_bytes() == fresh:
        return []
    line = _first_difference(exercise.released.read_bytes().splitlines(), fresh.splitlines())
    return [f"{place} is not what a fresh release gives, from line {line} on. To write it anew: {command}"]


def _first_difference(lines: Sequence[bytes], others: Sequence[bytes]) -> int:
    pairs = enumerate(zip_longest(lines, others), start=1)
    return next((count for count, (line, other) in pairs if line != other), len(lines))


def _prove_by_running(checked: Sequence[Checked], repeat: int) -> None:
    """Run every subject of every exercise whose form is right, several at once, and judge them."""
    ready = [one for one in checked if one.stub]
    plan = [(one, subject) for one in ready for subject in subjects(one.exercise, one.stub)]
    gate = Gate()
    with progress("Checking", len(plan) * repeat) as done, ThreadPoolExecutor(default_jobs()) as pool:
        jobs = [[pool.submit(_run, subject, gate, done) for _ in range(repeat)] for _, subject in plan]
        try:
            for (one, subject), runs in zip(plan, jobs, strict=True):
                one.proofs.append(judged(subject, [run.result() for run in runs]))
        except BaseException:  # Ctrl-C above all: what has not begun must not be waited for.
            gate.close()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _run(subject: Subject, gate: Gate, done: Callable[[], None]) -> Run:
    with gate.passed():  # so many at once that the processors are busy, and never so many that a wait is disturbed
        run = subject.run()
    done()
    return run


def _show(checked: Sequence[Checked], strangers: Sequence[str], repeat: int, *, as_json: bool) -> None:
    if as_json:
        rows = [{"exercise": "", "subject": "files", "problems": list(strangers), "seconds": 0.0, "notes": []}]
        show_json(rows + [asdict(proof) for one in checked for proof in one.proofs])
        return
    if checked:
        console().print(_table(checked))
    said = [problem for one in checked for problem in _folded(one.proofs)]
    for problem in (*said, *strangers):
        print(f"✗ {problem}")
    for note in (f"{proof.exercise}: {note}" for one in checked for proof in one.proofs for note in proof.notes):
        print(f"Note: {note}")
    if not said and not strangers:
        times = f", {repeat} times with the same result" if repeat > 1 else ""
        print(f"Everything holds{times}." if checked else "There is no exercise yet.")


def _folded(proofs: Sequence[Proof]) -> Iterator[str]:
    """Every problem of an exercise once, with the first subject that has it, and then the others that do."""
    subjects: dict[str, dict[str, None]] = {}
    for proof in proofs:
        for problem in proof.problems:
            subjects.setdefault(problem, {})[proof.subject] = None
    for problem, (first, *others) in subjects.items():
        same = f"\n  The same for: {', '.join(others)}." if others else ""
        yield f"{proofs[0].exercise}, {first}: {problem}{same}"


def _table(checked: Sequence[Checked]) -> Table:
    table = Table("Exercise", box=SIMPLE_HEAD, collapse_padding=True)
    for heading in ("Points", "Claims", "Form", "Release", "Solution", "Stub", "Odd", "Mistakes", "Longest"):
        table.add_column(heading, justify="right")
    total = 0.0
    for one in checked:
        points, claims = _sizes(one.exercise)
        total += points
        mistakes = [path.name for path in one.exercise.mistakes]
        ticks = [one.tick(subject) for subject in ("form", "release", "solution", "stub")]
        ticks.append(one.tick(*(name for name, _, _ in odd_answers({}, {}))))
        longest = max((proof.seconds for proof in one.proofs), default=0.0)
        known = f"{len(mistakes)} {one.tick(*mistakes)}"
        table.add_row(one.exercise.id, number(points), str(claims), *ticks, known, f"{longest:.1f} s")
    table.caption = f"{number(total)} points together; a section has 100 when it is complete."
    return table


def _sizes(exercise: Exercise) -> tuple[float, int]:
    """Points and number of claims, as far as the notebook can be read."""
    try:
        graded = notebooks.graded_cells(notebooks.read(exercise.source))
        return sum(check.points or 0.0 for check in graded), sum(len(claims_of(check.source)) for check in graded)
    except (CourseError, SyntaxError):
        return 0.0, 0
