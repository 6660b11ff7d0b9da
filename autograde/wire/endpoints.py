"""Sockets of one machine as a graph: who listens, and which two sockets are the ends of one connection.

    endpoints([
        Entry(("127.0.0.1", 8000), ("0.0.0.0", 0), "LISTEN"),
        Entry(("127.0.0.1", 8000), ("127.0.0.1", 40001), "ESTABLISHED"),
        Entry(("127.0.0.1", 40001), ("127.0.0.1", 8000), "ESTABLISHED"),
    ], names={8000: "harbor", 40001: "first ship"})

It is drawn from the rows of a socket table alone. Ports differ from run to run: `names` may put words in their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from autograde.wire.svg import BLUE, GREEN, Drawing, Picture, width_of

HEIGHT, LINE, MARGIN, BETWEEN = 38.0, 50.0, 10.0, 160.0
"""Pixels: height of a box, from one to the next, room around everything, and between the two columns."""

Endpoint = tuple[str, int]


class Entry(NamedTuple):
    """One row of a socket table."""

    local: Endpoint
    remote: Endpoint
    state: str


def endpoints(
    entries: Iterable[Entry | tuple[Endpoint, Endpoint, str]], *, names: Mapping[int, str] | None = None,
    title: str = "Sockets",
) -> Picture:  # fmt: skip
    """Draw each socket as a box; those whose port somebody listens on stand on the right, under the listening one."""
    table = [Entry(*entry) for entry in entries]
    listening = {entry.local for entry in table if entry.state == "LISTEN"}
    right = sorted(
        (e for e in table if e.local in listening), key=lambda e: (_first(table, e.local), e.state != "LISTEN")
    )
    left = [entry for entry in table if entry.local not in listening]
    alt = "\n".join([f"{title}:", *(f"  {_in_words(entry, names or {})}" for entry in [*left, *right])])
    return _draw(left, right, names or {}, title, alt)


def _first(table: Sequence[Entry], local: Endpoint) -> int:
    return next(place for place, entry in enumerate(table) if entry.local == local)


def _name(endpoint: Endpoint, names: Mapping[int, str]) -> str:
    return f"{endpoint[0]} : {names.get(endpoint[1], endpoint[1])}"


def _in_words(entry: Entry, names: Mapping[int, str]) -> str:
    if entry.state == "LISTEN":
        return f"{_name(entry.local, names)}  {entry.state}"
    return f"{_name(entry.local, names)} ↔ {_name(entry.remote, names)}  {entry.state}"


def _draw(left: Sequence[Entry], right: Sequence[Entry], names: Mapping[int, str], title: str, alt: str) -> Picture:
    widths = [max([width_of(_name(e.local, names)) for e in column], default=0.0) + 24 for column in (left, right)]
    lower = (len(right) - len(left)) * LINE  # the shorter column stands at the bottom: who listens has no partner
    drawing = Drawing()
    x, places = MARGIN, dict[tuple[Endpoint, Endpoint], tuple[float, float]]()
    for column, width, y in ((left, widths[0], max(0.0, lower)), (right, widths[1], max(0.0, -lower))):
        for number, entry in enumerate(column):
            middle = MARGIN + y + number * LINE + HEIGHT / 2
            _box(drawing, entry, _name(entry.local, names), x, middle, width)
            places[entry.local, entry.remote] = (x + width if column is left else x, middle)
        x += width + BETWEEN
    for entry in left:
        start = places[entry.local, entry.remote]
        end = places.get((entry.remote, entry.local), (start[0] + BETWEEN / 3, start[1]))
        drawing.line(*start, *end, stroke=BLUE, stroke_width=2)
    return drawing.picture(x - BETWEEN + MARGIN, MARGIN + max(len(left), len(right)) * LINE + MARGIN, title, alt)


def _box(drawing: Drawing, entry: Entry, name: str, x: float, middle: float, width: float) -> None:
    listens = entry.state == "LISTEN"
    color = GREEN if listens else BLUE
    look = {"fill": color, "stroke": color, "stroke_width": 1.6, "fill_opacity": 0.14, "rx": 6}
    drawing.box(x, middle - HEIGHT / 2, width, HEIGHT, **look, stroke_dasharray="5 3" if listens else "none")
    drawing.text(x + width / 2, middle - 2, name, anchor="middle")
    drawing.text(x + width / 2, middle + 12, entry.state, anchor="middle", font_size=10, opacity=0.8)


__all__ = ["Entry", "endpoints"]
