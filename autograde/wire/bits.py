"""Headers bit by bit: the layouts of the Internet's oldest protocols, and a ruler that fills one with real bytes.

    bit_ruler(IPV4, packet, title="An IPv4 header", wrong=["checksum"])

Bits are counted as RFC 791 does: from the left, the most significant first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import NamedTuple

from autograde.wire.svg import BLUE, RED, Drawing, Picture, shortened, width_of


class Field(NamedTuple):
    """So many bits of a header, and how their number is written."""

    name: str
    bits: int
    form: Callable[[int], str] = str


def hexadecimal(number: int) -> str:
    """As checksums are written."""
    return f"0x{number:04x}"


def dotted(number: int) -> str:
    """An IPv4 address."""
    return str(IPv4Address(number))


def flags(*names: str) -> Callable[[int], str]:
    """The names of those bits that are set; `names` begin with the most significant."""

    def form(number: int) -> str:
        ahead = len(names) - 1
        return " ".join(name for place, name in enumerate(names) if number >> (ahead - place) & 1) or "none"

    return form


IPV4 = (
    Field("version", 4), Field("IHL", 4), Field("service", 8), Field("total length", 16), Field("identification", 16),
    Field("flags", 3, flags("?", "DF", "MF")), Field("fragment offset", 13), Field("time to live", 8),
    Field("protocol", 8), Field("checksum", 16, hexadecimal), Field("source", 32, dotted),
    Field("destination", 32, dotted),
)  # fmt: skip
"""RFC 791, without options."""

TCP = (
    Field("source port", 16), Field("destination port", 16), Field("sequence number", 32),
    Field("acknowledgment number", 32), Field("offset", 4), Field("reserved", 4),
    Field("flags", 8, flags("CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN")), Field("window", 16),
    Field("checksum", 16, hexadecimal), Field("urgent pointer", 16),
)  # fmt: skip
"""RFC 9293, without options."""

UDP = (
    Field("source port", 16), Field("destination port", 16), Field("length", 16), Field("checksum", 16, hexadecimal),
)  # fmt: skip
"""RFC 768."""

ICMP_ECHO = (
    Field("type", 8), Field("code", 8), Field("checksum", 16, hexadecimal), Field("identifier", 16),
    Field("sequence number", 16),
)  # fmt: skip
"""RFC 792: a ping and its answer."""

BIT, HIGH, LEFT, TOP = 22.0, 42.0, 46.0, 34.0
"""Pixels: width of a bit, height of a row, and room left and above."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a field that one row holds, from bit `start` of that row on."""

    row: int
    start: int
    bits: int
    is_first: bool
    is_last: bool


def numbers(fields: Sequence[Field], data: bytes) -> list[int]:
    """The number in each field of a header that begins `data`. Raises `ValueError` if there are too few bytes."""
    wanted = sum(field.bits for field in fields)
    if len(data) * 8 < wanted:
        raise ValueError(f"these fields need {wanted} bits, and there are {len(data) * 8}")
    whole, left = int.from_bytes(data, "big"), len(data) * 8
    found = []
    for field in fields:
        left -= field.bits
        found.append(whole >> left & ((1 << field.bits) - 1))
    return found


def bit_ruler(
    fields: Sequence[Field], data: bytes, *, title: str = "A header, bit by bit", wrong: Collection[str] = (),
    width: int = 32,
) -> Picture:  # fmt: skip
    """Draw the header at the beginning of `data`, `width` bits to a row, each field with its value.

    The fields named in `wrong` are marked. Raises `ValueError` if there are too few bytes, or no such field.
    """
    if unknown := set(wrong) - {field.name for field in fields}:
        raise ValueError(f"there is no field {unknown.pop()!r}")
    values = [field.form(number) for field, number in zip(fields, numbers(fields, data), strict=True)]
    drawing, at, words = Drawing(), 0, []
    for field, value in zip(fields, values, strict=True):
        is_wrong = field.name in wrong
        pieces = list(_pieces(at, field.bits, width))
        for piece in pieces:
            _draw_piece(drawing, piece, is_wrong=is_wrong)
        _write(drawing, max(pieces, key=lambda piece: piece.bits), field.name, f"✗ {value}" if is_wrong else value)
        words.append(f"  {field.name}: {value} ({_place(at, field.bits)})" + (" ← wrong" if is_wrong else ""))
        at += field.bits
    rows = -(-at // width)
    _scale(drawing, rows, width)
    return drawing.picture(LEFT + width * BIT + 20, TOP + rows * HIGH + 14, title, "\n".join([f"{title}:", *words]))


def _place(at: int, bits: int) -> str:
    """Where a field is, in bytes if it fills whole ones."""
    if at % 8 or bits % 8:
        return f"bits {at} to {at + bits - 1}" if bits > 1 else f"bit {at}"
    return f"bytes {at // 8} to {(at + bits) // 8 - 1}" if bits > 8 else f"byte {at // 8}"


def _pieces(at: int, bits: int, width: int) -> Iterator[Piece]:
    end, begin = at + bits, at
    while at < end:
        row, start = divmod(at, width)
        here = min(end - at, width - start)
        yield Piece(row, start, here, at == begin, at + here == end)
        at += here


def _draw_piece(drawing: Drawing, piece: Piece, *, is_wrong: bool) -> None:
    x, y, wide = LEFT + piece.start * BIT, TOP + piece.row * HIGH, piece.bits * BIT
    look: dict[str, object] = {"stroke_opacity": 0.6, "fill": BLUE, "fill_opacity": 0.07}
    if is_wrong:
        look = {"stroke": RED, "stroke_width": 3, "fill": RED, "fill_opacity": 0.09, "stroke_dasharray": "6 3"}
    drawing.box(x + is_wrong * 2, y + is_wrong * 2, wide - is_wrong * 4, HIGH - is_wrong * 4, **look)
    for bit in range(1, piece.bits):
        drawing.line(x + bit * BIT, y + HIGH - 4, x + bit * BIT, y + HIGH, stroke_opacity=0.35)


def _write(drawing: Drawing, piece: Piece, name: str, value: str) -> None:
    """Name and value in the middle of a field's longest piece, as much of them as has room there."""
    x, y = LEFT + (piece.start + piece.bits / 2) * BIT, TOP + piece.row * HIGH
    room = piece.bits * BIT - 4
    drawing.text(x, y + 15, _fitting(name, room, 10), anchor="middle", font_size=10, opacity=0.8)
    drawing.text(x, y + 31, _fitting(value, room, 12), anchor="middle", font_weight="bold")


def _fitting(text: str, room: float, size: float) -> str:
    return shortened(text, max(1, int(room / (width_of("x") * size / 12))))


def _scale(drawing: Drawing, rows: int, width: int) -> None:
    """Numbers of bits above, of bytes at the left."""
    for bit in sorted({*range(0, width, 8), width - 1}):
        drawing.text(LEFT + (bit + 0.5) * BIT, TOP - 8, str(bit), anchor="middle", font_size=10, opacity=0.8)
    drawing.text(LEFT - 10, TOP - 8, "bit", anchor="end", font_size=10, opacity=0.8)
    for row in range(rows):
        byte = f"{row * width // 8}"
        drawing.text(LEFT - 10, TOP + row * HIGH + 26, byte, anchor="end", font_size=10, opacity=0.8)
