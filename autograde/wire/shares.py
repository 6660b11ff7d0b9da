"""Shares of a whole, as bars from 0 to 100 %: how much arrived, how much was lost.

shares([("1 KiB", 3, 200), ("64 KiB", 200, 200)], title="Received, by the size of the buffer", things="datagram")
"""

from __future__ import annotations

from collections.abc import Sequence

from autograde.wire.show import count
from autograde.wire.svg import BLUE, Drawing, Picture, width_of

WIDE, PITCH, HIGH, TOP = 440.0, 26.0, 17.0, 12.0
"""Pixels: width of 100 %, from one bar to the next, height of a bar, and room above."""


def shares(rows: Sequence[tuple[str, int, int]], *, title: str = "How much of it", things: str = "thing") -> Picture:
    """Draw a bar for each (name, part, whole), and write both numbers behind it.

    Raises `ValueError` for a part that is none of its whole.
    """
    if any(not 0 <= part <= whole for _, part, whole in rows):
        raise ValueError("a part is between 0 and its whole")
    left = max([0.0, *(width_of(name) for name, _, _ in rows)]) + 24
    drawing = Drawing()
    for number, (name, part, whole) in enumerate(rows):
        y, wide = TOP + number * PITCH, WIDE * _share(part, whole)
        drawing.text(left - 10, y + 13, name, anchor="end", font_weight="bold")
        drawing.box(left, y, WIDE, HIGH, stroke_opacity=0.3)
        drawing.box(left, y, wide, HIGH, fill=BLUE, fill_opacity=0.5, stroke=BLUE)
        drawing.text(left + WIDE + 10, y + 13, f"{part:,} of {whole:,}")
    bottom = TOP + len(rows) * PITCH
    for percent in (0, 50, 100):
        x = left + WIDE * percent / 100
        drawing.line(x, TOP - 4, x, bottom + 2, stroke_opacity=0.3, stroke_dasharray="2 2")
        drawing.text(x, bottom + 16, f"{percent} %", anchor="middle", font_size=10, opacity=0.8)
    alt = "\n".join([f"{title}:", *(_in_words(*row, things) for row in rows)])
    beside = max([0.0, *(width_of(f"{part:,} of {whole:,}") for _, part, whole in rows)]) + 24
    return drawing.picture(left + WIDE + max(beside, 24), bottom + 28, title, alt)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _in_words(name: str, part: int, whole: int, things: str) -> str:
    return f"  {name}: {part:,} of {count(whole, things)} ({100 * _share(part, whole):.0f} %)"
