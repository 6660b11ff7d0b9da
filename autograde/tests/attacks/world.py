"""A course with canaries in it, in which attacks are handed in and graded, and a look at what has become of it all.

    with targets(folder) as aim:
        course = make_course(aim)
        hand_in_class(course, aim, attacks)
        before = everything(aim)
        grade(aim)
        seen = look(aim, attacks, before)

The real notebooks 1.2 and 1.4 stand beside a small one, 1.9, for attacks that are not about the wire.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograde.classroom import notebooks, stock
from autograde.classroom.course import Course
from autograde.classroom.record import database
from autograde.examiner.standby_process import why_no_sandbox
from autograde.tests.attacks.corpus import ASK, CONFESSED, DOUBLE, EXACTLY, Attack, Submission
from autograde.tests.attacks.small_exercise import small_exercise
from autograde.tests.attacks.targets import Targets
from autograde.tests.tiny_course import CONFIG, hand_in, write

SECTION = "1-fundamentals"

Made = Callable[[str, NotebookNode], NotebookNode]

LONGEST_PAGE = 3_000_000
"""Bytes that a graded notebook or its page may have: more is a flood that came through."""

GRADE = "import sys; from autograde.classroom.grade import grade_section; sys.exit(grade_section({!r}, as_json=True))"
FEEDBACK = [sys.executable, "-m", "nbgrader", "generate_feedback", SECTION]

DEADLINE = 600.0
"""Seconds in which a class must be graded, however it behaves."""

EVERY = 4
"""After so many attacks comes honest work."""

OUTCOMES = ("pass", "fail", "missing", "unreadable")
"""What an attack may end as. Anything else has kept a person busy, or stopped somebody."""


def sandbox_is_there() -> bool:
    """Whether examinees are locked into namespaces of their own, as this system allows it or not."""
    return not why_no_sandbox()


def make_course(
    aim: Targets, configuration: str = CONFIG.read_text(), made: Made = lambda name, source: source
) -> Course:
    """Write the course, with a secret in each hidden check and each solution, and one student in its gradebook.

    `made` is what becomes of the three exercises when the course is not ours but that of stock nbgrader.
    """
    section = aim.course / "solutions" / SECTION
    section.mkdir(parents=True)
    (aim.course / "nbgrader_config.py").write_text(configuration)
    sources = {one.name: notebooks.read(one.source) for one in Course.here(CONFIG.parent).find([ASK, EXACTLY])}
    for name, source in {**sources, DOUBLE: small_exercise()}.items():
        write(section / f"{name}.ipynb", with_secrets(made(name, source), aim.secrets))
    done = run_in(aim, [sys.executable, "-m", "nbgrader", "generate_assignment", SECTION])
    assert done.returncode == 0, done.stderr
    course = Course(aim.course)
    enroll(course, aim)
    return course


def with_secrets(notebook: NotebookNode, secrets: Mapping[str, str]) -> NotebookNode:
    """The notebook with one more comment in each hidden part."""
    for mark, kind in (("### BEGIN HIDDEN TESTS", "hidden"), ("### BEGIN SOLUTION", "solution")):
        for cell in notebook.cells:
            cell.source = re.sub(f"( *){mark}\n", f"\\g<0>\\1# {secrets[kind]}\n", cell.source)
    return notebook


def enroll(course: Course, aim: Targets) -> None:
    """Put a student with a secret name into the gradebook."""
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course)) as book:
            book.add_student(aim.secrets["gradebook"])


def right_answers(course: Course, name: str) -> dict[str, str]:
    """The solution of an exercise, without its secrets."""
    source = notebooks.read(course.find([name])[0].source)
    return {
        one.cell: "\n".join(line for line in one.source.splitlines() if "canary" not in line)
        for one in notebooks.answers(source)
    }


def classmate(course: Course, aim: Targets, student: str, names: Sequence[str] = (DOUBLE,)) -> None:
    """Hand in right answers, with a secret in them."""
    for name in names:
        answers = right_answers(course, name)
        hand_in(
            course, student, name, {cell: f"# {aim.secrets['classmate']}\n{text}" for cell, text in answers.items()}
        )


def student_of(attack: Attack) -> str:
    """Who hands in an attack. Names decide in which order a class is graded."""
    return f"{attack.number + 1:03}-{attack.name}"


def hand_in_class(
    course: Course, aim: Targets, attacks: Iterable[Attack], names: Sequence[str] = (DOUBLE,)
) -> list[str]:
    """Hand in all attacks, and honest work: these exercises first and last, and one after each few attacks.

    Returns the honest students.
    """
    honest = ["000-classmate", "999-classmate"]
    for student in honest:
        classmate(course, aim, student, names)
    for count, attack in enumerate(attacks):
        path = hand_in(course, student_of(attack), attack.exercise, {})
        mark = f"lb-{attack.name}-{attack.tail(aim.run)}"
        attack.do(Submission(path.parent, attack.exercise, mark, aim))
        if count % EVERY == 0:
            honest.append(f"{student_of(attack)}-classmate")
            classmate(course, aim, honest[-1])
    return honest


@dataclass
class Run:
    """What a grading run gave: the rows, and what it said. `stopped`: it ended before it was through."""

    rows: list[dict[str, Any]]
    said: str
    stopped: bool

    def points(self, student: str) -> float:
        """All points of a student."""
        return sum(row["points"] or 0.0 for row in self.rows if row["student"] == student)

    def outcomes(self, student: str) -> set[str]:
        """What became of the cells of a student."""
        return {row["outcome"] for row in self.rows if row["student"] == student}


def grade(aim: Targets) -> Run:
    """Grade the class with the command's own code, and make the feedback pages, as the instructor would."""
    done = run_in(aim, [sys.executable, "-c", GRADE.format(SECTION)])
    try:
        rows = json.loads(done.stdout)
    except ValueError:
        return Run([], done.stderr, True)
    pages = run_in(aim, FEEDBACK)
    return Run(rows, done.stderr + (pages.stderr if pages.returncode else ""), pages.returncode != 0)


