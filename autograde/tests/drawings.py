"""What tests ask of a picture: its texts, where they stand, and what is left of it without color."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

from autograde.wire.picture import Picture

SVG = "{http://www.w3.org/2000/svg}"
SHARED = 1.0
"""Pixels by which the areas of two texts may touch: their lines are a little lower than their letters are high."""


def elements(picture: Picture, tag: str) -> list[ElementTree.Element]:
    """Every element of the drawing with that tag, in the order of painting; proves that it is well-formed."""
    return list(ElementTree.fromstring(picture.svg).iter(f"{SVG}{tag}"))


def texts(picture: Picture) -> list[str]:
    """Every text of the drawing itself."""
    return [element.text or "" for element in elements(picture, "text")]


def widths(picture: Picture) -> list[float]:
    """The widths of all boxes."""
    return [float(box.get("width", "")) for box in elements(picture, "rect")]


def area(text: ElementTree.Element) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a text, for letters 0.6 em wide."""
    size, x, y = float(text.get("font-size", "12")), float(text.get("x", "")), float(text.get("y", ""))
    width = len(text.text or "") * 0.6 * size
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
    return left, y - 0.75 * size, left + width, y + 0.2 * size


def overlapping_texts(picture: Picture) -> list[tuple[str, str]]:
    """Pairs of texts of which one is written over the other."""
    placed = [(element.text or "", area(element)) for element in elements(picture, "text")]
    return [
        (one, other)
        for (one, a), (other, b) in combinations(placed, 2)
        if a[0] < b[2] - SHARED and b[0] < a[2] - SHARED and a[1] < b[3] - SHARED and b[1] < a[3] - SHARED
    ]


def texts_outside(picture: Picture) -> list[str]:
    """Texts that do not lie wholly inside the size that the drawing claims."""
    root = ElementTree.fromstring(picture.svg)
    right, bottom = float(root.get("width", "")), float(root.get("height", ""))
    places = [(element.text or "", area(element)) for element in elements(picture, "text")]
    return [text for text, (x1, y1, x2, y2) in places if x1 < 0 or y1 < 0 or x2 > right or y2 > bottom]


def without_color(picture: Picture) -> str:
    """The drawing as one sees it who sees no colors."""
    return re.sub("#[0-9a-f]{6}", "currentColor", picture.svg)
