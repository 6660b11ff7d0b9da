"""The course's `nbgrader_config.py`: read as nbgrader reads it, and what of it can change a mark."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from autograde.classroom.course import Course

NO_MATTER_TO_MARKS = {"CourseDirectory", "GenerateAssignment", "GenerateFeedback", "HTMLExporter"}
"""Sections that say where things lie and how pages look. All others may be about marks, such as a late penalty's."""


def load_config(course: Course) -> Any:
    """The configuration, a copy of one's own."""
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()


def fingerprint_of_settings(course: Course) -> str:
    """Changes with every setting that can change a mark."""
    found = {name: value for name, value in load_config(course).items() if name not in NO_MATTER_TO_MARKS}
    return sha256(json.dumps(found, sort_keys=True, default=repr).encode()).hexdigest()
