"""Taking in what a student handed in: only the sources of answers count; everything else is put back from the record.

`read_submission` turns any file into a notebook or a sentence. `rebuilt` makes the notebook that is graded: the
recorded cells with the student's answers in them, and the student's other cells as plain text beside them, in the
student's order. No metadata of a submission is believed, and no damage in it raises.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograde.classroom.notebooks import names_taken
from autograde.classroom.record import RecordedCell
from autograde.examiner.bindings import binds

LARGEST = 50_000_000
"""Bytes of a notebook file that are read. An honest one has a hundredth of this, outputs included."""

MOST_CELLS = 5_000
"""Cells of a notebook that are read. An honest one has a hundredth of this, too."""

MOST_KEPT = 10_000
"""Characters that are kept of a cell that cannot be read."""

UNREADABLE = "unreadable"
"""The metadata key of a cell that could not be read."""

MAKERS: dict[str, Callable[..., Any]] = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


class _Unreadable(Exception):
    """Why a file is no notebook, as a clause in plain words."""


def read_submission(path: Path) -> tuple[NotebookNode, str]:
    """The submitted notebook as plain cells and "", or an empty notebook and the sentence that says what is wrong."""
    try:
        if path.is_symlink() or not path.is_file():
            return new_notebook(), "is a link or a folder, not a notebook file"
        if path.stat().st_size > LARGEST:
            return new_notebook(), f"is larger than {LARGEST // 1_000_000} MB and was not read"
        cells = _stored_cells(path.read_bytes())
        if len(cells) > MOST_CELLS:
            return new_notebook(), f"has more than {MOST_CELLS:,} cells and was not read"
        plain = [_readable(cell) for cell in cells]
        if plain and all(UNREADABLE in cell.metadata for cell in plain):
            raise _Unreadable("none of its cells is one")
        notebook = new_notebook()
        notebook.cells = plain  # Afterwards, because an id that nbformat does not like must cost nothing.
        return notebook, ""
    except _Unreadable as reason:
        return new_notebook(), f"cannot be read as a notebook ({reason})"
    except OSError as error:
        return new_notebook(), f"cannot be read ({error.strerror})"
    except Exception:  # Anyone may have written this file: whatever it breaks, it breaks only itself.
        return new_notebook(), "cannot be read as a notebook (it is too damaged to say why)"


def rebuilt(submitted: NotebookNode, record: Sequence[RecordedCell]) -> tuple[NotebookNode, list[str]]:
    """The notebook to grade, and a sentence for everything that had to be repaired."""
    findings: list[str] = []
    recorded = {cell.grade_id: cell for cell in record}
    chosen = _chosen(submitted.cells, recorded, findings)
    cells = [
        _restored(recorded[chosen[place]], cell) if place in chosen else _scratch(cell)
        for place, cell in enumerate(submitted.cells)
    ]
    findings += _unreadable_cells(submitted.cells)
    strays = {
        place: cell.source
        for place, cell in enumerate(submitted.cells, start=1)
        if place - 1 not in chosen and cell.cell_type == "code"
    }
    _put_missing_ones_back(cells, record, strays, findings)
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
        if UNREADABLE in cell.metadata:
            continue
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


def _unreadable_cells(cells: Sequence[NotebookNode]) -> Iterator[str]:
    for place, cell in enumerate(cells, start=1):
        if UNREADABLE in cell.metadata:
            yield f"cell {place} of the notebook cannot be read, and was kept as plain text"


def _put_missing_ones_back(
    cells: list[NotebookNode], record: Sequence[RecordedCell], strays: Mapping[int, str], findings: list[str]
) -> None:
    """Insert recorded cells that the submission lacks, each after the one that precedes it in the source.

    `strays` are the sources of the cells that stand for no recorded one, by their number in the notebook.
    """
    after = 0
    for wanted in record:
        ids = [cell.id if "nbgrader" in cell.metadata else None for cell in cells]
        if wanted.grade_id not in ids:
            cells.insert(after, _restored(wanted, None))
            finding = f"`{wanted.grade_id}` was missing and was put back as it was released"
            findings.append(finding + _perhaps_meant(wanted, record, strays))
        after = 1 + (ids.index(wanted.grade_id) if wanted.grade_id in ids else after)


def _perhaps_meant(wanted: RecordedCell, record: Sequence[RecordedCell], strays: Mapping[int, str]) -> str:
    """For a missing answer: which other cell defines what it should. A person decides; nothing is taken from there."""
    taken = dict.fromkeys(name for cell in record if not cell.solution for name in names_taken(cell.source))
    for name in taken if wanted.solution else ():
        if binds(wanted.source, name):
            for place, source in strays.items():
                if binds(source, name):
                    return f"; cell {place} of the notebook defines `{name}`, but nothing was taken from it"
    return ""


def _restored(wanted: RecordedCell, submitted: NotebookNode | None) -> NotebookNode:
    """The recorded cell; of the submitted one, nothing but an answer's source."""
    source = submitted.source if submitted is not None and not wanted.locked else wanted.source
    cell: NotebookNode = MAKERS[wanted.cell_type](source=source, metadata=wanted.metadata())
    cell.id = wanted.grade_id
    return cell


def _scratch(submitted: NotebookNode) -> NotebookNode:
    cell: NotebookNode = MAKERS[submitted.cell_type](source=submitted.source)
    return cell


def _stored_cells(content: bytes) -> list[Any]:
    """The cells of a notebook file, in whatever state they are. Raises `_Unreadable`."""
    if not content.strip():
        raise _Unreadable("it is empty")
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _Unreadable("it is not text in UTF-8: the file is damaged, or is something else") from None
    except ValueError:
        raise _Unreadable("it is not JSON: the file is damaged or was cut off") from None
    except RecursionError:
        raise _Unreadable("it is nested too deeply") from None
    if isinstance(found, dict) and found.get("nbformat") in (1, 2, 3):
        found = _converted(content.decode("utf-8-sig"))
    cells = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(cells, list):
        raise _Unreadable("it is JSON, but not that of a notebook")
    return cells


def _converted(text: str) -> NotebookNode:
    """A notebook of an old format in the present one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook: NotebookNode = nbformat.reads(text, as_version=4)
            return notebook
    except Exception:
        raise _Unreadable("it is of an old format, and too damaged to be converted") from None


def _readable(cell: Any) -> NotebookNode:
    """A cell with nothing in it but its kind, its text, its id and the grade id that it claims to have.

    What is no cell becomes a raw one that is marked as unreadable and holds the beginning of what is there.
    """
    stored = cell if isinstance(cell, dict) else {}
    kind, source = stored.get("cell_type"), stored.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(kind, str) or kind not in MAKERS or not isinstance(source, str):
        kind, source, metadata = "raw", json.dumps(cell)[:MOST_KEPT], {UNREADABLE: True}
    else:
        metadata = _claimed(stored.get("metadata"))
    # Half characters cannot be stored again; nobody's program needs them.
    source = source.encode("utf-8", "replace").decode("utf-8")
    plain: NotebookNode = MAKERS[kind](source=source, metadata=metadata)
    plain.id = str(stored.get("id", ""))
    return plain


def _claimed(metadata: Any) -> dict[str, Any]:
    """Of a cell's metadata, the grade id."""
    claimed = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    claimed = claimed.get("grade_id") if isinstance(claimed, dict) else None
    return {"grade_id": claimed} if isinstance(claimed, str) else {}
