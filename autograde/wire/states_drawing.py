"""How a state diagram is drawn: boxes at given places, arrows from border to border, labels where they have room.

Places are columns and rows; everything else is in pixels. A label is tried at several places beside the longest stretch
of its arrow, and stands where it covers least.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Any

from autograde.wire.svg import BLUE, INK, Drawing, Picture, width_of

Point = tuple[float, float]
Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""

HEIGHT, MARGIN, SMALL = 30.0, 24.0, 10.0
"""Height of a box, room around everything, size of a label's letters."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """The corners of a way, its label, and whether a run took it."""

    points: Sequence[Point]
    label: str
    is_taken: bool


class Chart:
    """One drawing in the making."""

    def __init__(self, places: Mapping[str, Point], pitch: Point) -> None:
        self.places, self.pitch = places, pitch
        self.half = {name: width_of(name) / 2 + 12 for name in places}
        self.arrows: list[Arrow] = []

    def connect(
        self, start: str, end: str, label: str, *, through: Sequence[Point] = (), numbers: Sequence[int] = (),
        is_two_way: bool = False,
    ) -> None:  # fmt: skip
        """Add an arrow. `numbers` are the steps of a run that went along it; `is_two_way`: another one comes back."""
        if numbers:
            label = f"{', '.join(map(str, numbers))}: {label}".removesuffix(": ")
        points = self._way(start, end, [self._at(point) for point in through], is_two_way)
        self.arrows.append(Arrow(points, label, bool(numbers)))

    def _at(self, point: Point) -> Point:
        return point[0] * self.pitch[0], point[1] * self.pitch[1]

    def _way(self, start: str, end: str, inner: list[Point], is_two_way: bool) -> list[Point]:
        first, last = self._at(self.places[start]), self._at(self.places[end])
        if start == end:
            x, y = first[0] + self.half[start], first[1]
            return [(x, y - 8), (x + 26, y - 8), (x + 26, y + 8), (x, y + 8)]
        if is_two_way and not inner:
            first, last = _moved_aside(first, last, 8.0)
        towards, whence = (inner[0], inner[-1]) if inner else (last, first)
        return [self._border(start, first, towards), *inner, self._border(end, last, whence)]

    def _border(self, name: str, inside: Point, outside: Point) -> Point:
        """Where the line from a point inside a box to one outside leaves the box."""
        (x, y), (dx, dy) = self._at(self.places[name]), (outside[0] - inside[0], outside[1] - inside[1])
        sides = [(x + (self.half[name] if dx > 0 else -self.half[name]) - inside[0]) / dx] if dx else []
        sides += [(y + (HEIGHT / 2 if dy > 0 else -HEIGHT / 2) - inside[1]) / dy] if dy else []
        part = min(sides, default=0.0)
        return inside[0] + dx * part, inside[1] + dy * part

    def draw(self, title: str, alt: str, seen: Sequence[str]) -> Picture:
        """The finished picture; the states in `seen` are highlighted."""
        boxes = {name: self._box(name) for name in self.places}
        labels = self._labels(list(boxes.values()))
        areas = [*boxes.values(), *labels, *((x, y, x, y) for arrow in self.arrows for x, y in arrow.points)]
        left, top = (min([area[side] for area in areas], default=0.0) - MARGIN for side in (0, 1))
        right, bottom = (max([area[side] for area in areas], default=0.0) + MARGIN for side in (2, 3))
        drawing = _Shifted(left, top)
        for arrow in reversed(self.arrows):
            drawing.arrow(arrow)
        for name, box in boxes.items():
            drawing.state(name, box, is_seen=name in seen)
        for arrow, area in zip(self.arrows, labels, strict=True):
            drawing.label(arrow, area)
        return drawing.picture(right - left, bottom - top, title, alt)

    def _box(self, name: str) -> Area:
        (x, y), half = self._at(self.places[name]), self.half[name]
        return x - half, y - HEIGHT / 2, x + half, y + HEIGHT / 2

    def _labels(self, boxes: list[Area]) -> list[Area]:
        """A place for each label."""
        strokes = [pair for arrow in self.arrows for pair in pairwise(arrow.points)]
        taken = list(boxes)
        for arrow in self.arrows:
            taken.append(min(_places_for(arrow), key=lambda area: _cost(area, taken, strokes)))
        return taken[len(boxes) :]


