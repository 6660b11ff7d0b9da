"""How bytes look in sentences: short, exact at the ends, and always with their number when something is left out."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 40
"""Characters of a bytes literal that a sentence can carry."""


class Named(bytes):
    """Bytes that are called something in their protocol, such as DATA 3: sentences then use that `name`."""

    name: str

    def __new__(cls, data: bytes, name: str) -> Named:
        """The bytes `data`, called `name`; "" is no name."""
        named = super().__new__(cls, data)
        named.name = name
        return named


def name_in_protocol(data: bytes | memoryview) -> str:
    """What these bytes are called; "" for those without a name."""
    return data.name if isinstance(data, Named) else ""


def count(n: int, thing: str = "byte") -> str:
    """`n` things in words: "1 byte", "8,000,000 bytes"."""
    return f"{n:,} {thing}" + ("" if n == 1 else "s")


def brief(data: bytes, size: int | None = None) -> str:
    """`data` as a literal, shortened in the middle, or its name. `size` is the true size of what `data` only begins."""
    if name := name_in_protocol(data):
        return name
    size = len(data) if size is None else size
    if size == len(data) <= SHOWN and len(literal := repr(data)) <= SHOWN:
        return literal
    head = _first_that_fits((data[:end] for end in range(SHOWN, 0, -1)), SHOWN - 12)
    if size == len(data):
        tail = _first_that_fits((data[-length:] for length in range(8, 0, -1)), 13)
        return f"{head}…{tail[1:]} ({count(size)})"
    return f"{head}… ({count(size)})"


def described(data: bytes, size: int | None = None) -> str:
    """`data` for a sentence, with its number: as a literal if it fits or is text, else its first bytes in hexadecimal.

    Half of what does not fit would be escapes, each four characters wide; pairs show twice as much.
    """
    size = len(data) if size is None else size
    literal = brief(data, size)
    if not literal.endswith(")"):
        return f"{literal} ({count(size)})"
    return literal if is_mostly_text(data) else f"{pairs(data, SHOWN)} ({count(size)}, in hex)"


def is_mostly_text(data: bytes) -> bool:
    """Whether the beginning of `data` reads as text: two thirds of it are printable ASCII."""
    beginning = data[:SHOWN]
    return 3 * sum(32 <= byte < 127 or byte in b"\r\n\t" for byte in beginning) >= 2 * len(beginning)


def pairs(data: bytes, width: int) -> str:
    """As many of the first bytes, each as two hexadecimal digits, as are `width` characters wide with an ellipsis."""
    return data[: (width - 1) // 3].hex(" ") + " …"


def _first_that_fits(parts: Iterable[bytes], width: int) -> str:
    """The literal of the first part that is at most `width` characters wide."""
    return next((literal for part in parts if len(literal := repr(part)) <= width), "b''")


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
    if _is_text(wanted[max(0, at - 16) : at + 16]) and _is_text(got[max(0, at - 16) : at + 16]):
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
