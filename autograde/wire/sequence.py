"""The sequence diagram of a transcript: first its rows (plain data), then their drawing.

A transcript may be one-sided (only a peer wrote it: what it sent points away from its lane, what it received points
at it) or two-sided (both programs wrote: the sender's event is the arrow, the receiver's a remark beside its lane).
Which of the two holds is asked for each receipt anew: if its sender's lane recorded a cause, the arrow is already
there.

Ports and times are left out: `listens`, `connects` and `accepts` are drawn without their text. What a program is said
to have called is drawn as its writer worded it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from autograde.wire.show import count
from autograde.wire.svg import AMBER, BLUE, GREEN, INK, RED, Drawing, Picture, shortened, shown_bytes, width_of
from autograde.wire.transcript import Event, Transcript

ROWS = 40
"""Rows that are drawn of a long transcript, unless the caller wants another number."""

TINY = 4
"""Sends of at most so many bytes fold into one row when three or more of one size follow each other."""

CAUSES = {
    "receives": {"sends"},
    "sees the end": {"half-closes", "closes"},
    "sees a reset": {"resets"},
    "accepts": {"connects"},
}
"""The events of the other lane that explain what a lane sees."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the diagram. With `to` it is an arrow between two lanes, without it a remark beside `lane`."""

    lane: str
    label: str
    sentence: str
    to: str = ""
    look: str = "plain"
    events: tuple[Event, ...] = ()
    failing: bool = False


def rows_of(events: Iterable[Event]) -> list[Row]:
    """All rows of a conversation, folded but not shortened."""
    events = list(events)
    caused = {(event.lane, event.to, event.kind) for event in events}
    return [_row(group, caused) for group in _folded(events)]


def _folded(events: list[Event]) -> list[list[Event]]:
    """Neighbors that one row can tell, together."""
    groups: list[list[Event]] = []
    for event in events:
        if groups and _alike(groups[-1][0], event):
            groups[-1].append(event)
        else:
            groups.append([event])
    return [part for group in groups for part in ([group] if len(group) >= 3 else [[event] for event in group])]


def _alike(first: Event, second: Event) -> bool:
    def same(event: Event) -> tuple[str, str, str, int]:
        return event.lane, event.to, event.kind, event.size

    return first.kind in ("sends", "receives") and 0 < first.size <= TINY and same(first) == same(second)


def _row(group: list[Event], caused: set[tuple[str, str, str]]) -> Row:
    event = group[0]
    told_by_the_other = any((event.to, event.lane, kind) in caused for kind in CAUSES.get(event.kind, ()))
    if event.kind in ("sends", "receives"):
        row = _bytes_row(group, told_by_the_other)
    elif event.kind in CAUSES:
        row = _seen_row(event, told_by_the_other)
    else:
        row = _own_row(event)
    return replace(row, events=tuple(group))


def _bytes_row(group: list[Event], told_by_the_other: bool) -> Row:
    event = group[0]
    data, size = b"".join(one.data for one in group), sum(one.size for one in group)
    shown = shown_bytes(data, size)
    amount = f"{len(group)} × {count(event.size, 'byte')}" if len(group) > 1 else count(size, "byte")
    if event.kind == "sends":
        sentence = f"{event.lane} sends {amount} to {event.to}: {shown}"
        return Row(event.lane, f"{shown}  {amount}", sentence, event.to, "send")
    sentence = f"{event.lane} receives {amount} from {event.to}: {shown}"
    if told_by_the_other or not event.to:
        return Row(event.lane, f"receives {amount}", sentence, look="receipt")
    return Row(event.to, f"{shown}  {amount}", sentence, event.lane, "send")


SEEN = {
    "sees the end": ("reads the end", "end of the stream", "half-close"),
    "sees a reset": ("sees the reset", "reset", "reset"),
    "accepts": ("accepts", "connects", "connect"),
}


def _seen_row(event: Event, told_by_the_other: bool) -> Row:
    as_remark, as_arrow, look = SEEN[event.kind]
    told = {
        "sees the end": "reads the end of the stream from",
        "sees a reset": "finds that the connection was reset by",
        "accepts": "accepts a connection from",
    }[event.kind]
    sentence = f"{event.lane} {told} {event.to or 'the other side'}"
    if told_by_the_other or not event.to:
        return Row(event.lane, as_remark, sentence, look="trouble" if look == "reset" else "receipt")
    return Row(event.to, as_arrow, sentence, event.lane, look)


