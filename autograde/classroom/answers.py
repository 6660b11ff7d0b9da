"""The text of one answer, found among the cells of a submission, in whatever state they are.

Where the answer cell is there once, it is the answer, as it is in the student's own JupyterLab. Where it is damaged
(split, copied, merged with a neighbor, without its id) the cells are put together by what they say about themselves,
and then by the names that they define. What is guessed is flagged, since it may be wrong in either direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograde.classroom.cells import Cell
from autograde.classroom.findings import Finding, listed
from autograde.classroom.notebooks import names_taken
from autograde.classroom.record import RecordedCell
from autograde.classroom.scopes import is_python, lacking_names, made_names
from autograde.examiner.bindings import binds

MOST_PIECES = 20
"""Cells that one answer is put together from. Nobody splits one so often by accident, and each has to be compiled."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: its text, the places of the cells that it comes from, and what has to be said about it."""

    source: str
    places: list[int]
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a submission. `free` are the places of those that stand for nothing on record."""

    cells: Sequence[Cell]
    free: Sequence[int]

    def joined(self, places: Iterable[int]) -> str:
        """The cells one after the other, as if they were one."""
        return "\n\n".join(self.cells[place].source for place in places)

    def claimed(self, wanted: RecordedCell, places: Sequence[int]) -> Found:
        """The answer out of the cells that have its id or its grade id."""
        name = f"`{wanted.grade_id}`"
        if len(places) == 1:
            return Found(self.cells[places[0]].source, list(places))
        places = places[-MOST_PIECES:]
        complete = [place for place in places if self._is_complete(wanted, [place])]
        exact = [place for place in complete if self.cells[place].id == wanted.grade_id]
        has_fragments = any(not is_python(self.cells[place].source) for place in places)
        if not complete or (has_fragments and self._is_complete(wanted, places)):
            how = "was split into several cells, which were joined in their order"
            return Found(self.joined(places), list(places), [Finding(f"{name} {how} ({_numbers(places)})")])
        chosen = (exact or complete)[-1]
        pieces = self._supplying(chosen, [place for place in places if place not in complete], adjacent=False)
        findings = []
        if len(pieces) > 1:
            findings.append(Finding(f"{name} was split; these cells were joined: {_numbers(pieces)}"))
        if len(complete) > 1:
            count = f"{name} is there {len(complete)} times; cell {chosen + 1} was graded, the others count as scratch"
            findings.append(Finding(f"{count} cells", needs_person=not exact))
        elif len(pieces) < len(places):
            others = _numbers([place for place in places if place not in pieces])
            findings.append(Finding(f"{name} was graded as cell {chosen + 1}; its parts elsewhere were not: {others}"))
        return Found(self.joined(pieces), pieces, findings)

    def completed(self, wanted: RecordedCell, found: Found) -> Found:
        """The same answer with the cell that defines what it lacks, if there is one and it is not complete itself."""
        lost = [name for name in wanted.names if not binds(found.source, name)]
        more = [place for place in self._definers(lost) if place not in found.places] if lost else []
        if not more:
            return found
        places = sorted([*found.places, more[-1]])
        names = listed(f"`{name}`" for name in lost)
        said = f"`{wanted.grade_id}` does not define {names}, but cell {more[-1] + 1} does: it was graded as a part"
        return Found(self.joined(places), places, [*found.findings, Finding(said, needs_person=True)])

    def elsewhere(self, wanted: RecordedCell, others: Mapping[str, Found]) -> Found | None:
        """An answer whose cell is not there: out of another answer, or by the names that it must define."""
        name = f"`{wanted.grade_id}`"
        for other, found in others.items():
            if wanted.names and all(binds(found.source, one) for one in wanted.names):
                said = f"{name} was missing; what it should define is in `{other}`, which was graded for both"
                return Found(f"# This is answered in the cell `{other}`.", [], [Finding(said)])
        candidates = self._definers(wanted.names)
        if not candidates:
            return None
        complete = [place for place in candidates if self._is_complete(wanted, [place])]
        pieces = self._supplying(complete[-1], self.free, adjacent=True) if complete else candidates
        is_guess = len(candidates) > 1 or len(pieces) > 1 or not complete
        names = listed(f"`{one}`" for one in wanted.names)
        said = f"{name} was missing; {names} is defined in {_numbers(pieces)}, and that was graded in its place"
        return Found(self.joined(pieces), pieces, [Finding(said, needs_person=is_guess)])

    def _is_complete(self, wanted: RecordedCell, places: Sequence[int]) -> bool:
        source = self.joined(places)
        return is_python(source) and all(binds(source, name) for name in wanted.names)

    def _definers(self, names: Sequence[str]) -> list[int]:
        """The free cells that define any of the names. What calls `submitted` is a check; a text is no answer."""
        return [
            place for place in self.free
            if any(binds(self.cells[place].source, name) for name in names)
            and (self.cells[place].kind == "code" or is_python(self.cells[place].source))
            and not names_taken(self.cells[place].source)
        ]  # fmt: skip

    def _supplying(self, chosen: int, pieces: Sequence[int], *, adjacent: bool) -> list[int]:
        """The chosen cell with those pieces that make a name that it lacks, or that only continue its last line."""
        places = [chosen]
        for step in (-1, 1):
            place = chosen + step
            while 0 <= place < len(self.cells) and len(places) < MOST_PIECES:
                if place in pieces and self._belongs(place, places):
                    places = sorted([*places, place])
                elif adjacent:
                    break
                place += step
        return places

    def _belongs(self, place: int, places: Sequence[int]) -> bool:
        source = self.cells[place].source
        if is_python(source):
            return bool(made_names(source) & lacking_names(self.joined(places)))
        return place > places[-1] and is_python(self.joined([*places, place]))


def _numbers(places: Sequence[int]) -> str:
    """Cells by their numbers, as people count."""
    return ("cell " if len(places) == 1 else "cells ") + listed(str(place + 1) for place in places)
