"""Findings: what was found when a submission was taken in, in sentences for instructor and student alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograde.classroom.show import plain

LONGEST_NAME = 80
"""Characters that are shown of a name that a student has chosen."""

FOR_A_PERSON = "(a person looks at this)"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence without its full stop. `needs_person`: something was guessed or lost, so somebody has to look."""

    text: str
    needs_person: bool = False

    def __str__(self) -> str:
        return f"{self.text} {FOR_A_PERSON}" if self.needs_person else self.text


def needs_person(said: str) -> bool:
    """Whether this is the sentence of a finding that somebody has to look at."""
    return said.endswith(FOR_A_PERSON)


def quoted(name: str) -> str:
    """A name from outside as it may stand in a finding: no control characters, no back quotes, not too long."""
    shown = plain(name).replace("`", "'")
    return f"`{shown}`" if len(shown) <= LONGEST_NAME else f"`{shown[:LONGEST_NAME]}…`"


def listed(words: Iterable[str], most: int = 5) -> str:
    """Words with commas between them, and a number for those that are too many."""
    words = list(words)
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")
