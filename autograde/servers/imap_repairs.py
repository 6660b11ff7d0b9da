"""What pymap 0.36.7 gets wrong, put right by `repair`. Each repair has a test that fails without it.

- A mailbox name is modified UTF-7 (RFC 3501, section 5.1.3), where "&" begins a code that "-" ends. From a name that
  stops inside of a code, as "this & that" does, the decoder never comes back; a code that means nothing it takes for a
  fault of its own. Both become `NotParseable`, which is answered with BAD.
- The line end before a boundary belongs to the boundary and not to the part (RFC 2046, section 5.1.1).
- A message without an empty line, or a part without headers, begins and ends where its lines do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pymap import mime
from pymap.parsing import modutf7
from pymap.parsing.command import auth
from pymap.parsing.exceptions import NotParseable
from pymap.parsing.specials import mailbox

WELL_FORMED = re.compile(rb"([^&]|&[A-Za-z0-9+,]*-)*")

Line = tuple[int, int, int]
"""Where a line begins, where its text ends, and where the next one begins."""


def name_from_wire(encoded: bytes) -> str:
    """The mailbox name that these bytes stand for. Raises `NotParseable` if they stand for none."""
    if not WELL_FORMED.fullmatch(encoded):
        raise NotParseable(memoryview(encoded))
    try:
        return modutf7.modutf7_decode(encoded)
    except UnicodeDecodeError:
        raise NotParseable(memoryview(encoded)) from None


def bytes_of_lines(message: memoryview, *groups: Sequence[Line]) -> memoryview:
    """All bytes of these lines of a message, which follow each other."""
    lines = [line for group in groups for line in group]
    return message[lines[0][0] : lines[-1][2]] if lines else message[:0]


def repair() -> None:
    """Put the functions above where pymap has its own."""
    library: Any = mime
    find_parts = library.MessageBody._find_parts

    def find_parts_without_their_last_line_end(*arguments: Any) -> list[list[Line]]:
        parts: list[list[Line]] = find_parts(*arguments)
        for lines in parts:
            lines[-1:] = [(begin, end, end) for begin, end, _ in lines[-1:]]
        return parts

    library.get_raw = bytes_of_lines
    library.MessageBody._find_parts = find_parts_without_their_last_line_end
    for module in (auth, mailbox):
        module.modutf7_decode = name_from_wire  # type: ignore[attr-defined]


__all__ = ["bytes_of_lines", "name_from_wire", "repair"]
