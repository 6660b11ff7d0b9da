"""Attacks, graded as one class in one run: none earns, reads, changes or stops anything, and nobody else feels it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from autograde.classroom.course import Course
from autograde.tests.attacks.corpus import ASK, DOUBLE, EXACTLY, Attack
from autograde.tests.attacks.targets import Targets, targets
from autograde.tests.attacks.themes import ATTACKS, THEMES
from autograde.tests.attacks.world import (
    OUTCOMES,
    Run,
    everything,
    grade,
    hand_in_class,
    leaks_of,
    look,
    make_course,
    odd_grades,
    sandbox_is_there,
    student_of,
)

FULL = {"000-classmate": 23.0, "999-classmate": 23.0}
"""What honest work is worth: everything that there is for these two, the small exercise for all others."""

SMALL = 5.0

FAIR = [attack for attack in ATTACKS if not attack.needs_sandbox or sandbox_is_there()]
"""The attacks that can be stopped here."""


CLASSES = 2
"""So many classes are graded at the same time, since much of the time is waiting for those who hang."""


class Graded:
    """A whole class: its marks, what each attack has got or done, and what cannot be laid at anybody's door."""

    def __init__(
        self, aim: Targets, course: Course, attacks: list[Attack], honest: list[str], run: Run, before: dict[str, str]
    ) -> None:
        self.attacks, self.honest, self.run = attacks, honest, run
        self.seen, self.unclaimed = look(aim, attacks, before)
        leaks = {leak for student in honest for leak in leaks_of(aim, student)}
        self.leaks_elsewhere = leaks - {"the secret of classmate"}
        self.odd = odd_grades(course)


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> list[Graded]:
    """The whole corpus, graded once."""
    groups = [FAIR[number::CLASSES] for number in range(CLASSES)]
    with ExitStack() as stack:
        aims = [stack.enter_context(targets(tmp_path_factory.mktemp("attacks"))) for _ in groups]
        courses = [make_course(aim) for aim in aims]
        honest = [hand_in_class(*one, (ASK, EXACTLY, DOUBLE)) for one in zip(courses, aims, groups, strict=True)]
        before = [everything(aim) for aim in aims]
        with ThreadPoolExecutor(CLASSES) as pool:
            runs = list(pool.map(grade, aims))
        return [Graded(*one) for one in zip(aims, courses, groups, honest, runs, before, strict=True)]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.theme}-{attack.name}")
def test_an_attack_gets_nothing(classes: list[Graded], attack: Attack) -> None:
    """No point, no secret, no change, nothing left behind, and no work for anybody."""
    if attack not in FAIR:
        pytest.skip("nothing but a sandbox can stop this, and there is none here")
    (graded,) = [one for one in classes if attack in one.attacks]
    student = student_of(attack)
    assert graded.run.points(student) == 0.0
    assert graded.run.outcomes(student) <= set(OUTCOMES)
    assert not graded.seen[attack.name], graded.seen[attack.name]


def test_classmates_lose_nothing(classes: list[Graded]) -> None:
    """Whoever handed in good work has all points, whoever was graded before, and reads nothing of anybody else."""
    for graded in classes:
        earned = {student: graded.run.points(student) for student in graded.honest}
        assert earned == {student: FULL.get(student, SMALL) for student in graded.honest}
        assert graded.leaks_elsewhere == set()


def test_the_run_is_not_stopped(classes: list[Graded]) -> None:
    """Every submission has its rows, and the pages were made."""
    for graded in classes:
        assert not graded.run.stopped, graded.run.said
        assert len({row["student"] for row in graded.run.rows}) == len(graded.attacks) + len(graded.honest)


def test_nothing_else_has_changed(classes: list[Graded]) -> None:
    """No file, process, socket or segment that belongs to nobody, and no points from nowhere."""
    for graded in classes:
        assert graded.unclaimed == []
        assert graded.odd == []


def test_the_corpus_is_large() -> None:
    """Every attack of every theme is registered, under a name of its own, and says what it tries."""
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 60
    assert {attack.theme for attack in ATTACKS} == {theme.__name__.rpartition(".")[2] for theme in THEMES}
    assert all(attack.tries.endswith(".") for attack in ATTACKS)


def test_every_file_of_attacks_is_a_theme() -> None:
    """A new file is in the corpus, or this says so."""
    folder = Path(__file__).with_name("attacks")
    named = {path.stem for path in folder.glob("*.py") if "\n@attack(" in path.read_text("utf-8")}
    assert named == {attack.theme for attack in ATTACKS}