def _places_for(arrow: Arrow) -> Iterator[Area]:
    """Areas beside the longest stretch of an arrow, the best first."""
    start, end = max(pairwise(arrow.points), key=lambda pair: hypot(pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]))
    wide = width_of(arrow.label) * SMALL / 12 * (1.06 if arrow.is_taken else 1.0)
    for part in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
        x, y = start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
        for left in (x + 7, x - 7 - wide, x - wide / 2):
            for top in (y - 6, y - 17, y + 5):
                yield left, top, left + wide, top + 12


def _cost(area: Area, taken: Iterable[Area], strokes: Iterable[tuple[Point, Point]]) -> int:
    """How much an area covers: what is written there weighs more than what is drawn."""
    return 10 * sum(_overlap(area, other) for other in taken) + sum(_crosses(stroke, area) for stroke in strokes)


def _overlap(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(stroke: tuple[Point, Point], area: Area) -> bool:
    """Whether a part of a stroke lies in an area: between its sides, and there between its top and bottom."""
    (x1, y1), (x2, y2) = stroke
    begin, end = 0.0, 1.0
    for length, low, high in ((x2 - x1, area[0] - x1, area[2] - x1), (y2 - y1, area[1] - y1, area[3] - y1)):
        if length:
            first, last = sorted((low / length, high / length))
            begin, end = max(begin, first), min(end, last)
        elif not low <= 0 <= high:
            return False
    return begin <= end


def _moved_aside(start: Point, end: Point, distance: float) -> tuple[Point, Point]:
    """The same stretch, so many pixels to its right: there and back do not lie on each other."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy) or 1.0
    x, y = -dy * distance / length, dx * distance / length
    return (start[0] + x, start[1] + y), (end[0] + x, end[1] + y)


class _Shifted(Drawing):
    """A drawing whose upper left corner is at (`left`, `top`)."""

    def __init__(self, left: float, top: float) -> None:
        super().__init__()
        self.left, self.top = left, top

    def state(self, name: str, area: Area, *, is_seen: bool) -> None:
        x, y = area[0] - self.left, area[1] - self.top
        look: dict[str, Any] = {"stroke_opacity": 0.6}
        if is_seen:
            look = {"stroke": BLUE, "stroke_width": 3, "fill": BLUE, "fill_opacity": 0.16}
        self.box(x, y, area[2] - area[0], HEIGHT, rx=9, **look)
        weight = "bold" if is_seen else "normal"
        self.text(x + (area[2] - area[0]) / 2, y + 19, name, anchor="middle", font_weight=weight)

    def arrow(self, arrow: Arrow) -> None:
        points = [(x - self.left, y - self.top) for x, y in arrow.points]
        look: dict[str, Any] = {"stroke_width": 1.1, "stroke_opacity": 0.5}
        if arrow.is_taken:
            look = {"stroke": BLUE, "stroke_width": 2.6}
        self.path(points, **look)
        (x1, y1), (x2, y2) = points[-2:]
        length = hypot(x2 - x1, y2 - y1) or 1.0
        x, y = (x2 - x1) / length, (y2 - y1) / length
        back = [(x2 - 10 * x - side * y, y2 - 10 * y + side * x) for side in (4, -4)]
        self.path([(x2, y2), *back], closed=True, fill=BLUE if arrow.is_taken else INK, **look)

    def label(self, arrow: Arrow, area: Area) -> None:
        weight = "bold" if arrow.is_taken else "normal"
        x, y = area[0] - self.left, area[3] - self.top - 3
        if arrow.label:
            self.text(x, y, arrow.label, font_size=SMALL, font_weight=weight)
