"""From the cells of a submission to the notebook that is graded: only answers are the student's, the rest is released.

`rebuilt` puts every cell on record back as it was released, with the student's answers in it, and keeps the student's
other cells as plain text beside them, in the student's order. No metadata of a submission is believed, no damage in it
raises, and whatever was repaired is a finding. The notebook holds nothing hidden; checks are run from the record.

The metadata of the notebook keep, under "loopback", what the rest of the classroom wants to know: `findings`, as
sentences; `needs_person`, when one of them asks for somebody to look; `unreadable`, when the file gave no cell at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_notebook

from autograde.classroom.answers import Cells, Found
from autograde.classroom.cells import Cell
from autograde.classroom.findings import Finding
from autograde.classroom.notebooks import KERNELSPEC
from autograde.classroom.reading import Reading
from autograde.classroom.record import RecordedCell
from autograde.classroom.repairs import about_its_kind, repairs
from autograde.examiner.bindings import LARGEST

LONGEST, MOST = 20_000, 200_000
"""Characters that are kept of one cell that is not graded, and of all of them together: pages are made of them."""

REPORT = "intake"
"""The id of the cell at the top of a graded notebook that lists the findings."""


def rebuilt(
    read: Reading, record: Sequence[RecordedCell], more: Sequence[Finding] = (), about_all: Sequence[Finding] = ()
) -> NotebookNode:
    """The notebook to grade. `more` are findings about the file itself, `about_all` those about the whole submission.

    The latter are listed for whoever reads the notebook, but kept once, with the submission.
    """
    findings = [*more, *read.findings]
    if read.trouble:
        findings.append(Finding(f"the submitted file {read.trouble}", needs_person=True))
    places, nameless = _places(read.cells, record)
    answers = _answers(read, record, places, findings)
    if not read.trouble:
        findings += repairs(read.cells, record, places, nameless, answers)
    cells = _arranged(read.cells, record, places, answers)
    if findings or about_all:
        cells.insert(0, _report([*findings, *about_all]))
    notebook: NotebookNode = new_notebook(cells=cells)
    kept = {
        "findings": [str(finding) for finding in findings], "unreadable": bool(read.trouble),
        "needs_person": any(finding.needs_person for finding in (*findings, *about_all)),
    }  # fmt: skip
    notebook.metadata = from_dict({"kernelspec": KERNELSPEC, "loopback": kept})
    return notebook


def _places(cells: Sequence[Cell], record: Sequence[RecordedCell]) -> tuple[dict[str, list[int]], list[str]]:
    """Which submitted cells stand for which recorded one, by cell id, else by grade id, else by the released text.

    A released cell has its grade id as cell id too, and a copy gets a new cell id. Returned with the names of those
    that could be recognized by their text only.
    """
    recorded = {one.grade_id for one in record}
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        name = cell.id if cell.id in recorded else cell.grade_id
        if name in recorded and not cell.is_unreadable:
            places.setdefault(name, []).append(place)
    known = {place for found in places.values() for place in found}
    nameless = []
    for one in record:
        if one.locked and one.grade_id not in places:
            same = [place for place, cell in enumerate(cells) if place not in known and one.reads_like(cell.source)]
            if same:
                places[one.grade_id] = same[-1:]
                known.update(same[-1:])
                nameless.append(one.grade_id)
    return places, nameless


def _answers(
    read: Reading, record: Sequence[RecordedCell], places: Mapping[str, list[int]], findings: list[Finding]
) -> dict[str, Found]:
    """Every answer that can be found, by grade id."""
    alone = [_without_released(place, cell, record, places) for place, cell in enumerate(read.cells)]
    merged = [
        place for place, cell in enumerate(read.cells) if alone[place] is not cell and alone[place].source.strip()
    ]
    taken = {place for found in places.values() for place in found} - set(merged)
    free = [place for place, cell in enumerate(read.cells) if place not in taken and not cell.is_unreadable]
    cells, answers = Cells(alone, free), dict[str, Found]()
    wanted = [one for one in record if one.is_answer]
    for one in wanted:
        if one.grade_id in places:
            answers[one.grade_id] = cells.completed(one, cells.claimed(one, places[one.grade_id]))
    for one in wanted:
        if one.grade_id not in answers and (elsewhere := cells.elsewhere(one, answers)) is not None:
            answers[one.grade_id] = elsewhere
    for one in wanted:
        if (answer := answers.get(one.grade_id)) is not None:
            findings += answer.findings + about_its_kind(one, [read.cells[place] for place in answer.places])
    for place in sorted({place for found in answers.values() for place in found.places} & set(merged)):
        said = f"cell {place + 1} of the notebook holds an answer and a check; the answer was taken out of it"
        findings.append(Finding(said))
    return answers


def _without_released(
    place: int, cell: Cell, record: Sequence[RecordedCell], places: Mapping[str, list[int]]
) -> Cell:  # fmt: skip
    """The cell without the released text of a locked cell that was merged with it."""
    source = cell.source
    for one in record:
        text = one.released.strip()
        if one.locked and text in source and text and places.get(one.grade_id, [place]) == [place]:
            source = source.replace(text, "")
    return cell if source == cell.source else Cell(cell.kind, source, cell.id, cell.claims)


def _arranged(
    cells: Sequence[Cell], record: Sequence[RecordedCell], places: Mapping[str, list[int]], answers: Mapping[str, Found]
) -> list[NotebookNode]:
    """The cells of the graded notebook: what was recognized where it was, the rest between."""
    stands_at: dict[int, RecordedCell] = {}
    for one in record:
        found = answers[one.grade_id].places if one.grade_id in answers else places.get(one.grade_id, [])
        if found:
            stands_at[found[-1]] = one
    consumed = {place for found in answers.values() for place in found.places}
    arranged, room = [], MOST
    for place, cell in enumerate(cells):
        if place in stands_at:
            arranged.append(_restored(stands_at[place], answers))
        elif place not in consumed:
            arranged.append(_scratch(cell, place, min(room, LONGEST)))
            room = max(room - len(cell.source), 0)
    _put_missing_ones_back(arranged, record, answers)
    return arranged


def _put_missing_ones_back(
    cells: list[NotebookNode], record: Sequence[RecordedCell], answers: Mapping[str, Found]
) -> None:
    """Insert recorded cells that the submission lacks, each after the one that precedes it in the source."""
    after = 0
    for wanted in record:
        ids = [cell.id for cell in cells]
        if wanted.grade_id not in ids:
            cells.insert(after, _restored(wanted, answers))
        after = 1 + (ids.index(wanted.grade_id) if wanted.grade_id in ids else after)


def _restored(wanted: RecordedCell, answers: Mapping[str, Found]) -> NotebookNode:
    """The recorded cell as it was released; of the submission, nothing but an answer's text."""
    found = answers.get(wanted.grade_id)
    # One character more than is examined, so that it is still said to be too long.
    source = found.source[: LARGEST + 1] if found is not None else wanted.released
    return _made(wanted.cell_type, wanted.grade_id, source, wanted.metadata())


def _scratch(cell: Cell, place: int, most: int) -> NotebookNode:
    source = cell.source
    if len(source) > most:
        source = f"{source[:most]}\n… and {len(source) - most:,} more characters"
    return _made(cell.kind, f"scratch-{place}", source, {})


def _report(findings: Sequence[Finding]) -> NotebookNode:
    """The list of findings, for everybody who reads the graded notebook."""
    lines = [f"- {text[:1].upper()}{text[1:]}." for text in map(str, findings)]
    return _made("markdown", REPORT, "\n".join(["**What was found when this notebook was taken in**", "", *lines]), {})


def _made(kind: str, name: str, source: str, metadata: dict[str, Any]) -> NotebookNode:
    # nbformat checks each cell that it makes itself, which takes longer than all the rest; whole notebooks are checked.
    more: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    cell: NotebookNode = from_dict({"id": name, "cell_type": kind, "metadata": metadata, "source": source, **more})
    return cell
