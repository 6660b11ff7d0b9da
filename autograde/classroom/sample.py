"""`grade SECTION --sample N`: a class made up from what is known, graded like any other, its marks compared.

The submissions are those of `known.py`, whose marks are known without running anything, so a grading run that gives
other marks is broken. The class lives in a temporary course with a gradebook of its own.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain, cycle, islice, zip_longest
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from autograde.classroom.asked import Asked
from autograde.classroom.course import Course, CourseError
from autograde.classroom.grade import grade_class
from autograde.classroom.known import Known, known_submissions
from autograde.classroom.marks import Graded, Mark
from autograde.classroom.show import console, number, show_json
from autograde.classroom.watching import watch


def grade_sample(
    course: Course, section: str, size: int, *, seed: int | None, as_json: bool, asked: Asked | None = None
) -> int:
    """Make the class, grade it, and show both marks. Returns 1 when any differ."""
    if size < 1:
        raise CourseError("A sample needs at least one submission: --sample 12 is a good size.")
    asked = Asked(jobs=asked.jobs, cluster=asked.cluster) if asked else Asked()
    seed = random.randrange(10_000) if seed is None else seed
    if not course.exercises(section):
        raise CourseError(f"There is no exercise in solutions/{section}/ yet, so there is nothing to grade.")
    with tempfile.TemporaryDirectory(prefix="sample-") as folder:
        copy = copied_course(course, section, Path(folder))
        handed_in = hand_in_a_class(course, copy, section, size, seed)
        with watch("Grading the sample") as watched:
            graded = grade_class(copy, section, copy.students(section), asked, watched)
    compared = list(_compared(graded, handed_in))
    if as_json:
        show_json(one.row() for one in compared)
    else:
        _show(compared, seed)
    return int(not all(one.agrees for one in compared))


def copied_course(course: Course, section: str, root: Path) -> Course:
    """A course of the same exercises with an empty gradebook."""
    shutil.copy(course.root / "nbgrader_config.py", root)
    shutil.copytree(course.root / "solutions" / section, root / "solutions" / section)
    return Course(root)


def hand_in_a_class(course: Course, copy: Course, section: str, size: int, seed: int) -> dict[tuple[str, str], Known]:
    """Put the submissions into the copy's `submitted/`. Returns them by student and exercise id."""
    handed_in = {}
    width = max(2, len(str(size)))
    for exercise in course.exercises(section):
        dice = random.Random(f"{seed} {exercise.id}")
        for count, known in enumerate(dealt(list(known_submissions(course, exercise)), size, dice), start=1):
            student = f"sample-{count:0{width}}"
            path = copy.submitted / student / section / exercise.released.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(known.text, "utf-8")
            handed_in[student, exercise.id] = known
    return handed_in


def dealt(known: list[Known], size: int, dice: random.Random) -> list[Known]:
    """`size` submissions in random order: a solution and a stub first of all, then mistakes and odd ones in turn."""
    solution, stub, *rest = known
    mistakes = [one for one in rest if one.kind.endswith(".py")]
    odd = [one for one in rest if not one.kind.endswith(".py")]
    dice.shuffle(mistakes)
    dice.shuffle(odd)
    mixed = [one for one in chain.from_iterable(zip_longest(mistakes, odd)) if one is not None]
    chosen = list(islice(cycle([solution, stub, *mixed]), size))
    dice.shuffle(chosen)
    return chosen


@dataclass(frozen=True, slots=True)
class Compared:
    """One mark beside the one known in advance, and what was handed in."""

    mark: Mark
    kind: str
    known: float

    @property
    def agrees(self) -> bool:
        """Whether grading gave what was known."""
        return self.mark.points == self.known

    def row(self) -> dict[str, object]:
        """As one flat JSON object: that of `grade`, with `kind` and `known` besides."""
        return {**asdict(self.mark), "kind": self.kind, "known": self.known}


def _compared(graded: list[Graded], handed_in: Mapping[tuple[str, str], Known]) -> Iterator[Compared]:
    for mark in chain.from_iterable(one.marks for one in graded):
        known = handed_in[mark.student, mark.exercise]
        yield Compared(mark, known.kind, known.points[mark.cell])


def _show(compared: list[Compared], seed: int) -> None:
    table = Table(box=SIMPLE_HEAD, collapse_padding=True)
    for heading in ("Student", "Exercise", "What was handed in", "Cell"):
        table.add_column(heading, no_wrap=heading in ("Student", "Cell"))
    for heading in ("Mark", "Known", ""):
        table.add_column(heading, justify="right")
    before = None
    for one in compared:
        mark = one.mark
        here = (mark.student, mark.exercise, one.kind)
        tick = "[green]✓[/]" if one.agrees else "[red]✗[/]"
        head = ("", "", "") if here == before else here
        table.add_row(*map(escape, (*head, mark.cell)), number(mark.points), number(one.known), tick)
        before = here
    console().print(table)
    wrong = sum(not one.agrees for one in compared)
    verdict = f"{wrong} of {len(compared)} marks are not" if wrong else f"All {len(compared)} marks are"
    print(f"{verdict} as known in advance. The same class again: --seed {seed}.")
