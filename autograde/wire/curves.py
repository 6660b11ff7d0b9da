"""Measured times over sizes, both on axes of equal ratio: a straight line is a power, and its slope says which.

    curves({"+=": [(1000, 0.002), (10_000, 0.15)], "join": …}, title="Building bytes", across="pieces")

On such axes linear time climbs one step for each step to the right, and quadratic time two. The numbers differ from run
to run, so no lesson compares such a picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10

from autograde.wire.histogram import COLORS, SMALL, duration
from autograde.wire.svg import Drawing, Picture, width_of

STEP, LEFT, TOP = 76.0, 70.0, 24.0
"""Pixels: a power of ten on either axis, and room left and above."""

DASHES = ("none", "7 4", "2 3")
"""Lines can be told apart without their color."""

Points = Sequence[tuple[int, float]]


def curves(series: Mapping[str, Points], *, title: str = "How long it took", across: str = "pieces") -> Picture:
    """Draw a line through the (size, seconds) of each series. Raises `ValueError` for one that is not above zero."""
    points = [point for line in series.values() for point in line]
    if not points or min(min(size, seconds) for size, seconds in points) <= 0:
        raise ValueError("sizes and times are above zero, and there is at least one")
    chart = _Chart(points)
    for number, (name, line) in enumerate(series.items()):
        chart.add(number, name, line)
    words = (
        f"  {name}: {', '.join(f'{size:,} in {duration(t)}' for size, t in line)}" for name, line in series.items()
    )
    alt = "\n".join([f"{title}, by the number of {across}:", *words])
    return chart.picture(title, alt, across, max(width_of(name) for name in series))


class _Chart:
    def __init__(self, points: Points) -> None:
        sizes, times = zip(*points, strict=True)
        self.first, self.last = floor(log10(min(sizes))), max(floor(log10(min(sizes))) + 1, ceil(log10(max(sizes))))
        self.low, self.top = floor(log10(min(times))), max(floor(log10(min(times))) + 1, ceil(log10(max(times))))
        self.drawing = Drawing()
        self._grid()

    def _place(self, size: float, seconds: float) -> tuple[float, float]:
        return LEFT + STEP * (log10(size) - self.first), TOP + STEP * (self.top - log10(seconds))

    def _grid(self) -> None:
        right, bottom = self._place(10.0**self.last, 10.0**self.low)
        for power in range(self.first, self.last + 1):
            x, _ = self._place(10.0**power, 1.0)
            self.drawing.line(x, TOP, x, bottom, stroke_opacity=0.2)
            self.drawing.text(x, bottom + 18, f"{10**power:,}", anchor="middle", **SMALL)
        for power in range(self.low, self.top + 1):
            _, y = self._place(1.0, 10.0**power)
            self.drawing.line(LEFT, y, right, y, stroke_opacity=0.2)
            self.drawing.text(LEFT - 8, y + 4, duration(10.0**power), anchor="end", **SMALL)
        self.right, self.bottom = right, bottom

    def add(self, number: int, name: str, line: Points) -> None:
        places = [self._place(*point) for point in line]
        color, dash = COLORS[number % 3], DASHES[number % 3]
        self.drawing.path(places, stroke=color, stroke_width=2.4, stroke_dasharray=dash)
        for x, y in places:
            self.drawing.dot(x, y, 3.2, fill=color)
        y = TOP + 14 + 20 * number
        self.drawing.line(
            self.right + 18, y - 4, self.right + 48, y - 4, stroke=color, stroke_width=2.4, stroke_dasharray=dash
        )
        self.drawing.text(self.right + 56, y, name)

    def picture(self, title: str, alt: str, across: str, beside: float) -> Picture:
        self.drawing.text((LEFT + self.right) / 2, self.bottom + 38, across, anchor="middle", **SMALL)
        return self.drawing.picture(self.right + beside + 76, self.bottom + 50, title, alt)
