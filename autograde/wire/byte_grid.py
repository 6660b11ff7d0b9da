"""A text and the bytes that it becomes in UTF-8: one cell for each byte, below the character that it belongs to.

    byte_grid("Ahoj, 灯台!", title="A greeting")

The high bits of a byte say what it is for (RFC 3629): 0 is ASCII, 11 leads a character of several bytes, 10 continues
one. That is all a reader needs who comes into the middle of a stream and looks for the next whole character.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from unicodedata import category, name

from autograde.wire.show import count
from autograde.wire.svg import AMBER, BLUE, GREEN, Drawing, Picture

WIDE, HIGH, LEFT, TOP, PER_ROW = 40.0, 88.0, 54.0, 14.0, 16
"""Pixels: a cell, a row with its characters, and room left and above; and the cells of one row."""

LOOKS = {"ASCII": (GREEN, "0"), "lead": (AMBER, "11"), "continuation": (BLUE, "10")}
"""For each role its color, and the bits that say so, which are written into the cell."""


def role_of(byte: int) -> str:
    """What a byte is for in UTF-8."""
    return "ASCII" if byte < 0x80 else "continuation" if byte < 0xC0 else "lead"


def byte_grid(text: str, *, title: str = "A text in UTF-8") -> Picture:
    """Draw the bytes of `text`. Raises `UnicodeEncodeError` for a lone surrogate, which has none."""
    data = text.encode()
    drawing = Drawing()
    for place, byte in enumerate(data):
        _draw_byte(drawing, place, byte)
    for place, size, character in _characters(text):
        _draw_character(drawing, place, size, character)
    rows = max(1, -(-len(data) // PER_ROW))
    for row in range(rows):
        drawing.text(LEFT - 12, TOP + row * HIGH + 47, f"{row * PER_ROW}", anchor="end", font_size=10, opacity=0.8)
    bottom = TOP + rows * HIGH + 12
    for number, (role, (color, bits)) in enumerate(LOOKS.items()):
        x = LEFT + number * 200
        drawing.box(x, bottom, 16, 16, fill=color, fill_opacity=0.3, stroke=color)
        drawing.text(x + 24, bottom + 13, f"{bits}…  {role}")
    return drawing.picture(LEFT + PER_ROW * WIDE + 16, bottom + 30, title, _in_words(text, data, title))


def _characters(text: str) -> Iterator[tuple[int, int, str]]:
    """Each character with the place of its first byte and the number of its bytes."""
    place = 0
    for character in text:
        size = len(character.encode())
        yield place, size, character
        place += size


def _corner(place: int) -> tuple[float, float]:
    row, column = divmod(place, PER_ROW)
    return LEFT + column * WIDE, TOP + row * HIGH


def _draw_byte(drawing: Drawing, place: int, byte: int) -> None:
    (x, y), (color, bits) = _corner(place), LOOKS[role_of(byte)]
    drawing.box(x + 1.5, y + 28, WIDE - 3, 44, fill=color, fill_opacity=0.3, stroke=color)
    drawing.text(x + WIDE / 2, y + 47, f"{byte:02x}", anchor="middle", font_weight="bold")
    drawing.text(x + WIDE / 2, y + 63, f"{bits}…", anchor="middle", font_size=10, opacity=0.8)


def _draw_character(drawing: Drawing, place: int, size: int, character: str) -> None:
    """The character above its bytes; a line over all of them that are in the same row as the first."""
    x, y = _corner(place)
    wide = min(size, PER_ROW - place % PER_ROW) * WIDE
    drawing.line(x + 4, y + 24, x + wide - 4, y + 24, stroke_opacity=0.5)
    drawing.text(x + wide / 2, y + 18, _visible(character), anchor="middle", font_size=15)


def _visible(character: str) -> str:
    if character == " ":
        return "␣"
    return repr(character)[1:-1] if category(character)[0] in "CZ" else character


def _in_words(text: str, data: bytes, title: str) -> str:
    roles = Counter(map(role_of, data))
    parts = ", ".join(f"{roles[role]} {role}" for role in LOOKS)
    head = f"{title}: {count(len(text), 'character')}, {count(len(data))} ({parts})"
    longer = [
        f"  {name(character, 'a character').lower()}: {character.encode().hex(' ')}"
        for character in dict.fromkeys(text)
        if not character.isascii()
    ]
    return "\n".join([head, *longer])