def _own_row(event: Event) -> Row:
    text = shortened(event.text, 32)
    who, to = event.lane, event.to
    match event.kind:
        case "connects":
            return Row(who, "connects", f"{who} connects to {to or 'the other side'}", to, "connect")
        case "half-closes":
            label = "half-close: no more bytes"
            return Row(who, label, f"{who} half-closes: it will send no more bytes", to, "half-close")
        case "closes":
            return Row(who, f"closes {text}".rstrip(), f"{who} closes {event.text}".rstrip(), to, "close")
        case "resets":
            return Row(who, "reset", f"{who} resets the connection", to, "reset")
        case "listens":
            return Row(who, "listens", f"{who} listens")
        case "waits":
            return Row(who, f"waits {text}".rstrip(), f"{who} waits {event.text}".rstrip(), look="wait")
        case "is blocked":
            return Row(who, f"blocked: {text}", f"{who} is blocked in {event.text}", look="wait")
        case "calls":
            return Row(who, f"▸ {text}", f"{who} calls {event.text}", look="call")
        case "returns":
            return Row(who, f"◂ {text}", f"{who} returns {event.text}", look="call")
        case "raises" | "hangs":
            return Row(who, f"✗ {event.kind} {text}", f"{who} {event.kind} {event.text}", look="trouble")
        case _:
            return Row(who, text, f"{who}: {event.text}", look="note")


