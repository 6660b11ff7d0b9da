"""The signs of a sequence diagram: how an arrow between two lanes and a remark beside one look.

How an arrow ends tells what became of it: a filled head arrives, a bar is an end of the stream, a zigzag with a cross a
reset, and a cross without one what got lost or was refused. Color only repeats what the shape says.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

from autograde.wire.rows import Row
from autograde.wire.svg import AMBER, BLUE, GREEN, INK, RED, Drawing

COLORS = {
    "send": BLUE,
    "altered": AMBER,
    "connect": GREEN,
    "half-close": AMBER,
    "close": INK,
    "reset": RED,
    "trouble": RED,
    "wait": AMBER,
}
DASHES = {"half-close": "7 4", "close": "2 3", "altered": "10 4"}

SHORT_BY = {"": 2.0, "lost": 0.0, "held": 9.0, "refused": 9.0}
"""Pixels before the lane's line at which an arrow ends."""


def draw_arrow(
    drawing: Drawing, row: Row, ends: tuple[float, float], y: float, *, over: Sequence[float] = (),
    dots: Sequence[float] = (),
) -> None:  # fmt: skip
    """A row's arrow between two lanes; it hops `over` those it does not concern, and passes others with `dots`."""
    start, end = ends
    ahead = 1.0 if end > start else -1.0
    color, tip = COLORS.get(row.look, INK), end - ahead * SHORT_BY[row.end]
    if row.look == "reset":
        drawing.path(_zigzag(start, tip - ahead * 14, y), stroke=color, stroke_width=2)
    elif over:
        points = _with_hops(start, tip - ahead * 6, y, over)
        drawing.path(points, stroke=color, stroke_width=1.6, stroke_dasharray=DASHES.get(row.look, "none"))
    else:
        look: dict[str, object] = {"stroke": color, "stroke_width": 1.6}
        drawing.line(start, y, tip - ahead * 6, y, **look, stroke_dasharray=DASHES.get(row.look, "none"))
    _draw_head(drawing, row, tip, y, ahead)
    for x in dots:
        drawing.dot(x, y, 4.5, fill=color)


def _draw_head(drawing: Drawing, row: Row, tip: float, y: float, ahead: float) -> None:
    color, back = COLORS.get(row.look, INK), tip - ahead * 10
    if row.end in ("lost", "refused"):
        drawing.cross(tip, y, 6 * ahead, stroke=RED, stroke_width=2.4)
    elif row.look == "reset":
        drawing.cross(tip - ahead * 7, y, 6 * ahead, stroke=color, stroke_width=2.4)
    elif row.look in ("half-close", "close"):
        drawing.line(tip, y - 7, tip, y + 7, stroke=color, stroke_width=2.4)
        drawing.path([(back, y - 4), (tip, y), (back, y + 4)], stroke=color, stroke_width=1.6)
    else:
        drawing.path([(tip, y), (back, y - 4), (back, y + 4)], closed=True, fill=color, stroke=color)


def draw_bar(drawing: Drawing, x: float, top: float, bottom: float) -> None:
    """A bar on a lane: for so long it waits, or keeps something."""
    look: dict[str, object] = {"fill": AMBER, "fill_opacity": 0.25, "stroke": AMBER, "stroke_dasharray": "3 2"}
    drawing.box(x - 4, top, 8, bottom - top, **look)


def draw_remark(drawing: Drawing, row: Row, x: float, y: float, outward: int) -> None:
    """A row's remark beside its lane: to the right if `outward` is 1, to the left if it is -1."""
    if row.look == "wait":
        draw_bar(drawing, x, y - 20, y + 6)
    elif row.look == "trouble":
        drawing.cross(x, y - 4, 4, stroke=COLORS[row.look], stroke_width=2)
    else:
        drawing.dot(x, y - 4, 2.5)
    weight = {"font_weight": "bold"} if row.look == "trouble" else {}
    drawing.text(x + outward * 12, y, row.label, anchor="end" if outward < 0 else "start", **weight)


def _zigzag(start: float, end: float, y: float) -> list[tuple[float, float]]:
    teeth = max(2, int(abs(end - start) / 12))
    step = (end - start) / teeth
    inner = [(start + step * number, y + (3 if number % 2 else -3)) for number in range(1, teeth)]
    return [(start, y), *inner, (end, y)]


def _with_hops(start: float, end: float, y: float, hops: Sequence[float]) -> list[tuple[float, float]]:
    """A level line that goes over each of `hops` in a half circle."""
    ahead = 1.0 if end > start else -1.0
    arcs = [
        (x - ahead * 6 * cos(pi * part / 6), y - 6 * sin(pi * part / 6))
        for x in sorted(hops, reverse=ahead < 0)
        for part in range(7)
    ]
    return [(start, y), *arcs, (end, y)]
