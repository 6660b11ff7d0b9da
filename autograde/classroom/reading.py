"""Any file a student can hand in -> the plain cells in it, or the sentence that says why there are none.

    read = read_submission(Path("submitted/ann/1-fundamentals/1.2-ask.ipynb"))
    read.cells, read.findings, read.trouble

A notebook is read whatever its encoding, line ends and format are. One that was cut off or damaged gives those of its
cells that are whole. Nothing that is in the file raises, nothing is executed, and nothing but the text of cells and
what they say about themselves is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograde.classroom.cells import Cell, cell_of
from autograde.classroom.files import Refused, open_plain
from autograde.classroom.findings import Finding, quoted
from autograde.classroom.skipping import TooLarge, without_outputs

MOST_CELLS = 5_000
"""Cells of a notebook that are read. An honest one has a hundredth of this."""

MOST_DAMAGES = 50
"""Damaged places after which no more whole cells are looked for."""

KINDS = {
    b"PK\x03\x04": "a ZIP archive (or a document of an office program)",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"SQLite": "a database",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
}
"""How files begin that are handed in as notebooks and are none."""

CELLS = re.compile(r'"cells"\s*:\s*\[')
CELL = re.compile(r'\{\s*"(?:attachments|cell_type)"')  # nbformat writes the keys of a cell in alphabetical order

DECODER = json.JSONDecoder(strict=False, parse_int=float)  # control characters are fine, and no number matters to us


class Unreadable(Exception):
    """Why a file is no notebook, as a clause in plain words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is in a file: its cells, and what had to be said of it. With `trouble` (a predicate) there are no cells."""

    cells: list[Cell] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    trouble: str = ""


def read_submission(path: Path) -> Reading:
    """Read the file. Nothing raises."""
    try:
        with open_plain(path) as file:
            return read_bytes(without_outputs(file))
    except (Refused, TooLarge) as reason:
        return Reading(trouble=str(reason))
    except OSError as error:
        return Reading(trouble=f"cannot be read ({error.strerror})")


def read_bytes(content: bytes) -> Reading:
    """Read what a notebook file holds."""
    findings: list[Finding] = []
    try:
        stored = _stored_cells(_text(content, findings), findings)
        if len(stored) > MOST_CELLS:
            return Reading(trouble=f"has more than {MOST_CELLS:,} cells and was not read")
        cells = [cell_of(one) for one in stored]
        if cells and all(cell.is_unreadable for cell in cells):
            raise Unreadable("none of its cells is one")
        return Reading(cells, findings + _unreadable_cells(cells))
    except Unreadable as reason:
        return Reading(trouble=f"cannot be read as a notebook ({reason})")
    except RecursionError:
        return Reading(trouble="cannot be read as a notebook (it is nested too deeply)")
    except Exception:  # Anyone may have written this file: whatever it breaks, it breaks only itself.
        return Reading(trouble="cannot be read as a notebook (it is too damaged to say why)")


def _text(content: bytes, findings: list[Finding]) -> str:
    """The file as text, from whatever encoding. Raises `Unreadable` for what is obviously something else."""
    if content.startswith(b"\0\0\0\0"):
        content = content.lstrip(b"\0")
    if not content.strip(b"\0 \t\r\n"):
        raise Unreadable("it is empty")
    for beginning, kind in KINDS.items():
        if content.lstrip().lower().startswith(beginning.lower()):
            raise Unreadable(f"it is {kind}")
    encoding = json.detect_encoding(content)
    if encoding not in ("utf-8", "utf-8-sig"):
        findings.append(Finding(f"the file is not in UTF-8 but in {encoding.upper()}, and was read all the same"))
        return content.decode(encoding, "replace")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode(encoding, "replace")
    if any(ord(sign) > 127 and sign != "\ufffd" for sign in text):
        findings.append(Finding("some characters of the file are damaged, and were replaced", needs_person=True))
        return text
    findings.append(Finding("the file is not in UTF-8, and was read as Latin-1"))
    return content.decode("latin-1")


def _stored_cells(text: str, findings: list[Finding]) -> list[Any]:
    """The cells of a notebook file, in whatever state they are."""
    start = max(text.find("{"), 0)
    try:
        found, end = DECODER.raw_decode(text, start)
    except ValueError:
        return _whole_cells(text, findings)
    if (text[:start] + text[end:]).strip(" \t\r\n\0"):
        findings.append(Finding("the file holds more than a notebook; the rest was left out", needs_person=True))
    cells = _cells_of(found)
    if not isinstance(cells, list):
        raise Unreadable("it is JSON, but not that of a notebook")
    _note_format(found, findings)
    return cells


def _cells_of(found: Any) -> Any:
    """The list of cells; up to format 3 they are spread over worksheets."""
    if not isinstance(found, dict):
        return None
    sheets = found.get("worksheets")
    if "cells" in found or not isinstance(sheets, list):
        return found.get("cells")
    return [cell for sheet in sheets if isinstance(sheet, dict) for cell in _listed(sheet.get("cells"))]


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else []


def _note_format(found: dict[str, Any], findings: list[Finding]) -> None:
    """Say what is unusual about the notebook as a whole. It changes nothing: no metadata is believed."""
    version = found.get("nbformat")
    if isinstance(version, float) and version < 4:
        findings.append(Finding(f"the notebook is in the old format {version:g}, and was converted"))
    elif isinstance(version, float) and version > 4:
        findings.append(Finding(f"the notebook is in format {version:g}, which is newer than 4; its cells were taken"))
    metadata = found.get("metadata")
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        said = metadata.get(key) if isinstance(metadata, dict) else None
        language = said.get(name) if isinstance(said, dict) else None
        if isinstance(language, str) and language and not language.lower().startswith(("python", "ipython")):
            findings.append(Finding(f"the notebook says its language is {quoted(language)}; it was graded as Python"))
            return


def _whole_cells(text: str, findings: list[Finding]) -> list[Any]:
    """The cells of a damaged file that are complete. Raises `Unreadable` when there is none."""
    cells: list[Any] = []
    damages = 0
    start = CELLS.search(text)
    place = start.end() if start else None
    while place is not None and damages < MOST_DAMAGES:
        try:
            cell, place = DECODER.raw_decode(text, place)
            if not cell_of(cell).is_unreadable:
                cells.append(cell)
            while place < len(text) and text[place] in ", \t\r\n\0":
                place += 1
            if text[place : place + 1] == "]":
                break
        except ValueError:
            damages += 1
            found = CELL.search(text, place + 1)
            place = found.start() if found else None
    if not cells:
        raise Unreadable("it is not JSON: the file is damaged, was cut off, or is something else")
    count = "one cell" if len(cells) == 1 else f"{len(cells)} cells"
    finding = f"the file is damaged or was cut off; {count} of it could be read, and anything else is lost"
    findings.append(Finding(finding, needs_person=True))
    return cells


def _unreadable_cells(cells: list[Cell]) -> list[Finding]:
    return [
        Finding(f"cell {number} of the notebook cannot be read, and was kept as plain text", needs_person=True)
        for number, cell in enumerate(cells, start=1)
        if cell.is_unreadable
    ]
