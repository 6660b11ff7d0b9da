"""One frame, and the layers in it: each header in front of everything that the layer above handed down.

    envelopes(frame, [
        ("link", [("to", 6), ("from", 6), ("type", 2)]),
        ("network", [("", 12), ("from", 4), ("to", 4)]),
        ("transport", [("from", 2), ("to", 2), ("", 4)]),
        ("application", []),
    ])

The sizes cut the bytes of the frame itself, which are written below, so the picture cannot disagree with them.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograde.wire.show import count
from autograde.wire.svg import AMBER, BLUE, Drawing, Picture, shown_bytes, width_of

BYTE, STRIP, ROW, TOP, SMALL = 13.0, 26.0, 40.0, 12.0, 9.0
"""Pixels: width of a byte, height of a strip, from one row to the next, room above, size of what is written small."""

Layer = tuple[str, Sequence[tuple[str, int]]]
"""A name, and the fields of its header: label and number of bytes. Fields without a label are drawn pale."""


def envelopes(frame: bytes, layers: Sequence[Layer], *, title: str = "A frame, layer by layer") -> Picture:
    """Draw one row per layer: its header, cut into fields, and what it carries; below, every byte of the frame.

    Raises `ValueError` if the headers need more bytes than there are.
    """
    starts = [0]
    for _, fields in layers:
        starts.append(starts[-1] + sum(size for _, size in fields))
    if starts[-1] > len(frame):
        raise ValueError(f"the headers take {starts[-1]} bytes, the frame has {len(frame)}")
    left = max([width_of(name) for name, _ in layers], default=0.0) + 24
    drawing = Drawing()
    for number, ((name, fields), start) in enumerate(zip(layers, starts, strict=False)):
        _row(drawing, name, fields, start, frame, left, TOP + number * ROW)
    bottom = TOP + len(layers) * ROW
    for place, byte in enumerate(frame):
        drawing.text(left + (place + 0.5) * BYTE, bottom + 8, f"{byte:02x}", anchor="middle", font_size=SMALL)
    for place in starts[:-1]:
        drawing.line(left + place * BYTE, TOP, left + place * BYTE, bottom + 12, stroke_opacity=0.35)
    drawing.text(left - 12, bottom + 8, "bytes", anchor="end", font_size=SMALL)
    alt = "\n".join([f"{title}:", *(_in_words(layer, at, frame) for layer, at in zip(layers, starts, strict=False))])
    return drawing.picture(left + len(frame) * BYTE + 14, bottom + 22, title, alt)


def _row(
    drawing: Drawing, name: str, fields: Sequence[tuple[str, int]], at: int, frame: bytes, left: float, y: float
) -> None:  # fmt: skip
    drawing.text(left - 12, y + 17, name, anchor="end", font_weight="bold")
    for label, size in fields:
        look = {"fill": AMBER if label else BLUE, "stroke": AMBER if label else BLUE}
        drawing.box(left + at * BYTE, y, size * BYTE, STRIP, fill_opacity=0.4 if label else 0.14, **look)
        drawing.text(left + (at + size / 2) * BYTE, y + 16, label, anchor="middle", font_size=SMALL)
        at += size
    carried = frame[at:]
    if carried:
        width = len(carried) * BYTE
        drawing.box(left + at * BYTE, y, width, STRIP, stroke_dasharray="3 3", stroke_opacity=0.6)
        fitting = int(width // width_of("x"))
        words = f"carries {count(len(carried), 'byte')}" if fields else shown_bytes(carried, limit=fitting)
        drawing.text(left + at * BYTE + width / 2, y + 17, words, anchor="middle", font_size=10, opacity=0.85)


def _in_words(layer: Layer, at: int, frame: bytes) -> str:
    name, fields = layer
    size = sum(size for _, size in fields)
    if not fields:
        return f"  {name}: {shown_bytes(frame[at:], limit=60)}"
    parts = ", ".join(f"{label} ({part})" if label else f"({part})" for label, part in fields)
    return f"  {name}: a header of {count(size, 'byte')}, {parts}; carries {count(len(frame) - at - size, 'byte')}"


__all__ = ["Layer", "envelopes"]
