"""Pictures as text: a small SVG drawing, and the `Picture` that notebooks show.

The same calls give the same bytes: no ids, no clock, no measured fonts (a character of the monospace font is taken to
be 0.6 em wide). Text and thin lines use the reader's own text color, and accents are mid-tones that keep their
contrast on white as well as on black, so one drawing serves light and dark pages. No meaning hangs on color alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from xml.sax.saxutils import escape, quoteattr

from autograde.wire.show import is_mostly_text, pairs

FONT_SIZE = 12.0
CHARACTER = 0.6 * FONT_SIZE
"""Width in pixels that one character is taken to need."""

INK = "currentColor"
BLUE, GREEN, RED, AMBER = "#3b82f6", "#1f9d57", "#e5484d", "#c27803"
FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
INK_OF_THE_PAGE = "color:var(--jp-content-font-color1, currentColor);max-width:100%;height:auto"


def width_of(text: str) -> float:
    """Pixels that a line of text needs."""
    return len(text) * CHARACTER


def shortened(text: str, limit: int = 28) -> str:
    """The text itself, or its two ends around an ellipsis, in at most `limit` characters."""
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 3
    return text[: limit - 1 - tail] + "…" + text[len(text) - tail :]


WIDE = 28
"""Characters from which on a label has room for both ends of what it shortens."""


@lru_cache(maxsize=256)  # what floods is the same again and again
def shown_bytes(data: bytes, size: int | None = None, limit: int = WIDE) -> str:
    """Bytes in at most `limit` characters: as Python writes them, or in hexadecimal if they do not fit and are no text.

    `size` says how many there really were, if `data` is only their beginning.
    """
    is_whole = size is None or size == len(data)
    # A picture chooses among thousands of labels for kilobytes each: no more is looked at than can be shown.
    literal = repr(data if len(data) <= 2 * limit else data[:limit] + data[-limit:])
    if len(literal) > limit and not is_mostly_text(data):
        return pairs(data, limit)
    if not is_whole:
        return _shortened_literal(literal[:-1], limit - 1, (limit - 2) // 3 if limit >= WIDE else 0).rstrip("…") + "…"
    return _shortened_literal(literal, limit, (limit - 1) // 3 if limit >= WIDE else 1)


def _shortened_literal(literal: str, limit: int, tail: int) -> str:
    """A literal with `tail` characters behind an ellipsis, cut between escapes: half of one reads like other bytes."""
    if len(literal) <= limit:
        return literal
    signs = re.findall(r"\\x..|\\.|.", literal)
    head = _as_many_as_fit(signs, limit - 1 - tail)
    return "".join([*head, "…", *reversed(_as_many_as_fit(signs[::-1], tail))])


def _as_many_as_fit(signs: list[str], width: int) -> list[str]:
    ends = list(accumulate(map(len, signs)))
    return signs[: bisect_right(ends, width)]


def _attributes(values: dict[str, object]) -> str:
    def form(value: object) -> str:
        return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)

    return "".join(f" {name.replace('_', '-')}={quoteattr(form(value))}" for name, value in values.items())


def _printable(text: str) -> str:
    """XML forbids most control characters and lone surrogates, even escaped."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class Drawing:
    """Shapes collected in the order in which they are painted; lengths are pixels from the upper left corner."""

    def __init__(self) -> None:
        self._shapes: list[str] = []

    def _add(self, tag: str, inner: str | None, attributes: dict[str, object]) -> None:
        opening = f"<{tag}{_attributes(attributes)}"
        self._shapes.append(f"{opening}/>" if inner is None else f"{opening}>{inner}</{tag}>")

    def text(self, x: float, y: float, text: str, *, anchor: str = "start", **attributes: object) -> None:
        """One line of text whose baseline starts, is centered or ends at `x`."""
        place = {"x": x, "y": y, "text_anchor": anchor, "xml:space": "preserve", "fill": INK}
        self._add("text", escape(_printable(text)), {**place, **attributes})

    def line(self, x1: float, y1: float, x2: float, y2: float, **attributes: object) -> None:
        """A straight stroke."""
        self._add("line", None, {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke": INK, **attributes})

    def box(self, x: float, y: float, width: float, height: float, **attributes: object) -> None:
        """A rectangle; without `fill` only its border."""
        place = {"x": x, "y": y, "width": width, "height": height, "fill": "none", "stroke": INK}
        self._add("rect", None, {**place, **attributes})

    def dot(self, x: float, y: float, radius: float, **attributes: object) -> None:
        """A filled circle around a point."""
        look = {"fill": INK, "stroke": "none", "rx": radius}
        self.box(x - radius, y - radius, radius * 2, radius * 2, **look | attributes)

    def cross(self, x: float, y: float, half: float, **attributes: object) -> None:
        """An ✗ around a point, `2 * half` wide: what did not work."""
        for over in (-abs(half), abs(half)):
            self.line(x - half, y - over, x + half, y + over, **attributes)

    def path(self, points: list[tuple[float, float]], *, closed: bool = False, **attributes: object) -> None:
        """A stroke through all points; closed ones may be filled."""
        d = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")
        self._add("path", None, {"d": d, "fill": "none", "stroke": INK, **attributes})

    def picture(self, width: float, height: float, title: str, alt: str) -> Picture:
        """The finished picture. `title` is a short name, `alt` says the whole picture in words."""
        head = _attributes(
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "role": "img",
                "aria_label": _printable(title),
                "width": round(width),
                "height": round(height),
                "viewBox": f"0 0 {round(width)} {round(height)}",
                "font_family": FONTS,
                "font_size": FONT_SIZE,
                "style": INK_OF_THE_PAGE,
            }
        )
        described = f"<title>{escape(_printable(title))}</title><desc>{escape(_lines_printable(alt))}</desc>"
        body = "\n".join(self._shapes)
        return Picture(f"<svg{head}>{described}\n{body}\n</svg>", alt, title)


def _lines_printable(text: str) -> str:
    return "\n".join(map(_printable, text.splitlines()))


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its text alternative; notebooks show the drawing, and the text where they cannot."""

    svg: str
    alt: str
    title: str = "picture"

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        words = (
            f"<details><summary>{escape(_printable(self.title))}, in words</summary>"
            f"<pre>{escape(_lines_printable(self.alt))}</pre></details>"
        )
        return {"text/html": f"<div>{self.svg}{words}</div>", "text/plain": self.alt}
