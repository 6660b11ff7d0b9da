"""Taking in what a student handed in: only the sources of answers count; everything else is put back from the record.

`read_submission` turns any file into a notebook or a sentence. `rebuilt` makes the notebook that is graded: the
recorded cells with the student's answers in them, and the student's other cells as plain text beside them, in the
student's order. No metadata of a submission is believed, and no damage in it raises.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograde.classroom.record import RecordedCell

LARGEST = 50_000_000
"""Bytes of a notebook file that are read. An honest one has a hundredth of this, outputs included."""

MAKERS: dict[str, Callable[..., Any]] = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


def read_submission(path: Path) -> tuple[NotebookNode, str]:
    """The submitted notebook as plain cells and "", or an empty notebook and the sentence that says what is wrong."""
    if path.is_symlink() or not path.is_file():
        return new_notebook(), "is a link or a folder, not a notebook file"
    if path.stat().st_size > LARGEST:
        return new_notebook(), f"is larger than {LARGEST // 1_000_000} MB and was not read"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook: NotebookNode = nbformat.reads(path.read_text("utf-8"), as_version=4)
        notebook.cells = [_readable(cell) for cell in notebook.cells]
        return notebook, ""
    except Exception as error:  # Anyone may have written this file: whatever it breaks, it breaks only itself.
        return new_notebook(), f"cannot be read as a notebook ({type(error).__name__})"


def rebuilt(submitted: NotebookNode, record: Sequence[RecordedCell]) -> tuple[NotebookNode, list[str]]:
    """The notebook to grade, and a sentence for everything that had to be repaired."""
    findings: list[str] = []
    recorded = {cell.grade_id: cell for cell in record}
    chosen = _chosen(submitted.cells, recorded, findings)
    cells = [
        _restored(recorded[chosen[place]], cell) if place in chosen else _scratch(cell)
        for place, cell in enumerate(submitted.cells)
    ]
    _put_missing_ones_back(cells, record, findings)
    for number, cell in enumerate(cells):
        if "nbgrader" not in cell.metadata:
            cell.id = f"scratch-{number}"
    return new_notebook(cells=cells), findings


def _chosen(cells: Sequence[NotebookNode], recorded: dict[str, RecordedCell], findings: list[str]) -> dict[int, str]:
    """Which submitted cell stands for which recorded one: place -> grade id.

    A released cell has its grade id as cell id too, and a copy gets a new cell id: so the one with the right id is
    the student's answer, as it is in their own JupyterLab. Without cell ids the last one counts.
    """
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        name = cell.id if cell.id in recorded else cell.metadata.get("grade_id")
        if name in recorded:
            places.setdefault(name, []).append(place)
    chosen = {}
    for name, found in places.items():
        exact = [place for place in found if cells[place].id == name]
        chosen[(exact or found)[-1]] = name
        if len(found) > 1:
            findings.append(f"`{name}` is there {len(found)} times; one was graded, the others count as scratch cells")
    return chosen


def _put_missing_ones_back(cells: list[NotebookNode], record: Sequence[RecordedCell], findings: list[str]) -> None:
    """Insert recorded cells that the submission lacks, each after the one that precedes it in the source."""
    after = 0
    for wanted in record:
        ids = [cell.id if "nbgrader" in cell.metadata else None for cell in cells]
        if wanted.grade_id not in ids:
            cells.insert(after, _restored(wanted, None))
            findings.append(f"`{wanted.grade_id}` was missing and was put back as it was released")
        after = 1 + (ids.index(wanted.grade_id) if wanted.grade_id in ids else after)


def _restored(wanted: RecordedCell, submitted: NotebookNode | None) -> NotebookNode:
    """The recorded cell; of the submitted one, nothing but an answer's source."""
    source = submitted.source if submitted is not None and not wanted.locked else wanted.source
    cell: NotebookNode = MAKERS[wanted.cell_type](source=source, metadata=wanted.metadata())
    cell.id = wanted.grade_id
    return cell


def _scratch(submitted: NotebookNode) -> NotebookNode:
    cell: NotebookNode = MAKERS[submitted.cell_type](source=submitted.source)
    return cell


def _readable(cell: Any) -> NotebookNode:
    """A cell with nothing in it but its kind, its text, its id and the grade id that it claims to have."""
    kind, source = cell["cell_type"], cell["source"]
    if kind not in MAKERS or not isinstance(source, str):
        raise ValueError("not a cell")
    # Half characters cannot be stored again; nobody's program needs them.
    source = source.encode("utf-8", "replace").decode("utf-8")
    claimed = cell["metadata"].get("nbgrader")
    claimed = claimed.get("grade_id") if isinstance(claimed, dict) else None
    metadata = {"grade_id": claimed} if isinstance(claimed, str) else {}
    plain: NotebookNode = MAKERS[kind](source=source, metadata=metadata)
    plain.id = str(cell.get("id", ""))
    return plain
