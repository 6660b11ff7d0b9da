"""Two pictures of the same bytes: a ruler of how they were cut, and a staircase of how they moved.

Both are drawn from sizes alone, so they serve a live record (`cuts`, `moves` take them out of a transcript) as well
as a thought experiment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from autograde.wire.show import count
from autograde.wire.svg import AMBER, BLUE, INK, Drawing, Picture, width_of
from autograde.wire.transcript import Event

NAME, SCALE, PIECES = 30.0, 560.0, 120
"""Room above, width of the byte range in pixels, and the most pieces of one row that are drawn one by one."""

Cuts = Sequence[tuple[str, Sequence[int]]]


def cuts(events: Iterable[Event], sender: str, receiver: str) -> tuple[list[tuple[str, list[int]]], bytes]:
    """Rows and bytes for `ruler`: what `sender` handed over for `receiver`, and the pieces in which that was read.

    The bytes stop at the first event that kept only a part of its own.
    """
    sent = [e for e in events_between(events, sender, receiver) if e.kind == "sends"]
    received = [e for e in events_between(events, sender, receiver) if e.kind == "receives"]
    data = b""
    for event in sent:
        data += event.data
        if event.size != len(event.data):
            break
    return [("sent", [e.size for e in sent]), ("received", [e.size for e in received])], data


def moves(events: Iterable[Event], sender: str, receiver: str) -> list[tuple[str, int]]:
    """Steps for `staircase`: `("sent", n)` and `("received", n)` in the order in which they happened."""
    names = {"sends": "sent", "receives": "received"}
    return [(names[e.kind], e.size) for e in events_between(events, sender, receiver)]


def events_between(events: Iterable[Event], sender: str, receiver: str) -> list[Event]:
    """The sends of one lane for another and the receipts of that other from it."""
    ways = {(sender, receiver, "sends"), (receiver, sender, "receives")}
    return [e for e in events if (e.lane, e.to, e.kind) in ways]


def ruler(rows: Cuts, data: bytes = b"", *, title: str = "The same bytes, cut twice") -> Picture:
    """One strip per row over the same byte range, each cut where that row's pieces end; `data` is written below it."""
    total = max([1, *(sum(sizes) for _, sizes in rows)])
    left = max([width_of(name) for name, _ in rows], default=0.0) + 24
    drawing = Drawing()
    legible = len(data) == total and total * 11 <= SCALE * 1.2
    scale = max(SCALE, total * 11) / total if legible else SCALE / total
    for number, (name, sizes) in enumerate(rows):
        _strip(drawing, name, sizes, left, NAME + number * 46, scale, BLUE if number % 2 == 0 else AMBER)
    bottom = NAME + len(rows) * 46
    if legible:
        _letters(drawing, data, left, bottom, scale)
    _axis(drawing, total, left, bottom + (18 if legible else 0), scale)
    alt = "\n".join([f"{title}:", *(_strip_in_words(name, sizes) for name, sizes in rows)])
    return drawing.picture(left + total * scale + 40, bottom + (56 if legible else 38), title, alt)


def _strip(drawing: Drawing, name: str, sizes: Sequence[int], left: float, y: float, scale: float, color: str) -> None:
    drawing.text(left - 12, y + 17, name, anchor="end", font_weight="bold")
    drawing.text(left, y - 5, _count_of_pieces(sizes), font_size=10, opacity=0.8)
    if len(sizes) > PIECES:
        drawing.box(
            left, y, sum(sizes) * scale, 26, stroke=color, fill=color, fill_opacity=0.35, stroke_dasharray="2 2"
        )
        return
    ends = list(accumulate(sizes))
    for number, (size, end) in enumerate(zip(sizes, ends, strict=True)):
        x, width = left + (end - size) * scale, size * scale
        drawing.box(x, y, width, 26, stroke=color, stroke_width=1.5, fill=color, fill_opacity=0.16 + 0.2 * (number % 2))
        if width >= width_of(f"{size:,}") + 4:
            drawing.text(x + width / 2, y + 17, f"{size:,}", anchor="middle")


def _letters(drawing: Drawing, data: bytes, left: float, y: float, scale: float) -> None:
    for place, byte in enumerate(data):
        letter = {10: "⏎", 32: "␣"}.get(byte, chr(byte) if 32 < byte < 127 else "·")
        drawing.text(left + (place + 0.5) * scale, y, letter, anchor="middle")


