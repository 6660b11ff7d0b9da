"""Damaged submissions, and what must come of each: a good one of the tiny course, and one thing done to it.

A damage is a function that is given the folder `submitted/<student>/1-fundamentals/`, in which good notebooks lie. Its
decorator says what becomes of it: the points of 1.2 (of 5) and 1.4 (of 4), words of the findings, and whether a person
has to look. What is not said is as if nothing had happened: full points, no finding, nobody has to look.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOUBLE = "1.2-double"
TWO_CELLS = "1.4-two-cells"

GOOD_ANSWERS = {
    DOUBLE: {
        "answer-double": (
            "import operator\n\n# täglich\n\n\ndef double(n):\n    twice = operator.mul(2, n)\n    return twice"
        )
    },
    TWO_CELLS: {
        "answer-first": "def first(text):\n    return text[0]",
        "answer-last": "def last(text):\n    return text[-1]",
    },
}
"""Right answers, by notebook and grade id. That of 1.2 stops being right when any part of it is lost."""

FULL = {DOUBLE: 5.0, TWO_CELLS: 4.0}

Notebook = dict[str, Any]
Cell = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Damage:
    """One damage, with what becomes of the notebooks that were handed in: points, words of findings, flags."""

    name: str
    do: Callable[[Path], None]
    notebooks: tuple[str, ...]
    points: dict[str, float]
    says: tuple[str, ...]
    person: bool
    missing: tuple[str, ...] = ()


DAMAGES: list[Damage] = []


def damage(
    *says: str, double: float | None = None, two_cells: float | None = None, person: bool = False,
    missing: tuple[str, ...] = (),
) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:  # fmt: skip
    """Register a damage. Both notebooks are handed in when something is said about 1.4, else only 1.2."""

    def register(do: Callable[[Path], None]) -> Callable[[Path], None]:
        notebooks = (DOUBLE,) if two_cells is None else (DOUBLE, TWO_CELLS)
        wanted = {DOUBLE: double, TWO_CELLS: two_cells}
        points = {name: FULL[name] if wanted[name] is None else float(wanted[name] or 0) for name in notebooks}
        DAMAGES.append(Damage(do.__name__.replace("_", "-"), do, notebooks, points, says, person, missing))
        return do

    return register


@contextmanager
def edited(folder: Path, name: str = DOUBLE) -> Iterator[Notebook]:
    """A block in which the notebook is plain data that can be changed."""
    path = folder / f"{name}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    yield notebook
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), "utf-8")


def cell(notebook: Notebook, name: str) -> Cell:
    """The cell with that id."""
    found: Cell = next(cell for cell in notebook["cells"] if cell.get("id") == name)
    return found


def place(notebook: Notebook, name: str) -> int:
    """Where the cell with that id stands."""
    return [cell.get("id") for cell in notebook["cells"]].index(name)


def scratch(source: str, kind: str = "code") -> Cell:
    """A cell of the student's own."""
    made: Cell = {"cell_type": kind, "id": f"s{abs(hash(source)) % 10**8}", "metadata": {}, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def split(notebook: Notebook, name: str, before: str, ids: tuple[str, str]) -> None:
    """Cut the cell in two before these words, as notebook editors do: both parts keep the metadata."""
    at = place(notebook, name)
    whole = notebook["cells"][at]
    first, mark, second = whole["source"].partition(before)
    parts = [copy.deepcopy(whole), copy.deepcopy(whole)]
    for part, source, one in zip(parts, (first.strip("\n"), mark + second), ids, strict=True):
        part["source"], part["id"] = source, one
    notebook["cells"][at : at + 1] = parts


def forget(notebook: Notebook, *, ids: bool = False, metadata: bool = False) -> None:
    """Take away what tells what a cell is."""
    for one in notebook["cells"]:
        if ids:
            one.pop("id", None)
        if metadata:
            one["metadata"] = {}
