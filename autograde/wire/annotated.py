"""Text as it goes over the wire, line by line: every byte a box, its place at the left, what it means at the right.

    annotated([("request line", b"GET / HTTP/1.1\\r\\n"), ("host", b"Host: harbor\\r\\n"), ("the end", b"\\r\\n")])

Line ends are shown, because protocols of text stand and fall with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from autograde.wire.show import count
from autograde.wire.svg import AMBER, BLUE, Drawing, Picture, shown_bytes, width_of

BYTE, STRIP, ROW, TOP = 9.0, 20.0, 26.0, 12.0
"""Pixels: width of a byte, height of a strip, from one row to the next, room above."""

LONGEST = 60
"""Bytes of a part that are drawn; of a longer one its beginning and its end."""

SIGNS = {13: "←", 10: "↓", 32: " "}
"""A carriage return goes back to the left, a line feed down."""


def annotated(parts: Sequence[tuple[str, bytes]], *, title: str = "Byte by byte") -> Picture:
    """One row for each part of a message: a note, and its bytes. The parts together are the message."""
    starts = [0, *accumulate(len(data) for _, data in parts)]
    left = width_of(f"{starts[-1]:,}") + 18
    right = left + max([0, *(min(len(data), LONGEST) for _, data in parts)]) * BYTE + 18
    drawing = Drawing()
    for number, ((note, data), start) in enumerate(zip(parts, starts, strict=False)):
        y = TOP + number * ROW
        drawing.text(left - 10, y + 14, f"{start:,}", anchor="end", font_size=10, opacity=0.8)
        _strip(drawing, data, left, y)
        drawing.text(right, y + 14, note)
    width = right + max([0.0, *(width_of(note) for note, _ in parts)]) + 14
    alt = "\n".join([f"{title}, {count(starts[-1], 'byte')}:", *map(_in_words, parts)])
    return drawing.picture(width, TOP + len(parts) * ROW + 6, title, alt)


def _strip(drawing: Drawing, data: bytes, left: float, y: float) -> None:
    for place, sign in enumerate(_signs(data)):
        x, ends_a_line = left + place * BYTE, sign in "←↓"
        color = AMBER if ends_a_line else BLUE
        opacity = 0.4 if ends_a_line else 0.14
        drawing.box(x, y, BYTE, STRIP, stroke=color, stroke_opacity=0.5, fill=color, fill_opacity=opacity)
        drawing.text(x + BYTE / 2, y + 14, sign, anchor="middle", font_size=11)


def _signs(data: bytes) -> str:
    signs = "".join(SIGNS.get(byte, chr(byte) if 32 < byte < 127 else "·") for byte in data)
    return signs if len(signs) <= LONGEST else f"{signs[: LONGEST * 2 // 3]}…{signs[-LONGEST // 3 + 1 :]}"


def _in_words(part: tuple[str, bytes]) -> str:
    note, data = part
    return f"  {note}: {shown_bytes(data, limit=2 * LONGEST)}"


__all__ = ["annotated"]