def _axis(drawing: Drawing, total: int, left: float, y: float, scale: float) -> None:
    drawing.line(left, y, left + total * scale, y, stroke_opacity=0.5)
    for place in sorted({0, total // 2, total}):
        x = left + place * scale
        drawing.line(x, y - 3, x, y + 3, stroke_opacity=0.7)
        drawing.text(x, y + 16, f"{place:,}", anchor="middle", font_size=10, opacity=0.8)
    drawing.text(left - 12, y + 16, "byte", anchor="end", font_size=10, opacity=0.8)


def _count_of_pieces(sizes: Sequence[int]) -> str:
    return f"{count(sum(sizes), 'byte')} in {count(len(sizes), 'piece')}"


def _strip_in_words(name: str, sizes: Sequence[int]) -> str:
    pieces = " + ".join(map(str, sizes[:12])) + (" + …" if len(sizes) > 12 else "")
    return f"  {name}: {_count_of_pieces(sizes)}" + (f" ({pieces})" if len(sizes) > 1 else "")


def staircase(
    steps: Sequence[tuple[str, int]], *, begins: Mapping[str, int] | None = None,
    title: str = "Bytes so far, event by event",
) -> Picture:  # fmt: skip
    """Climb one stair per event: a line for each name in `steps`, as high as its bytes so far.

    Between the two lines of a sender and a receiver is what is on its way: handed over, and not yet read. The line of
    a name in `begins` starts at its first event, with so many bytes, as that of a download does which is resumed.
    """
    names = list(dict.fromkeys(name for name, _ in steps))
    climbed = {name: _heights(steps, name, (begins or {}).get(name, 0)) for name in names}
    top = max([1, *(heights[-1] for heights in climbed.values())])
    left, width, height = width_of(f"{top:,}") + 20, 520.0, 200.0
    drawing = Drawing()
    _grid(drawing, top, left, width, height, len(steps))
    for number, name in enumerate(names):
        x_step = width / max(1, len(steps))
        first = next(place for place, (step, _) in enumerate(steps) if step == name) if name in (begins or {}) else 0
        corners = [(x, value) for x, value in _corners(climbed[name]) if x >= first]
        points = [(left + x * x_step, 20 + height - height * value / top) for x, value in corners]
        drawing.path(
            points,
            stroke=(BLUE, AMBER, INK)[number % 3],
            stroke_width=2.2,
            stroke_dasharray=("none", "6 3", "2 2")[number % 3],
        )
        _key(drawing, name, left + width + 16, 36 + 18 * number, number)
    alt = "\n".join([f"{title}:", *_climb_in_words(steps, begins or {})])
    beside = max([0.0, *(width_of(name) for name in names)]) + 60
    return drawing.picture(left + width + beside, height + 58, title, alt)


def _heights(steps: Sequence[tuple[str, int]], name: str, begin: int) -> list[int]:
    return list(accumulate((size if step == name else 0 for step, size in steps), initial=begin))


def _corners(heights: list[int]) -> list[tuple[int, int]]:
    corners = [(0, heights[0])]
    for place in range(1, len(heights)):
        corners += [(place, heights[place - 1]), (place, heights[place])]
    return corners


def _grid(drawing: Drawing, top: int, left: float, width: float, height: float, events: int) -> None:
    for part in (0, top // 2, top):
        y = 20 + height - height * part / top
        drawing.line(left, y, left + width, y, stroke_opacity=0.2)
        drawing.text(left - 8, y + 4, f"{part:,}", anchor="end", font_size=10, opacity=0.8)
    drawing.text(
        left + width / 2,
        height + 42,
        f"{count(events, 'event')}, in the order they happened",
        anchor="middle",
        font_size=10,
        opacity=0.8,
    )


def _key(drawing: Drawing, name: str, x: float, y: float, number: int) -> None:
    drawing.line(
        x,
        y - 4,
        x + 26,
        y - 4,
        stroke=(BLUE, AMBER, INK)[number % 3],
        stroke_width=2.2,
        stroke_dasharray=("none", "6 3", "2 2")[number % 3],
    )
    drawing.text(x + 34, y, name)


def _climb_in_words(steps: Sequence[tuple[str, int]], begins: Mapping[str, int]) -> list[str]:
    sofar = dict(begins)
    lines = []
    for name, size in steps:
        sofar[name] = sofar.get(name, 0) + size
        lines.append(f"  {name} {size:,} (so far {sofar[name]:,})")
    return lines if len(lines) <= 16 else [*lines[:8], f"  … {len(lines) - 16} more …", *lines[-8:]]
