"""The kit beside the exercises: from section 2 on, students find `kit.py` in the folder of their notebooks.

nbgrader hands out what lies beside the sources, so each such section of `solutions/` and of `exercises/` holds a copy
of `autograde/kit.py`. Students may change theirs: checks take the kit from the package (`hand_out_kit`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograde.classroom.course import Course
from autograde.examiner.submitted import KIT
from autograde.sections import SECTIONS

WITH_KIT = SECTIONS[2:]
"""The sections whose exercises hand out the kit."""


def copies(course: Course, section: str) -> list[Path]:
    """Where the kit of a section belongs; nowhere in one that has no kit, or no exercise yet."""
    if section not in WITH_KIT or not course.exercises(section):
        return []
    return [course.root / room / section / KIT.name for room in ("solutions", "exercises")]


def is_unchanged(content: bytes) -> bool:
    """Whether this is the text of the kit, whatever an editor or a mail program made of its line ends."""
    return content.splitlines() == KIT.read_bytes().splitlines()


def stale_copies(course: Course) -> Iterator[Path]:
    """The copies that are not there, or not what is to be handed out."""
    for path in (path for section in WITH_KIT for path in copies(course, section)):
        if not path.is_file() or path.read_bytes() != KIT.read_bytes():
            yield path


def write_copies(course: Course) -> list[Path]:
    """Bring all copies up to date. Returns those that changed."""
    changed = list(stale_copies(course))
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(KIT.read_bytes())
    return changed
