"""The text of a notebook file without its outputs, in little memory however large they are.

Nothing of a submission but the text of its cells is looked at, so outputs, attachments and the state of widgets are
passed over before anything is parsed: 100 MB of them cost a part of a second and no memory. What is kept is bounded.

    with open_plain(path) as file:
        text = without_outputs(file)     # as bytes, with `"outputs": []` where they were
"""

from __future__ import annotations

import mmap
import os
import re
from itertools import accumulate
from typing import BinaryIO

LARGEST = 1_000_000_000
"""Bytes of a file that are looked at."""

MOST_KEPT = 2_000_000
"""Bytes that are kept of it. An honest notebook has a hundredth of this beside its outputs."""

MOST_SKIPPED = 20_000
"""Places where something is passed over. An honest notebook has two for each cell."""

CHUNK = 1 << 20

# In JSON a quotation mark inside a string is escaped, so these words between two plain ones are a key or a whole value.
SKIPPED = re.compile(rb'(?<!\\)"(?:outputs|attachments|widgets)"\s*:\s*[\[{]')
BRACKETS = re.compile(rb'["\[\]{}]')
NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class TooLarge(Exception):
    """The file is larger than what is read of one; the text says by which measure."""


def without_outputs(file: BinaryIO) -> bytes:
    """Everything in the file but its outputs. Raises `TooLarge`."""
    size = os.fstat(file.fileno()).st_size
    if size > LARGEST:
        raise TooLarge(f"is larger than {LARGEST // 1_000_000:,} MB and was not read")
    if size == 0:
        return b""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _kept(data)


def _kept(data: mmap.mmap) -> bytes:
    kept = bytearray()
    place = 0
    for _ in range(MOST_SKIPPED):
        found = SKIPPED.search(data, place)
        end = found and _after_the_bracket(data, found.end())
        if not found or not end:  # One that is never closed is kept: whoever reads it decides what can be saved.
            break
        _keep(kept, data, place, found.end())
        kept += b"]" if data[found.end() - 1] == ord("[") else b"}"
        place = end
    _keep(kept, data, place, len(data))
    return bytes(kept)


def _keep(kept: bytearray, data: mmap.mmap, start: int, end: int) -> None:
    if len(kept) + end - start > MOST_KEPT:
        raise TooLarge(f"holds more than {MOST_KEPT // 1_000_000} MB beside its outputs and was not read")
    kept += data[start:end]


def _after_the_bracket(data: mmap.mmap, place: int) -> int | None:
    """Where the value ends whose bracket was opened just before `place`; None when it never does."""
    depth, inside, size = 1, False, 1 << 10
    while place < len(data):
        size = min(2 * size, CHUNK)
        chunk = data[place : place + size]
        if (len(chunk) - len(chunk.rstrip(b"\\"))) % 2 and len(chunk) > 1:
            chunk = chunk[:-1]  # An escape sequence is not cut in two.
        # Of the same length, and every quotation mark that is left in it begins or ends a string.
        marks = chunk.replace(b"\\\\", b"__").replace(b'\\"', b"__")
        pieces = marks.split(b'"')
        brackets = _without_pairs(b"".join(pieces[int(inside) :: 2]).translate(None, NO_BRACKETS))
        if _ends(brackets, depth):
            return place + _end_within(marks, depth, inside)
        depth += sum(_sign(bracket) for bracket in brackets)
        inside ^= len(pieces) % 2 == 0
        place += len(chunk)
    return None


def _without_pairs(brackets: bytes) -> bytes:
    """The same brackets without most of those that are closed again at once: they change no depth."""
    for _ in range(8):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return brackets


def _ends(brackets: bytes, depth: int) -> bool:
    return depth <= len(brackets) and any(at <= 0 for at in accumulate(map(_sign, brackets), initial=depth))


def _sign(bracket: int) -> int:
    return 1 if bracket in b"[{" else -1


def _end_within(marks: bytes, depth: int, inside: bool) -> int:
    for found in BRACKETS.finditer(marks):
        if found[0] == b'"':
            inside = not inside
        elif not inside:
            depth += _sign(found[0][0])
            if depth == 0:
                break
    return found.end()
