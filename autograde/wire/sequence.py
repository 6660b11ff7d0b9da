"""The sequence diagram of a transcript: who did what to whom, from top to bottom.

    sequence(transcript, title="What the relay did")

`rows.py` says what there is to draw, `columns.py` beside what, and `arrows.py` how it looks; this file knows where it
goes. An arrow passes a relay with a dot, and hops over the lanes it has nothing to do with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from autograde.wire.arrows import draw_arrow, draw_bar, draw_remark
from autograde.wire.columns import columns_of, without_crowds
from autograde.wire.rows import Row, rows_of
from autograde.wire.shorten import around, fold_repeats, repetition, window, without_numbers
from autograde.wire.svg import RED, Drawing, Picture, width_of
from autograde.wire.transcript import Event

ROWS = 40
"""Rows that are drawn of a long transcript, unless the caller wants another number."""


def sequence(
    transcript: Iterable[Event],
    *,
    title: str = "The conversation",
    lanes: Sequence[str] = (),
    failing: Event | None = None,
    rows: int = ROWS,
) -> Picture:
    """Draw a conversation.

    `lanes` fixes the order of the columns, `failing` marks the event at which the conversation went wrong (unless
    given: the first step of a script that was not met), and `rows` bounds the height: of a longer transcript the
    beginning and the end are drawn, or the surroundings of the failing row.
    """
    events = list(transcript)
    if failing is None:
        failing = next((event for event in events if event.kind == "misses"), None)
    columns = columns_of(events, lanes or ("student",))
    columns += [lane for lane in lanes if lane not in columns]
    told, headings = without_crowds(rows_of(events, width=width_for(len(columns)), failing=failing), columns)
    shown = shortened(told, max(rows, 8))
    alike = [f"({heading}: drawn once)" for heading in headings.values() if heading.endswith("alike")]
    alt = "\n".join([f"{title}:", *_in_words(shown), *alike])
    return _Diagram(headings, shown).draw(title, alt)


def width_for(columns: int) -> int:
    """Characters of a label where so many columns share the page."""
    return 28 if columns < 4 else 24 if columns < 6 else 20


def shortened(rows: Sequence[Row], at_most: int) -> list[Row]:
    """Repetitions counted, and of what is left the beginning and the end, or the surroundings of the failing row."""
    folded = fold_repeats(rows, _pattern, _repeated)
    failing = next((place for place, row in enumerate(folded) if row.failing), None)
    return window(folded, around(len(folded), at_most, failing), _left_out)


def _pattern(row: Row) -> tuple[object, ...]:
    return (row.lane, row.to, row.look, row.end, row.via, row.failing, without_numbers(row.whole_label))


def _repeated(rows: Sequence[Row], times: int) -> Row:
    words = repetition([row.sentence for row in rows], times)
    return Row("", f"… {words} …", f"({words})", look="gap", steps=len(rows))


def _left_out(rows: Sequence[Row]) -> Row:
    steps = sum(row.steps for row in rows)
    return Row("", f"… {steps:,} more …", f"({steps:,} more)", look="gap", steps=steps)


def _in_words(rows: Sequence[Row]) -> Iterable[str]:
    for number, row in zip(accumulate((row.steps for row in rows), initial=1), rows, strict=False):
        mark = " ← here it goes wrong" if row.failing else ""
        yield f"    {row.sentence}" if row.look == "gap" else f"{number:>3}. {row.sentence}{mark}"


class _Diagram:
    """One drawing in the making: columns at fixed places, a cursor that moves down row by row.

    With more than two lanes an amount of bytes stands under its arrow, which leaves the columns narrower.
    """

    HEAD, MARGIN = 44.0, 14.0

    def __init__(self, headings: Mapping[str, str], rows: Sequence[Row]) -> None:
        self.headings, self.rows = headings or {"": ""}, rows
        self.lanes = list(self.headings)
        self.is_stacked = len(self.lanes) > 2
        self.row_height = 38.0 if self.is_stacked else 32.0
        self.drawing = Drawing()
        left = self._margin(self.lanes[0])
        gaps = [self._gap(number) for number in range(len(self.lanes) - 1)]
        self.x = dict(zip(self.lanes, accumulate(gaps, initial=left), strict=True))
        right = self._margin(self.lanes[-1]) if gaps else self.MARGIN + 200
        self.width = self.x[self.lanes[-1]] + right

    def _margin(self, lane: str) -> float:
        beside = [width_of(row.label) + 26 for row in self.rows if not row.to and row.lane == lane]
        return max([60.0, width_of(self.headings[lane]) / 2 + 16, *beside]) + self.MARGIN

    def _gap(self, number: int) -> float:
        """The room between a lane and the next: for the arrows that leave into it, and for remarks of inner lanes."""
        lane, following = self.lanes[number : number + 2]
        headings = (width_of(self.headings[lane]) + width_of(self.headings[following])) / 2 + 36
        labels = [width_of(self._label(row)) + (44 if self.is_stacked else 70) for row in self.rows if row.to]
        leaving = [self._leaves_into(row) == number for row in self.rows if row.to]
        arrows = [width for width, here in zip(labels, leaving, strict=True) if here]
        beside = [width_of(row.label) + 40 for row in self.rows if not row.to and row.lane == lane and number]
        return max([130.0 if self.is_stacked else 230.0, headings, *arrows, *beside])

    def _leaves_into(self, row: Row) -> int:
        """The number of the gap in which an arrow begins."""
        start, end = self.lanes.index(row.lane), self.lanes.index(row.to)
        return start if end > start else start - 1

    def _label(self, row: Row) -> str:
        return max(row.label, row.amount, key=len) if self.is_stacked else row.whole_label

    def draw(self, title: str, alt: str) -> Picture:
        height = self.HEAD + self.row_height * len(self.rows) + 14
        for lane in self.lanes:
            self._lifeline(lane, height)
        for number, row in enumerate(self.rows):
            self._draw_row(number, row, self._y(number))
        return self.drawing.picture(self.width, height, title, alt)

    def _y(self, number: int) -> float:
        return self.HEAD + self.row_height * (number + 0.75)

    def _lifeline(self, lane: str, height: float) -> None:
        half = width_of(self.headings[lane]) / 2 + 12
        self.drawing.line(self.x[lane], 32, self.x[lane], height - 4, stroke_opacity=0.35, stroke_dasharray="1 3")
        self.drawing.box(self.x[lane] - half, 8, half * 2, 24, rx=5, stroke_opacity=0.6)
        self.drawing.text(self.x[lane], 24, self.headings[lane], anchor="middle", font_weight="bold")

    def _draw_row(self, number: int, row: Row, y: float) -> None:
        if row.failing:
            self._mark_failing(y)
        if row.look == "gap":
            self.drawing.text(self.width / 2, y, row.label, anchor="middle", font_style="italic", opacity=0.75)
        elif row.to:
            self._arrow(row, y)
        else:
            outward = -1 if row.lane == self.lanes[0] and len(self.lanes) > 1 else 1
            draw_remark(self.drawing, row, self.x[row.lane], y, outward)
        if row.to and row.end == "held":
            self._kept(row, number, y)

    def _mark_failing(self, y: float) -> None:
        look = {"stroke": RED, "stroke_dasharray": "5 3", "rx": 4, "fill": RED, "fill_opacity": 0.09}
        top = y - self.row_height * (0.53 if self.is_stacked else 0.72)  # clear of an amount that stands above
        self.drawing.box(3, top, self.width - 6, self.row_height, **look)
        self.drawing.text(9, y - 9, "✗ here", fill=RED, font_weight="bold", font_size=10)

    def _arrow(self, row: Row, y: float) -> None:
        start, end = self.x[row.lane], self.x[row.to]
        crossed = [lane for lane, x in self.x.items() if min(start, end) < x < max(start, end)]
        over = [self.x[lane] for lane in crossed if lane != row.via]
        draw_arrow(
            self.drawing, row, (start, end), y, over=over, dots=[self.x[lane] for lane in {row.via} & {*crossed}]
        )
        self._name(row, y)

    def _name(self, row: Row, y: float) -> None:
        """Write an arrow's label where it begins: beside its sender there is always room for it."""
        number = self._leaves_into(row)
        middle = (self.x[self.lanes[number]] + self.x[self.lanes[number + 1]]) / 2
        self.drawing.text(middle, y - 6, row.label if self.is_stacked else row.whole_label, anchor="middle")
        if self.is_stacked and row.amount:
            self.drawing.text(middle, y + 11, row.amount, anchor="middle", font_size=10, opacity=0.8)

    def _kept(self, row: Row, number: int, y: float) -> None:
        """A bar on the lane that holds something back, until it sends that on (changed things leave at once)."""
        data = row.events[0].data
        out = (
            self._y(later)
            for later, other in enumerate(self.rows)
            if later > number and other.lane == row.to and other.look == "altered"
            if later == number + 1 or other.events[0].data == data
        )
        draw_bar(self.drawing, self.x[row.to], y - 4, next(out, y + 12) + 4)
