"""One group of attacks under one grader, seen from beside it: `python -m … GRADER FOLDER ATTACK …`, in namespaces.

`against_stock.py` starts this with `unshare`, so that neither a flood nor a signal can hurt the machine. It prints one
JSON object: what became of each attack, and whether the group's honest submissions were graded as they should be.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import copytree

from autograde.classroom import stock
from autograde.classroom.course import Course
from autograde.classroom.record import database
from autograde.tests.attacks.corpus import Attack
from autograde.tests.attacks.targets import Targets, targets
from autograde.tests.attacks.themes import ATTACKS
from autograde.tests.attacks.world import (
    FEEDBACK,
    SECTION,
    classmate,
    everything,
    grade,
    hand_in_class,
    look,
    odd_grades,
    run_in,
    student_of,
)

SMALL = 5.0
"""What each classmate's work is worth."""

AROUND = range(500, 504)
"""More classmates: nbgrader grades in the order in which the file system lists them, so some come after any attack."""

LIMITS = {
    resource.RLIMIT_FSIZE: 500 << 20, resource.RLIMIT_NPROC: 2000, resource.RLIMIT_AS: 4 << 30, resource.RLIMIT_CORE: 0
}  # fmt: skip
"""What everything here may use at most, each process for itself."""


@dataclass
class Outcome:
    """What became of one attack."""

    points: float
    undecided: bool
    leaks: list[str]
    changes: list[str]
    left: list[str]


@dataclass
class Observed:
    """What became of a group: each attack by name, honest students with other points than they have earned, whether
    the grader died or left somebody out, and traces that are nobody's."""

    outcomes: dict[str, Outcome]
    robbed: list[str]
    stopped: bool
    unclaimed: list[str]


def observe(grader: str, folder: Path, attacks: Sequence[Attack]) -> Observed:
    """Hand in the attacks with honest work around them, have them graded, and look at what has become of it all."""
    known = json.loads((folder.parent / f"{grader}-template" / "secrets.json").read_text())
    copytree(folder.parent / f"{grader}-template", folder, symlinks=True)
    with targets(folder, known) as aim:
        course = Course(aim.course)
        honest = hand_in_class(course, aim, attacks) + [f"{number}-classmate" for number in AROUND]
        for student in honest[-len(AROUND) :]:
            classmate(course, aim, student)
        before = everything(aim)
        died, undecided = grade_with(grader, aim)
        seen, unclaimed = look(aim, attacks, before)
        odd = odd_grades(course)
        if odd and len(attacks) == 1:
            seen[attacks[0].name].changes.add("points in the gradebook")
        elif odd:
            unclaimed.append("points in the gradebook")
        points = points_of(course)
        outcomes = {
            attack.name: Outcome(
                points.get(student_of(attack), 0.0), student_of(attack) in undecided,
                *map(sorted, (seen[attack.name].leaks, seen[attack.name].changes, seen[attack.name].left)),
            )
            for attack in attacks
        }  # fmt: skip
        robbed = [student for student in honest if points.get(student, SMALL) != SMALL]
        return Observed(outcomes, robbed, died or not points.keys() >= set(honest), unclaimed)


def grade_with(grader: str, aim: Targets) -> tuple[bool, set[str]]:
    """Grade with one of the two graders. Whether that died or did not end, and about whom it could not decide."""
    try:
        if grader == "here":
            run = grade(aim)
            return run.stopped, {row["student"] for row in run.rows if row["points"] is None}
        # A file beside a notebook comes before an installed package, but after one on PYTHONPATH.
        died = run_in(aim, [sys.executable, "-m", "nbgrader", "autograde", SECTION], installed=True).returncode < 0
        run_in(aim, FEEDBACK, installed=True)
        return died, set()
    except subprocess.TimeoutExpired:
        return True, set()


def points_of(course: Course) -> dict[str, float]:
    """The points of every student in the gradebook, as nbgrader adds them up; none when there is no gradebook."""
    with suppress(Exception), stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course)) as book:
            return {
                submission.student.id: float(submission.score) for submission in book.assignment_submissions(SECTION)
            }
    return {}


def main(grader: str, folder: str, *names: str) -> None:
    """Observe the attacks with these names."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for kind, most in LIMITS.items():
        resource.setrlimit(kind, (most, most))
    print(json.dumps(asdict(observe(grader, Path(folder), [one for one in ATTACKS if one.name in names]))))


if __name__ == "__main__":
    main(*sys.argv[1:])
