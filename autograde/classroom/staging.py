"""Where nbgrader gets submissions from: a folder with nothing in it but the rebuilt notebooks.

nbgrader copies every file that lies beside a notebook, follows links, and stops at what it cannot read. So it is never
shown what students handed in: each submission is taken in (`handed_in.py`), and what came of it is written into a
temporary folder of the same form, in which nbgrader does its work. `submitted/` is only ever read.

    write_stage(folder, "ann", "1-fundamentals", taken)
    point_at(converter, folder, ["ann"], "1-fundamentals")
"""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograde.classroom import notebooks
from autograde.classroom.handed_in import HandedIn, take_in
from autograde.classroom.looks import TIMESTAMP
from autograde.classroom.record import Record, recorded_section
from autograde.examiner.standby_process import why_no_sandbox

BEGINNING = "intake-"
"""How the name of the folder begins."""


def write_stage(folder: Path, student: str, section: str, taken: HandedIn) -> None:
    """Write one student's notebooks, and the time at which they were handed in where it is known."""
    place = folder / student / section
    place.mkdir(parents=True)
    for name, notebook in taken.notebooks.items():
        (place / f"{name}.ipynb").write_text(notebooks.canonical(notebook), "utf-8")
    if taken.timestamp:
        (place / TIMESTAMP).write_text(taken.timestamp, "utf-8")


class StagedCourse(CourseDirectory):  # type: ignore[misc]  # nbgrader publishes no types
    """nbgrader's course directory, except that what was submitted is what is staged."""

    def __init__(self, course: CourseDirectory, folder: Path) -> None:
        super().__init__(parent=course.parent, log=course.log)
        self._folder = str(folder)
        for name in course.trait_names(config=True):
            setattr(self, name, getattr(course, name))

    def format_path(self, nbgrader_step: str, student_id: str, assignment_id: str, escape: bool = False) -> str:
        """The path of a submission in one step of nbgrader's; with `escape` a pattern for such paths."""
        if nbgrader_step != self.submitted_directory:
            return str(super().format_path(nbgrader_step, student_id, assignment_id, escape))
        if escape:
            return re.escape(os.sep).join([re.escape(self._folder), student_id, assignment_id])
        return os.path.join(self._folder, student_id, assignment_id)


def point_at(converter: Autograde, folder: Path, students: Iterable[str], section: str) -> None:
    """Let nbgrader's converter grade what is staged there, and nothing else."""
    # The converter's own course directory is shared with whoever called it, formgrader for one: it stays as it is.
    converter.coursedir = StagedCourse(converter.coursedir, folder)
    wanted = f"{converter.coursedir.notebook_id}.ipynb"
    converter.assignments = {}
    for student in students:
        place = folder / student / section
        if found := [str(path) for path in sorted(place.iterdir()) if fnmatch.fnmatchcase(path.name, wanted)]:
            converter.assignments[str(place)] = found


class StagedExporter(NotebookExporter):
    """What nbgrader calls when it is about to autograde: from then on it sees the staged submissions only.

    The exporter is the one part of `nbgrader autograde` that a configuration can replace, and that knows the whole.
    """

    record: Record
    """What the submissions are graded against."""

    def __init__(self, config: Any = None, **kw: Any) -> None:
        super().__init__(config=config, **kw)  # type: ignore[no-untyped-call]  # nbconvert has only some types
        if isinstance(self.parent, Autograde):
            self.record = _recorded_for(self.parent)
            _stage_for(self.parent, self.record)


def _recorded_for(converter: Autograde) -> Record:
    course = converter.coursedir
    section = course.assignment_id
    record = recorded_section(course.db_url, section, Path(course.format_path(course.source_directory, ".", section)))
    if not record:
        text = f"the gradebook does not know {section} yet: run nbgrader generate_assignment {section} first"
        converter.log.error(text)
        raise NbGraderException(text)
    return record


def _tell_of_sandbox(converter: Autograde) -> None:
    """Say so where answers cannot be locked in; give up when the configuration requires it."""
    if reason := why_no_sandbox():
        if converter.config.Examine.get("require_sandbox", False):
            text = f"{reason} Nothing was graded, since Examine.require_sandbox is set."
            converter.log.error(text)
            raise NbGraderException(text)
        converter.log.warning(reason)


def _stage_for(converter: Autograde, record: Record) -> None:
    """Take in all submissions that nbgrader is to grade now."""
    course = converter.coursedir
    section = course.assignment_id
    _tell_of_sandbox(converter)
    folder = Path(tempfile.mkdtemp(prefix=BEGINNING))
    weakref.finalize(converter, shutil.rmtree, folder, ignore_errors=True)
    students = []
    for student in sorted(os.listdir(course.format_path(course.submitted_directory, ".", "."))):
        place = Path(course.format_path(course.submitted_directory, student, section))
        is_meant = student == course.student_id or fnmatch.fnmatchcase(student, course.student_id)
        if is_meant and "\n" in student:
            converter.log.error("%r was left out: nbgrader cannot read a name with a line end in it", student)
        elif is_meant and (os.path.lexists(place) or place.parent.is_symlink()):
            taken = take_in(place, record)
            write_stage(folder, student, section, taken)
            students.append(student)
            said = [(name, text) for name, one in taken.notebooks.items() for text in one.metadata.loopback.findings]
            for name, text in [*said, *((section, str(finding)) for finding in taken.findings)]:
                converter.log.warning("%s, %s: %s", student, name, text)
    point_at(converter, folder, students, section)
