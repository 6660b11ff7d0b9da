"""A histogram of measured times: how often which came, one strip for each series over a common axis.

    histogram({"UDP": udp, "TCP": tcp}, title="Round trips", things="round trip")

The axis has equal steps of ratio, not of time: times on a network have a long tail, and on an even axis three outliers
would press all the others into one column. The numbers differ from run to run, so no lesson compares such a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, log10
from statistics import median, quantiles
from typing import Any

from autograde.wire.show import count
from autograde.wire.svg import AMBER, BLUE, GREEN, Drawing, Picture, width_of

WIDE, HIGH, PITCH = 560.0, 70.0, 112.0
"""Pixels: width of the axis, height of the tallest column, and from one strip to the next."""

PER_DECADE = 20
"""Columns from one power of ten to the next."""

COLORS = (BLUE, AMBER, GREEN)
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
SMALL: dict[str, Any] = {"font_size": 10, "opacity": 0.8}


def histogram(
    series: Mapping[str, Iterable[float]], *, title: str = "How long it took", things: str = "time"
) -> Picture:
    """Draw times in seconds, above zero. `things` says what was measured, in the singular.

    A dashed line marks the median. Raises `ValueError` for a time that is not above zero.
    """
    told = {name: sorted(values) for name, values in series.items()}
    every = [value for values in told.values() for value in values]
    if any(value <= 0 for value in every):
        raise ValueError("a measured time is above zero")
    chart = _Strips(every)
    for name, values in told.items():
        chart.add(name, values, things)
    alt = "\n".join([f"{title}:", *(f"  {name}: {_summary(values, things)}" for name, values in told.items())])
    return chart.picture(title, alt)


def duration(seconds: float) -> str:
    """A time in the unit in which it is at least 1, with two digits or more: "38 µs", "1.2 ms"."""
    size, unit = next(((size, unit) for size, unit in UNITS if seconds >= 0.9999 * size), UNITS[-1])
    value = seconds / size
    return f"{value:.0f} {unit}" if value >= 9.95 else f"{value:.2g} {unit}"


def _summary(values: Sequence[float], things: str) -> str:
    if not values:
        return "nothing measured"
    most = quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
    return f"{count(len(values), things)}, half within {duration(median(values))}, 95 % within {duration(most)}"


class _Strips:
    """One drawing in the making: strips from top to bottom, over the powers of ten around all values."""

    LEFT, TOP = 30.0, 34.0

    def __init__(self, every: Sequence[float]) -> None:
        self.first = floor(log10(min(every))) if every else -6
        self.last = max(self.first + 1, ceil(log10(max(every)))) if every else -3
        self.drawing, self.strips, self.right = Drawing(), 0, self.LEFT + WIDE + 30

    def add(self, name: str, values: Sequence[float], things: str) -> None:
        top = self.TOP + self.strips * PITCH
        words = _summary(values, things)
        after = self.LEFT + width_of(name) + 24
        self.right = max(self.right, after + width_of(words) * 10 / 12 + 20)
        self.drawing.text(self.LEFT, top - 12, name, font_weight="bold")
        self.drawing.text(after, top - 12, words, **SMALL)
        self.drawing.line(self.LEFT, top + HIGH, self.LEFT + WIDE, top + HIGH, stroke_opacity=0.5)
        self._columns(values, top + HIGH, COLORS[self.strips % len(COLORS)])
        if values:
            x = self._x(median(values))
            self.drawing.line(x, top - 4, x, top + HIGH + 5, stroke_width=1.8, stroke_dasharray="4 2")
        self.strips += 1

    def _x(self, seconds: float) -> float:
        return self.LEFT + WIDE * (log10(seconds) - self.first) / (self.last - self.first)

    def _columns(self, values: Sequence[float], bottom: float, color: str) -> None:
        bins = (self.last - self.first) * PER_DECADE
        amounts = [0] * bins
        for value in values:
            amounts[min(bins - 1, int((log10(value) - self.first) * PER_DECADE))] += 1
        for place, amount in enumerate(amounts):
            if amount:
                high = max(1.5, HIGH * amount / max(amounts))
                look = {"fill": color, "fill_opacity": 0.5, "stroke": color}
                self.drawing.box(self.LEFT + place * WIDE / bins, bottom - high, WIDE / bins, high, **look)

    def picture(self, title: str, alt: str) -> Picture:
        bottom = self.TOP + max(1, self.strips) * PITCH - PITCH + HIGH
        for power in range(self.first, self.last + 1):
            x = self._x(10.0**power)
            self.drawing.line(x, self.TOP, x, bottom + 8, stroke_opacity=0.2)
            self.drawing.text(x, bottom + 22, duration(10.0**power), anchor="middle", **SMALL)
        self.drawing.text(self.LEFT, bottom + 42, "dashed: half of them took less", **SMALL)
        return self.drawing.picture(self.right, bottom + 54, title, alt)
