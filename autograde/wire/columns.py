"""The columns of a sequence diagram: in which order the lanes stand, and which of them one column can stand for.

Your own code is leftmost, a relay stands between those whose bytes it passes on, and clients of a crowd that all did
the same are drawn once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from autograde.wire.deeds import heading
from autograde.wire.rows import Row
from autograde.wire.shorten import without_numbers
from autograde.wire.transcript import Event

MANY = 5
"""Columns up to which every lane has one of its own."""


def columns_of(events: Iterable[Event], first: Sequence[str] = ("student",)) -> list[str]:
    """All lanes: those of `first` that occur, then by first appearance, with each relay left of its right neighbor."""
    seen: dict[str, None] = {}
    between: dict[str, tuple[str, str]] = {}
    for event in events:
        seen |= dict.fromkeys(lane for lane in (event.lane, event.via, event.to) if lane)
        if event.via:
            between.setdefault(event.via, (event.lane, event.to))
    columns = [lane for lane in first if lane in seen]
    columns += [lane for lane in seen if lane not in columns and lane not in between]
    for relay, ends in between.items():
        columns.insert(max((columns.index(end) for end in ends if end in columns), default=0), relay)
    return columns


def without_crowds(rows: Sequence[Row], columns: Sequence[str]) -> tuple[list[Row], dict[str, str]]:
    """The rows with one lane for each crowd, and the columns that are left, each with its heading.

    A crowd is three or more lanes that differ in their number only and did the same, apart from numbers in it, in the
    same order. Up to `MANY` columns nobody is left out, and a lane with a failing row never is.
    """
    crowds = _crowds(rows, columns) if len(columns) > MANY else []
    hidden = {lane for crowd in crowds for lane in crowd[1:]}
    headings = {lane: heading(lane) for lane in columns if lane not in hidden}
    headings |= {crowd[0]: f"{crowd[0]} + {len(crowd) - 1} alike" for crowd in crowds}
    return [row for row in rows if not hidden & {row.lane, row.to}], headings


def _crowds(rows: Sequence[Row], columns: Sequence[str]) -> list[list[str]]:
    deeds: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in rows:
        for lane in {row.lane, row.to} - {""}:
            deeds[lane].append((row.look, "from" if lane == row.lane else "to", row.end, without_numbers(row.label)))
    failing = {lane for row in rows if row.failing for lane in (row.lane, row.to)}
    alike: dict[object, list[str]] = defaultdict(list)
    for lane in columns:
        if lane not in failing and without_numbers(lane) != lane:
            alike[without_numbers(lane), tuple(deeds[lane])].append(lane)
    return [crowd for crowd in alike.values() if len(crowd) >= 3]
