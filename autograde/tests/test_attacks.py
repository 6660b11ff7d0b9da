"""Attacks, graded as one class in one run: none earns, reads, changes or stops anything, and nobody else feels it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograde.tests.attacks.corpus import ASK, DOUBLE, EXACTLY, Attack
from autograde.tests.attacks.targets import targets
from autograde.tests.attacks.themes import ATTACKS, THEMES
from autograde.tests.attacks.world import (
    OUTCOMES,
    Run,
    Seen,
    everything,
    grade,
    hand_in_class,
    leaks_of,
    look,
    make_course,
    odd_grades,
    sandbox_is_there,
)

FULL = {"000-classmate": 23.0, "999-classmate": 23.0}
"""What honest work is worth: everything that there is for these two, the small exercise for all others."""

SMALL = 5.0

FAIR = [attack for attack in ATTACKS if not attack.needs_sandbox or sandbox_is_there()]
"""The attacks that can be stopped here."""


@dataclass(frozen=True, slots=True)
class Graded:
    """The whole class: its marks, what each attack has got or done, and what cannot be laid at anybody's door."""

    run: Run
    seen: dict[str, Seen]
    unclaimed: list[str]
    honest: list[str]
    leaks_elsewhere: set[str]
    odd: list[tuple[str, str]]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """The class, graded once."""
    with targets(tmp_path_factory.mktemp("attacks")) as aim:
        course = make_course(aim)
        honest = hand_in_class(course, aim, FAIR, (ASK, EXACTLY, DOUBLE))
        before = everything(aim)
        run = grade(aim)
        seen, unclaimed = look(aim, FAIR, before)
        elsewhere = {leak for student in honest for leak in leaks_of(aim, student)} - {"the secret of classmate"}
        yield Graded(run, seen, unclaimed, honest, elsewhere, odd_grades(course))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.theme}-{attack.name}")
def test_an_attack_gets_nothing(graded: Graded, attack: Attack) -> None:
    """No point, no secret, no change, nothing left behind, and no work for anybody."""
    if attack not in FAIR:
        pytest.skip("nothing but a sandbox can stop this, and there is none here")
    student = f"{attack.number + 1:03}-{attack.name}"
    assert graded.run.points(student) == 0.0
    assert graded.run.outcomes(student) <= set(OUTCOMES)
    assert not graded.seen[attack.name], graded.seen[attack.name]


def test_classmates_lose_nothing(graded: Graded) -> None:
    """Whoever handed in good work has all points, whoever was graded before, and reads nothing of anybody else."""
    assert {student: graded.run.points(student) for student in graded.honest} == {
        student: FULL.get(student, SMALL) for student in graded.honest
    }
    assert graded.leaks_elsewhere == set()


def test_the_run_is_not_stopped(graded: Graded) -> None:
    """Every submission has its rows, and the pages were made."""
    assert not graded.run.stopped, graded.run.said
    assert len({row["student"] for row in graded.run.rows}) == len(FAIR) + len(graded.honest)


def test_nothing_else_has_changed(graded: Graded) -> None:
    """No file, process, socket or segment that belongs to nobody, and no points from nowhere."""
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