def run_in(aim: Targets, command: Sequence[str], *, installed: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command in the course, with the canaries in its environment."""
    return subprocess.run(
        command, cwd=aim.course, env=aim.environment(installed=installed), capture_output=True, text=True,
        errors="replace", timeout=DEADLINE, start_new_session=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip


MADE_BY_GRADING = re.compile(
    r"course/(gradebook\.db|autograded/|feedback/|\.nbgrader)|home/\.(cache|jupyter/migrated)|tmp/tmp\w+\.json"
)
"""What a grading run itself writes, relative to the root of the test."""


def everything(aim: Targets) -> dict[str, str]:
    """Every file of the test's that grading has no business to change: what it is, or a hash of what is in it."""
    found = {}
    for path in sorted(aim.root.rglob("*")):
        name = str(path.relative_to(aim.root))
        mode = path.lstat().st_mode
        if MADE_BY_GRADING.match(name) or stat.S_ISDIR(mode):
            continue
        if stat.S_ISLNK(mode):
            found[name] = os.readlink(path)
        elif stat.S_ISREG(mode):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = oct(mode)
    return found


@dataclass
class Seen:
    """What an attack has got or done, beyond points: what leaked, what was changed, what was left behind."""

    leaks: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.leaks or self.changes or self.left)


def leaks_of(aim: Targets, student: str) -> set[str]:
    """What stands on the pages and in the graded notebooks of a student, and must not: secrets, HTML that runs."""
    found = set()
    for path in [*(aim.course / "autograded" / student).rglob("*"), *(aim.course / "feedback" / student).rglob("*")]:
        if path.is_file() and not path.is_symlink():
            text = path.read_bytes().decode("utf-8", "replace")
            found |= {f"the secret of {kind}" for kind, secret in aim.secrets.items() if secret in text}
            if hit := re.search(rf"{CONFESSED}[^\n\"]{{0,80}}", text):
                found.add(hit[0])
            if len(text) > LONGEST_PAGE:
                found.add(f"a flood of {len(text) >> 20} MB")
            if path.suffix == ".html" and runs(text, aim.run):
                found.add("HTML that runs")
    return found


def runs(page: str, run: str) -> bool:
    """Whether a tag of an attacker's is on the page as a tag. Each carries the mark, which ends in the run's name."""
    mark = rf"lb-[\w-]*{run}"
    return re.search(rf"<script>{mark}|<[a-z]+\b[^<>]*{mark}", page) is not None


def processes_of(aim: Targets) -> Iterator[tuple[int, str]]:
    """Number and name of every process that began in the test's world and is still there, but for the sentinel."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            comm = Path(f"/proc/{name}/comm").read_text().strip()
            environ = Path(f"/proc/{name}/environ").read_bytes()
            if comm.endswith(aim.run) or str(aim.root).encode() in environ:
                yield int(name), comm


def traces(aim: Targets, before: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """What is not as it was, in any place: the kind of the trace, what it is, and text in which a mark may be found."""
    after = everything(aim)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            path = aim.root / name
            text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
            yield "changes", name, name + text
    for pid, comm in processes_of(aim):
        yield "left", f"process {comm}", comm
        with suppress(OSError):
            os.kill(pid, 9)
    for folder in ("/tmp", "/var/tmp", "/dev/shm"):
        for path in Path(folder).glob(f"lb-*{aim.run}*"):
            yield "left", f"a file in {folder}", path.name
            path.unlink(missing_ok=True)
    for visit in aim.visits:
        yield "changes", "a service was visited", visit.decode("utf-8", "replace")
    if aim.log.exists() and (heard := aim.log.read_text()):
        yield "changes", "a process of the instructor's got a signal", heard
    for key in shared_memory():
        if f"{key:07x}".endswith(aim.run):
            yield "left", "shared memory", f"{key:07x}"
            subprocess.run(["ipcrm", "-M", hex(key)], capture_output=True)
    for listening in Path("/proc/net/unix").read_text().splitlines():
        if "lb-" in listening and listening.endswith(aim.run):
            yield "left", "a listening socket", listening


def shared_memory() -> Iterator[int]:
    """The keys of all segments of System V shared memory."""
    with suppress(OSError):
        for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]:
            yield int(line.split()[0]) & 0xFFFFFFFF


def look(aim: Targets, attacks: Sequence[Attack], before: Mapping[str, str]) -> tuple[dict[str, Seen], list[str]]:
    """What each attack, by name, has got or done; and traces that carry nobody's mark."""
    seen = {attack.name: Seen(leaks_of(aim, student_of(attack))) for attack in attacks}
    unclaimed = []
    for kind, what, text in traces(aim, before):
        whose = [attack.name for attack in attacks if attack.tail(aim.run) in text]
        for name in whose or ([attacks[0].name] if len(attacks) == 1 else []):
            getattr(seen[name], kind).add(re.sub(r"[0-9a-f]{7}\b", "…", what))
        if not whose and len(attacks) > 1:
            unclaimed.append(f"{kind}: {what}")
    return seen, unclaimed


def odd_grades(course: Course) -> list[tuple[str, str]]:
    """Student and cell of every grade in the gradebook that holds points which no check has given."""
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course)) as book:
            return [
                (submission.student.id, grade.name)
                for submission in book.assignment_submissions(SECTION)
                for notebook in submission.notebooks
                for grade in notebook.grades
                if grade.manual_score is not None or grade.extra_credit
            ]
