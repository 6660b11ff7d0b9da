"""The marks of both sides, notebook by notebook: where they are equal, and where not, what there is to say about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.classroom.bench.made_up import Class, every_notebook
from autograde.classroom.bench.sides import Graded
from autograde.classroom.show import number


@dataclass(frozen=True, slots=True)
class Difference:
    """One graded cell for which the two sides have other marks, or one of them another one than is known."""

    student: str
    exercise: str
    kind: str
    cell: str
    known: float
    stock: float | None
    here: float | None
    why: str


@dataclass(frozen=True, slots=True)
class Compared:
    """So many notebooks and cells were compared, and these differ."""

    notebooks: int
    cells: int
    differences: list[Difference]


def compared(here: Graded, stock: Graded) -> Compared:
    """All that this grader graded, beside what stock nbgrader gave for the same notebook.

    The class graded here may be that of stock nbgrader several times over; its students are then in the same order.
    """
    names = list(stock.made.submissions)
    twins = {student: names[place % len(names)] for place, student in enumerate(here.made.submissions)}
    found = list(_pairs(here, stock, twins))
    return Compared(here.made.notebooks, len(found), [one for one in found if not one.known == one.stock == one.here])


def _pairs(here: Graded, stock: Graded, twins: dict[str, str]) -> Iterator[Difference]:
    for student, exercise, known in every_notebook(here.made):
        for cell, points in known.points.items():
            place, twin = (student, exercise.id, cell), (twins[student], exercise.id, cell)
            theirs, ours = stock.marks.get(twin), here.marks.get(place)
            why = ""
            if not points == theirs == ours:
                notebook = stock.course.autograded / twins[student] / here.made.section / exercise.released.name
                said = [f"stock nbgrader: {what}" for what in outputs_of(notebook, cell)] if theirs != points else []
                said += [f"the last error it named: {stock.trouble}"] if theirs is None and stock.trouble else []
                said += [f"here: {here.outcomes.get(place) or here.trouble or 'no mark'}"] if ours != points else []
                why = "; ".join(said)
            yield Difference(student, exercise.id, known.kind, cell, points, theirs, ours, why)


def outputs_of(notebook: Path, cell: str) -> list[str]:
    """What may have cost points in a graded notebook: errors and text on stderr in the outputs of the cell."""
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
    except OSError:
        return ["no graded notebook"]
    graded = [one for one in cells if one.get("metadata", {}).get("nbgrader", {}).get("grade_id") == cell]
    return [text for one in graded for text in _troubles(one.get("outputs", []))] or ["no error in the cell"]


def _troubles(outputs: Iterable[dict[str, Any]]) -> Iterator[str]:
    for output in outputs:
        if output["output_type"] == "error":
            yield f"{output['ename']}: {output['evalue']}"[:200]
        elif output.get("name") == "stderr":
            yield "on stderr: " + "".join(output["text"]).strip()[-200:]


def told(one: Difference) -> tuple[str, ...]:
    """A difference as the words of a table's row."""
    return (one.student, one.exercise, one.kind, one.cell, *map(number, (one.known, one.stock, one.here)), one.why)


def as_known(made: Class, graded: Graded) -> bool:
    """Whether every mark is the one that was known."""
    return all(
        graded.marks.get((student, exercise.id, cell)) == points
        for student, exercise, known in every_notebook(made)
        for cell, points in known.points.items()
    )
