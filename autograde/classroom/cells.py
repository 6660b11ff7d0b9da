"""A submitted cell with nothing in it but its text and what it says about itself, which nobody has to believe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = {
    "code": "code", "markdown": "markdown", "raw": "raw",
    "text": "markdown", "html": "markdown", "heading": "markdown", "plaintext": "raw",  # of formats 1 to 3
}  # fmt: skip

SOURCES = ("source", "input", "code", "text")
"""Where the formats keep the text of a cell, the newest first."""

CLAIMS = {"grade_id": str, "points": float | int, "grade": bool, "solution": bool, "locked": bool, "task": bool}
"""What nbgrader's metadata of a cell say, and of which type it is."""

MOST_KEPT = 10_000
"""Characters that are kept of a cell that cannot be read."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One submitted cell. `claims` are nbgrader's metadata as the submission has them."""

    kind: str
    source: str
    id: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)
    is_unreadable: bool = False

    @property
    def grade_id(self) -> str:
        """The grade id that the metadata claim, or ""."""
        return str(self.claims.get("grade_id", ""))


def cell_of(stored: Any) -> Cell:
    """The cell as it is stored in a file of any format; what is none becomes an unreadable one with its beginning."""
    found = stored if isinstance(stored, dict) else {}
    kind, source = found.get("cell_type"), _source(found)
    if not isinstance(kind, str) or kind not in KINDS or source is None:
        return Cell("raw", _tidy(json.dumps(stored)[:MOST_KEPT]), is_unreadable=True)
    name = found.get("id")
    return Cell(KINDS[kind], _tidy(source), name if isinstance(name, str) else "", _claims(found.get("metadata")))


def _source(found: Mapping[str, Any]) -> str | None:
    for key in SOURCES:
        text = found.get(key)
        if isinstance(text, list) and all(isinstance(line, str) for line in text):
            return "".join(text)
        if isinstance(text, str):
            return text
    return None


def _tidy(text: str) -> str:
    """Text as a notebook holds it: line ends are `\\n`, there are no NULs and no half characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def _claims(metadata: Any) -> dict[str, Any]:
    claimed = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(claimed, dict):
        return {}
    return {key: claimed[key] for key, kind in CLAIMS.items() if isinstance(claimed.get(key), kind)}
