"""What a mark depends on besides the submission, as fingerprints: the exercise, its checks, the grader, the settings.

Two gradings whose fingerprints are equal give the same marks; where one differs, its name says why a regrade is due.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import astuple
from functools import cache
from hashlib import sha256
from pathlib import Path

from autograde.classroom.course import Course
from autograde.classroom.looks import digest
from autograde.classroom.record import Record, RecordedCell, check_cells
from autograde.classroom.settings import fingerprint_of_settings
from autograde.examiner.submitted import KIT

PACKAGE = Path(__file__).parents[1]
ROOMS = ("wire", "servers", "examiner", "classroom")

WHY = {
    "exercise": "the exercise was changed",
    "checks": "the checks were changed",
    "grader": "the grader was changed",
    "settings": "nbgrader_config.py was changed",
    "late": "the due date or an extension was changed",
}
"""What a difference in one of the fingerprints says."""

Versions = dict[str, str]
"""One fingerprint for each key of `WHY`; `late` is added by whoever knows the submission."""


def versions(course: Course, record: Record) -> dict[str, Versions]:
    """The fingerprints for every exercise on record, by its name."""
    common = {"grader": fingerprint_of_grader(), "settings": fingerprint_of_settings(course)}
    return {name: {**fingerprints_of_cells(cells), **common} for name, cells in record.items()}


def fingerprints_of_cells(cells: Sequence[RecordedCell]) -> Versions:
    """Of the checks, and of all other cells of an exercise."""
    checks = check_cells(cells)
    names = {check.grade_id for check in checks}
    others = [astuple(cell) for cell in cells if cell.grade_id not in names]
    return {"checks": digest([astuple(check) for check in checks]), "exercise": digest(others)}


@cache
def fingerprint_of_grader() -> str:
    """Of all the code that a mark comes from, and the Python that runs it."""
    found = sha256(repr(sys.version_info[:3]).encode())
    rooms = (path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py")))
    for path in (KIT, *rooms):
        found.update(f"\0{path.relative_to(PACKAGE).as_posix()}\0".encode() + path.read_bytes())
    return found.hexdigest()