def window(rows: Sequence[Row], at_most: int) -> list[Row]:
    """The first rows and the last ones, or those around the failing one, with a row that counts what is left out."""
    if len(rows) <= at_most:
        return list(rows)
    failing = next((i for i, row in enumerate(rows) if row.failing), len(rows) - 1)
    if failing < at_most - 2:
        return [*rows[: at_most - 1], _left_out(rows[at_most - 1 :])]
    head, end = max(1, at_most // 5), min(len(rows), failing + 3)
    after = [_left_out(rows[end:])] if end < len(rows) else []
    start = end - (at_most - head - 1 - len(after))
    return [*rows[:head], _left_out(rows[head:start]), *rows[start:end], *after]


def _left_out(rows: Sequence[Row]) -> Row:
    return Row("", f"… {len(rows)} more …", f"({len(rows)} more)", look="gap")


def sequence(
    transcript: Iterable[Event],
    *,
    title: str = "The conversation",
    lanes: Sequence[str] = (),
    failing: Event | None = None,
    rows: int = ROWS,
) -> Picture:
    """Draw who did what to whom, from top to bottom.

    `lanes` fixes the order of the columns (default: first appearance), `failing` marks the event at which the
    conversation went wrong, and `rows` bounds the height: of a longer transcript the beginning and the part around
    the end are drawn.
    """
    events = list(transcript)
    every = [replace(row, failing=any(e is failing for e in row.events)) for row in rows_of(events)]
    columns = list(lanes) or Transcript(events).lanes()
    shown = window(every, max(rows, 8))
    alt = "\n".join([f"{title}:", *(_in_words(number, row) for number, row in _numbered(every, shown))])
    return _Diagram(columns, shown).draw(title, alt)


def _numbered(every: list[Row], shown: list[Row]) -> Iterable[tuple[int, Row]]:
    numbers = {id(row): number for number, row in enumerate(every, 1)}
    return ((numbers.get(id(row), 0), row) for row in shown)


def _in_words(number: int, row: Row) -> str:
    if row.look == "gap":
        return f"    {row.sentence}"
    return f"{number:>3}. {row.sentence}" + (" ← here it goes wrong" if row.failing else "")


COLORS = {
    "send": BLUE,
    "connect": GREEN,
    "half-close": AMBER,
    "close": INK,
    "reset": RED,
    "trouble": RED,
    "wait": AMBER,
}
DASHES = {"half-close": "7 4", "close": "2 3", "wait": "3 3"}


class _Diagram:
    """One drawing in the making: columns at fixed places, a cursor that moves down row by row."""

    HEAD, ROW, MARGIN = 44.0, 32.0, 14.0

    def __init__(self, lanes: list[str], rows: list[Row]) -> None:
        self.lanes, self.rows = lanes or [""], rows
        self.drawing = Drawing()
        gap = max([230.0, *(width_of(row.label) + 70 for row in rows if row.to), *map(self._beside_inner_lane, rows)])
        left = self._margin(self.lanes[0])
        self.x = {lane: left + number * gap for number, lane in enumerate(self.lanes)}
        right = self._margin(self.lanes[-1]) if len(self.lanes) > 1 else self.MARGIN + 200
        self.width = left + gap * (len(self.lanes) - 1) + right

    def _margin(self, lane: str) -> float:
        beside = [width_of(row.label) + 26 for row in self.rows if not row.to and row.lane == lane]
        return max([60.0, width_of(lane) / 2 + 16, *beside]) + self.MARGIN

    def _beside_inner_lane(self, row: Row) -> float:
        inner = not row.to and row.lane in self.lanes[1:-1]
        return width_of(row.label) + 40 if inner else 0.0

    def draw(self, title: str, alt: str) -> Picture:
        height = self.HEAD + self.ROW * len(self.rows) + 14
        for lane in self.lanes:
            self._lifeline(lane, height)
        y = self.HEAD + self.ROW * 0.75
        for row in self.rows:
            self._draw_row(row, y)
            y += self.ROW
        return self.drawing.picture(self.width, height, title, alt)

    def _lifeline(self, lane: str, height: float) -> None:
        half = width_of(lane) / 2 + 12
        self.drawing.line(self.x[lane], 32, self.x[lane], height - 4, stroke_opacity=0.35, stroke_dasharray="1 3")
        self.drawing.box(self.x[lane] - half, 8, half * 2, 24, rx=5, stroke_opacity=0.6)
        self.drawing.text(self.x[lane], 24, lane, anchor="middle", font_weight="bold")

    def _draw_row(self, row: Row, y: float) -> None:
        if row.failing:
            self._mark_failing(y)
        if row.look == "gap":
            self.drawing.text(self.width / 2, y, row.label, anchor="middle", font_style="italic", opacity=0.75)
        elif row.to:
            self._arrow(row, y)
        else:
            self._remark(row, y)

    def _mark_failing(self, y: float) -> None:
        self.drawing.box(
            3,
            y - self.ROW * 0.72,
            self.width - 6,
            self.ROW,
            stroke=RED,
            stroke_dasharray="5 3",
            rx=4,
            fill=RED,
            fill_opacity=0.09,
        )
        self.drawing.text(9, y - 9, "✗ here", fill=RED, font_weight="bold", font_size=10)

    def _arrow(self, row: Row, y: float) -> None:
        start, end = self.x[row.lane], self.x[row.to]
        ahead = 1.0 if end > start else -1.0
        color, tip = COLORS.get(row.look, INK), end - ahead * 2
        if row.look == "reset":
            self.drawing.path(_zigzag(start, tip - ahead * 14, y), stroke=color, stroke_width=2)
        else:
            self.drawing.line(
                start,
                y,
                tip - ahead * 6,
                y,
                stroke=color,
                stroke_width=1.6,
                stroke_dasharray=DASHES.get(row.look, "none"),
            )
        self._head(row.look, tip, y, ahead, color)
        self.drawing.text((start + end) / 2, y - 6, row.label, anchor="middle")

    def _head(self, look: str, tip: float, y: float, ahead: float, color: str) -> None:
        back = tip - ahead * 10
        if look == "reset":
            for rise in (-6, 6):
                self.drawing.line(tip - ahead * 13, y - rise, tip - ahead, y + rise, stroke=color, stroke_width=2.4)
        elif look in ("half-close", "close"):
            self.drawing.line(tip, y - 7, tip, y + 7, stroke=color, stroke_width=2.4)
            self.drawing.path([(back, y - 4), (tip, y), (back, y + 4)], stroke=color, stroke_width=1.6)
        else:
            self.drawing.path([(tip, y), (back, y - 4), (back, y + 4)], closed=True, fill=color, stroke=color)

    def _remark(self, row: Row, y: float) -> None:
        x, color = self.x[row.lane], COLORS.get(row.look, INK)
        outward = -1 if row.lane == self.lanes[0] and len(self.lanes) > 1 else 1
        if row.look == "wait":
            self.drawing.box(x - 4, y - 20, 8, 26, fill=color, fill_opacity=0.25, stroke=color, stroke_dasharray="3 2")
        elif row.look == "trouble":
            for rise in (-4, 4):
                self.drawing.line(x - 4, y - 4 - rise, x + 4, y - 4 + rise, stroke=color, stroke_width=2)
        else:
            self.drawing.box(x - 2.5, y - 6.5, 5, 5, fill=INK, stroke="none", rx=2.5)
        anchor = "end" if outward < 0 else "start"
        weight = {"font_weight": "bold"} if row.look == "trouble" else {}
        self.drawing.text(x + outward * 12, y, row.label, anchor=anchor, **weight)


def _zigzag(start: float, end: float, y: float) -> list[tuple[float, float]]:
    teeth = max(2, int(abs(end - start) / 12))
    step = (end - start) / teeth
    inner = [(start + step * number, y + (3 if number % 2 else -3)) for number in range(1, teeth)]
    return [(start, y), *inner, (end, y)]
