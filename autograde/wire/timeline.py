"""A timeline: who did what from when to when, as bars over a common axis of time.

    timeline([
        ("connect", [(0, 0.003)]),
        ("reply", [(0.003, 0.2, "waits for the first byte", "wait"), (0.2, 0.25, "reads", "good")]),
    ])

It serves the waterfall of a request, waits between retries, time until something failed, threads at work, and what a
record says about who was blocked (`busy.py`). Times are seconds, from any origin. `exact=False` draws order and
proportion and prints no number: the same picture for every run in which things take about as long.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from autograde.wire.axis import Axis
from autograde.wire.svg import AMBER, BLUE, GREEN, RED, Drawing, Picture, shortened, width_of


class Bar(NamedTuple):
    """From `start` to `end`, in seconds; a mark if both are the same. `look` is a key of `LOOKS`."""

    start: float
    end: float
    label: str = ""
    look: str = "work"


Row = tuple[str, Sequence[Bar | tuple[Any, ...]]]
"""A name, and its bars or plain tuples with their fields."""

LOOKS: dict[str, tuple[str, float, str, str]] = {
    "work": (BLUE, 0.5, "", "works"),
    "wait": (AMBER, 0.1, "", "waits"),
    "good": (GREEN, 0.5, "✓", "succeeds"),
    "trouble": (RED, 0.3, "✗", "fails"),
}
"""Color, how strongly it fills, the sign at the end of the label, and what a bar without a label is called.

A wait is hatched as well.
"""

SCALE, HEIGHT, TRACK, ABOVE = 620.0, 20.0, 30.0, 15.0
"""Pixels: width of the axis, height of a bar, from one track to the next, and more for labels above the bars."""

WORTHWHILE = 70.0
"""Pixels from which on a part of a label in a bar is better than the whole above it."""


def timeline(
    rows: Iterable[Row], *, title: str = "Who did what when", exact: bool = True, grid: float = 0.0
) -> Picture:  # fmt: skip
    """Draw rows of bars over one axis of time. Bars of a row that overlap are drawn below each other.

    Without `exact`, times are moved to the nearest multiple of `grid` seconds after the first start (unless given:
    about a twentieth of the whole, rounded). What takes less than half of that is drawn as a mark. For one picture in
    all runs choose times that do not lie in the middle between two multiples, and the grid.
    """
    told = [(name, sorted(Bar(*bar) for bar in bars)) for name, bars in rows]
    axis = Axis([at for _, bars in told for bar in bars for at in bar[:2]], exact=exact, grid=grid)
    alt = "\n".join([f"{title}:", *(_in_words(name, bars, axis) for name, bars in told)])
    return _Chart(axis, told).draw(title, alt)


def _in_words(name: str, bars: Sequence[Bar], axis: Axis) -> str:
    return f"  {name}: " + ("; ".join(_bar_in_words(bar, axis) for bar in bars) or "nothing")


def _bar_in_words(bar: Bar, axis: Axis) -> str:
    _, _, sign, name = LOOKS[bar.look]
    aside = "waiting" if bar.look == "wait" and "wait" not in bar.label else sign
    what = f"{bar.label} ({aside})" if bar.label and aside else bar.label or name
    start, end = axis.words(bar.start), axis.words(bar.end)
    return f"{what} at {start}" if start == end else f"{what} from {start} to {end}"


def tracks(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Bars in as few lines as do without overlap; each in the first line where it fits."""
    lines: list[list[Bar]] = []
    for bar in bars:
        line = next((line for line in lines if line[-1].end <= bar.start), None)
        if line is None:
            lines.append(line := [])
        line.append(bar)
    return lines or [[]]


class _Chart:
    """One drawing in the making: rows from top to bottom, the axis below them."""

    TOP = 14.0

    def __init__(self, axis: Axis, rows: Sequence[tuple[str, Sequence[Bar]]]) -> None:
        self.axis, self.rows, self.drawing = axis, rows, Drawing()
        self.left = max([width_of(name) for name, _ in rows], default=0.0) + 26
        self.right = self.left + SCALE + 46

    def draw(self, title: str, alt: str) -> Picture:
        y = self.TOP
        for name, bars in self.rows:
            for number, line in enumerate(tracks(bars)):
                labels = self._labels(line)
                y += ABOVE if any(how == "above" for how, _ in labels) else 0
                if not number:
                    self.drawing.text(self.left - 12, y + 15, name, anchor="end", font_weight="bold")
                for bar, (how, text) in zip(line, labels, strict=True):
                    self._draw_bar(bar, y)
                    self._write(bar, how, text, y)
                y += TRACK
        self._draw_axis(y)
        return self.drawing.picture(self.right, y + 40, title, alt)

    def _ends(self, bar: Bar) -> tuple[float, float]:
        """Where a bar begins and ends; even one without length can be seen."""
        start, end = (self.left + SCALE * self.axis.place(at) for at in bar[:2])
        return start, max(start + 4, end)

    def _labels(self, line: Sequence[Bar]) -> list[tuple[str, str]]:
        """Where each bar's label has room, and as much of it as fits there."""
        following = above = math.inf  # where the next bar, and the next label above one, begin
        labels = []
        for bar in reversed(line):
            start, end = self._ends(bar)
            how, text = self._label(bar, end - start, following - end, above - start)
            labels.append((how, text))
            following, above = start, start if how == "above" else above
        return labels[::-1]

    def _label(self, bar: Bar, within: float, behind: float, above: float) -> tuple[str, str]:
        """In the bar or behind it if the whole fits there, else as much as fits in it or above it."""
        label = f"{bar.label} {LOOKS[bar.look][2]}".strip()
        needed = width_of(label) + 9
        if needed <= within or not label:
            return "inside", label
        if needed <= behind:
            return "behind", label
        how, room = ("inside", within) if within > WORTHWHILE else ("above", min(above, SCALE))
        fitting = int((room - 9) // width_of("x"))
        return (how, shortened(label, fitting)) if fitting >= min(4, len(label)) else ("inside", "")

    def _draw_bar(self, bar: Bar, y: float) -> None:
        color, strength, _, _ = LOOKS[bar.look]
        start, end = self._ends(bar)
        look = {"fill": color, "fill_opacity": strength, "stroke": color, "stroke_width": 1.4, "rx": 2}
        self.drawing.box(start, y, end - start, HEIGHT, **look)
        if bar.look == "wait":
            for left in range(0, int(end - start - HEIGHT / 2), 12):
                slope = [(start + left, y + HEIGHT), (start + left + HEIGHT / 2, y)]
                self.drawing.path(slope, stroke=color, stroke_opacity=0.4)

    def _write(self, bar: Bar, how: str, text: str, y: float) -> None:
        start, end = self._ends(bar)
        x, baseline = {"inside": (start + 5, y + 14), "behind": (end + 5, y + 14), "above": (start, y - 4)}[how]
        if text:
            self.drawing.text(x, baseline, text)
            self.right = max(self.right, x + width_of(text) + 12)

    def _draw_axis(self, y: float) -> None:
        self.drawing.line(self.left, y + 4, self.left + SCALE, y + 4, stroke_opacity=0.5)
        for place, words in self.axis.ticks():
            x = self.left + SCALE * place
            self.drawing.line(x, self.TOP - 4, x, y + 8, stroke_opacity=0.18)
            if words:
                self.drawing.text(x, y + 22, words, anchor="middle", font_size=10, opacity=0.8)
        if not self.axis.exact:
            self.drawing.text(self.left, y + 22, "time, in equal steps →", font_size=10, opacity=0.8)


__all__ = ["Bar", "timeline"]
