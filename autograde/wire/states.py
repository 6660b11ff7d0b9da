"""A state diagram: boxes for states, labeled arrows for transitions, and the way that one run took through them.

    states(TCP, path=["CLOSED", "SYN-SENT", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED"])

A machine is a plain table. Where its states stand is written by hand in `places`, or found by a simple rule: each state
one row below the first one that leads to it. `machines.py` has ready tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from autograde.wire.states_drawing import Chart, Point
from autograde.wire.svg import Picture


class Transition(NamedTuple):
    """From `start` to `end`, when what `label` says happens. `through` are corners on its way: columns and rows."""

    start: str
    end: str
    label: str = ""
    through: Sequence[Point] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """A table of transitions (or plain tuples with their fields); it begins in the first state named.

    `places` gives each state a column and a row, which may be fractions; without it they are found. `pitch` is the way
    from one column to the next and from one row to the next, in pixels.
    """

    transitions: Sequence[Transition | tuple[str, str] | tuple[str, str, str]]
    places: Mapping[str, Point] = field(default_factory=dict)
    pitch: Point = (210.0, 84.0)

    def table(self) -> list[Transition]:
        """The transitions as such."""
        return [Transition(*transition) for transition in self.transitions]

    def names(self) -> list[str]:
        """The states, by first appearance."""
        return list(dict.fromkeys(name for each in self.table() for name in each[:2]))

    def also(self, *transitions: Transition | tuple[str, str] | tuple[str, str, str]) -> Machine:
        """The same machine with more transitions: those that a table leaves out and a run has shown."""
        return replace(self, transitions=[*self.transitions, *transitions])


def states(
    machine: Machine, *, path: Sequence[str] = (), seen: Sequence[str] = (), title: str = "States"
) -> Picture:  # fmt: skip
    """Draw a machine, and the states of `path` in the order in which a run was seen in them.

    `seen` highlights further states, without an order: those of several runs, or of both ends of one.

    A transition between two that follow each other is highlighted and numbered, if there is one: who looks only now and
    then may miss a state. Raises `ValueError` for a state that the machine does not have.
    """
    names, table, steps = machine.names(), machine.table(), list(pairwise(path))
    if unknown := [name for name in (*path, *seen) if name not in names]:
        raise ValueError(f"no such state: {', '.join(unknown)}; there are {', '.join(names)}")
    alt = "\n".join([f"{title}:", *_path_in_words(table, path), *_seen_in_words(seen), *_rest_in_words(table, steps)])
    chart = Chart({name: (machine.places or layers(machine))[name] for name in names}, machine.pitch)
    ways = {each[:2] for each in table if not each.through}
    for start, end, label, through in sorted(table, key=lambda each: each[:2] not in steps):
        numbers = [number for number, step in enumerate(steps, 1) if step == (start, end)]
        chart.connect(start, end, label, through=through, numbers=numbers, is_two_way=(end, start) in ways)
    return chart.draw(title, alt, seen=[*path, *seen])


def layers(machine: Machine) -> dict[str, Point]:
    """Column and row of each state: a row below the first that leads to it, beside those already there."""
    names = machine.names()
    row = {name: 0 for name in names[:1]}
    for _ in names:
        for each in machine.table():
            if each.start in row:
                row.setdefault(each.end, row[each.start] + 1)
    levels: dict[int, list[str]] = {}
    for name in names:
        levels.setdefault(row.get(name, 0), []).append(name)
    widest = max(map(len, levels.values()), default=0)
    return {
        name: ((widest - len(level)) / 2 + number, float(depth))
        for depth, level in levels.items()
        for number, name in enumerate(level)
    }


def _path_in_words(table: Sequence[Transition], path: Sequence[str]) -> Iterable[str]:
    labels = {each[:2]: each.label for each in reversed(table)}
    if path:
        yield f"  this run begins in {path[0]}"
    for number, step in enumerate(pairwise(path), 1):
        why = (f" ({labels[step]})" if labels[step] else "") if step in labels else " (not in one step)"
        yield f"  {number:>3}. {step[0]} → {step[1]}{why}"


def _seen_in_words(seen: Sequence[str]) -> Iterable[str]:
    if seen:
        yield f"  seen: {', '.join(dict.fromkeys(seen))}"


def _rest_in_words(table: Sequence[Transition], steps: Sequence[tuple[str, str]]) -> Iterable[str]:
    rest = [each for each in table if each[:2] not in steps]
    if rest:
        yield "  not taken:" if steps else "  transitions:"
    yield from (f"    {each.start} → {each.end}" + (f" ({each.label})" if each.label else "") for each in rest)


__all__ = ["Machine", "Transition", "states"]
