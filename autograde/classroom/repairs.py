"""What had to be put right about the cells of a submission, a sentence each: metadata, edited checks, what is missing.

Nothing is repaired here. The graded notebook is made from the record anyway (`intake.py`); these are the differences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograde.classroom.answers import Found
from autograde.classroom.cells import Cell
from autograde.classroom.findings import Finding, listed
from autograde.classroom.record import RecordedCell


def about_its_kind(one: RecordedCell, found: Sequence[Cell]) -> list[Finding]:
    """Whether the answer's cells are of the kind that they were released in."""
    kinds = {cell.kind for cell in found} - {one.cell_type}
    said = f"`{one.grade_id}` was turned into a {'/'.join(sorted(kinds))} cell; its text was taken as it is"
    return [Finding(said)] if kinds else []


def repairs(
    cells: Sequence[Cell], record: Sequence[RecordedCell], places: Mapping[str, list[int]], nameless: Sequence[str],
    answers: Mapping[str, Found],
) -> Iterator[Finding]:  # fmt: skip
    """What else had to be put right: metadata, edited checks, missing cells, the order."""
    bare = [name for name, found in places.items() if not cells[found[-1]].claims and name not in nameless]
    if bare:
        yield Finding(f"cells without nbgrader's metadata were recognized by their ids: {_names(bare)}")
    if nameless:
        yield Finding(f"cells without ids and metadata were recognized by what is in them: {_names(nameless)}")
    for one in record:
        found = [cells[place] for place in places.get(one.grade_id, [])]
        if not found and one.grade_id not in answers:
            text = f"`{one.grade_id}` was missing and was put back as it was released"
            yield Finding(text, needs_person=one.is_answer)
        elif found:
            yield from _about_one(one, found)
    order = [places[one.grade_id][-1] for one in record if one.grade_id in places]
    if order != sorted(order):
        yield Finding("the cells stand in another order than they were released in; the checks ran in that one")


def _about_one(one: RecordedCell, found: Sequence[Cell]) -> Iterator[Finding]:
    """What was wrong with a recorded cell that is there."""
    name = f"`{one.grade_id}`"
    claims = found[-1].claims
    changed = [key for key, value in one.metadata()["nbgrader"].items() if claims and claims.get(key, value) != value]
    if changed:
        yield Finding(f"{name} had other metadata ({listed(changed)}), which were put back as they were released")
    if one.locked and len(found) > 1:
        yield Finding(f"{name} is there {len(found)} times; the copies count as scratch cells")
    if one.locked and not one.reads_like(found[-1].source):
        yield Finding(f"{name} had been edited, and was put back as it was released")


def _names(names: Iterable[str]) -> str:
    return listed(f"`{name}`" for name in names)
