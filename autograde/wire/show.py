"""How bytes look in sentences: short, exact at the ends, and always with their number when something is left out."""

from __future__ import annotations

SHOWN = 40
"""Characters of a bytes literal that a sentence can carry."""


def count(n: int, thing: str = "byte") -> str:
    """`n` things in words: "1 byte", "8,000,000 bytes"."""
    return f"{n:,} {thing}" + ("" if n == 1 else "s")


def brief(data: bytes, size: int | None = None) -> str:
    """`data` as a literal, shortened in the middle. `size` is the true size where `data` is only its beginning."""
    size = len(data) if size is None else size
    if size == len(data) <= SHOWN and len(literal := repr(data)) <= SHOWN:
        return literal
    head = _as_long_as_fits(data[:SHOWN], SHOWN - 12)
    if size == len(data):
        tail = _as_long_as_fits(data[-8:], 12)
        return f"{head}…{tail[1:]} ({count(size)})"
    return f"{head}… ({count(size)})"


def _as_long_as_fits(data: bytes, width: int) -> str:
    """The literal of the longest beginning of `data` that is at most `width` characters wide."""
    for end in range(len(data), 0, -1):
        if len(literal := repr(data[:end])) <= width:
            return literal
    return "b''"


def first_difference(wanted: bytes, got: bytes) -> int:
    """The index of the first byte that differs; the shorter length if one begins with the other."""
    shorter = min(len(wanted), len(got))
    if wanted[:shorter] == got[:shorter]:
        return shorter
    low, high = 0, shorter  # wanted[:low] is equal, wanted[:high] is not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if wanted[low:middle] == got[low:middle] else (low, middle)
    return low


def comparison(wanted: bytes, got: bytes) -> list[str]:
    """Lines that put `wanted` over `got`, with a caret under the first wrong byte, and say which byte it is."""
    at = first_difference(wanted, got)
    if _is_text(wanted[at - 16 if at > 16 else 0 : at + 16]) and _is_text(got[max(0, at - 16) : at + 16]):
        lines, column = _as_literals(wanted, got, at)
    else:
        lines, column = _as_hexdump(wanted, got, at)
    return [*lines, " " * column + "^ " + _what_differs(wanted, got, at)]


def _what_differs(wanted: bytes, got: bytes, at: int) -> str:
    if at == len(got):
        return f"byte {at + 1}: here it ends ({len(got):,} of {count(len(wanted))})"
    if at == len(wanted):
        return f"byte {at + 1}: wanted nothing more, got {got[at : at + 1]!r} ({count(len(got) - at)} too many)"
    return f"byte {at + 1}: wanted {wanted[at : at + 1]!r}, got {got[at : at + 1]!r}"


def _as_literals(wanted: bytes, got: bytes, at: int) -> tuple[list[str], int]:
    start = max(0, at - 16)
    dots = "…" if start else ""

    def line(word: str, data: bytes) -> str:
        end = at + 24
        return f"{word:<7}{dots}{data[start:end]!r}" + ("…" if end < len(data) else "")

    prefix = repr(wanted[start:at])[:-1]
    # repr may choose the other quote for the whole literal, but a quote is one character wide either way
    return [line("wanted", wanted), line("got", got)], 7 + len(dots) + len(prefix)


def _as_hexdump(wanted: bytes, got: bytes, at: int) -> tuple[list[str], int]:
    start = at - at % 16

    def line(word: str, data: bytes) -> str:
        row = data[start : start + 16]
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
        return f"{word:<7}{start:08x}  {row.hex(' '):<47}  {text}"

    return [line("wanted", wanted), line("got", got)], 7 + 10 + 3 * (at - start)


def _is_text(data: bytes) -> bool:
    return all(32 <= b < 127 or b in b"\r\n\t" for b in data)
