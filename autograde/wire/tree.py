"""A tree, such as that of a message and its parts: one row for each node, children below their parent, moved right.

tree(("multipart/mixed", [("text/plain", []), ("image/png", [])]))
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autograde.wire.svg import BLUE, GREEN, Drawing, Picture, width_of

STEP, ROW, HIGH, MARGIN = 34.0, 34.0, 24.0, 14.0
"""Pixels: from a parent to its children, from one row to the next, height of a node, room around."""

Node = tuple[str, Sequence[Any]]
"""A label and the children, which are nodes."""


def tree(root: Node, *, title: str = "A tree") -> Picture:
    """Draw a tree. Nodes with children are outlined in another color than leaves, and their words end in a colon."""
    drawing, rows = Drawing(), list(_rows(root, 0))
    for number, (label, depth, parent, is_leaf) in enumerate(rows):
        x, y = MARGIN + depth * STEP, MARGIN + number * ROW
        if parent is not None:
            trunk = x - STEP / 2
            drawing.line(trunk, MARGIN + parent * ROW + HIGH, trunk, y + HIGH / 2, stroke_opacity=0.5)
            drawing.line(trunk, y + HIGH / 2, x, y + HIGH / 2, stroke_opacity=0.5)
        color = GREEN if is_leaf else BLUE
        drawing.box(x, y, width_of(label) + 18, HIGH, rx=4, stroke=color, fill=color, fill_opacity=0.12)
        drawing.text(x + 9, y + 16, label)
    right = max(MARGIN + depth * STEP + width_of(label) + 18 for label, depth, _, _ in rows)
    words = (f"  {'  ' * depth}{label}{'' if is_leaf else ':'}" for label, depth, _, is_leaf in rows)
    return drawing.picture(right + MARGIN, 2 * MARGIN + len(rows) * ROW, title, "\n".join([f"{title}:", *words]))


def _rows(
    node: Node, depth: int, parent: int | None = None, at: int = 0
) -> Iterator[tuple[str, int, int | None, bool]]:
    """Label, depth, row of the parent, and whether there are no children; `at` is the node's own row."""
    label, children = node
    yield label, depth, parent, not children
    row = at + 1
    for child in children:
        below = list(_rows(child, depth + 1, at, row))
        yield from below
        row += len(below)


__all__ = ["Node", "tree"]
