"""nbgrader, called in this process: its converters with the course's own `nbgrader_config.py`, quiet unless they fail.

nbgrader needs most of two seconds to import, so every import of it is inside a function.
"""

from __future__ import annotations

import glob
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograde.classroom.course import Course

if TYPE_CHECKING:
    from autograde.classroom.handed_in import HandedIn


class NbgraderFailed(Exception):
    """nbgrader gave up on something; the text is the reason as it logged it."""


def generate_assignment(course: Course, section: str, into: Path, *, notebook: str = "*", record: bool = False) -> Path:
    """Make the students' version of a section below `into`, and return its folder.

    With `record`, the gradebook learns the source cells and points as well. Raises `NbgraderFailed`.
    """
    with nbgrader_ready() as log:
        from nbgrader.converters import GenerateAssignment

        config = _config(course)
        config.CourseDirectory.release_directory = str(into)
        config.GenerateAssignment.no_database = not record
        config.SaveCells.enabled = record
        _convert(GenerateAssignment, course, section, log, config, notebook=notebook)
    return into / section


def autograde(course: Course, section: str, student: str, taken: HandedIn) -> None:
    """Grade what was taken in of one student's submission, again if it was graded before. Raises `NbgraderFailed`."""
    with nbgrader_ready() as log:
        from nbgrader.converters import Autograde

        from autograde.classroom.staging import point_at, stage

        with stage({student: taken}, section) as folder:

            class Staged(Autograde):  # type: ignore[misc]  # nbgrader publishes no types
                def init_notebooks(self) -> None:
                    point_at(self, folder, [student], section)

            config = _config(course)
            config.Autograde.exporter_class = "nbconvert.exporters.NotebookExporter"
            _convert(Staged, course, section, log, config, student=student)


@contextmanager
def nbgrader_ready() -> Iterator[_LastErrors]:
    """Inside, nbgrader finds what it needs, and neither its log nor its warnings reach the terminal."""
    path, folder = os.environ.get("PATH", ""), os.getcwd()
    # nbgrader starts `alembic` by its bare name.
    os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + path
    log = _LastErrors()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield log
    finally:
        os.environ["PATH"] = path
        os.chdir(folder)


class _LastErrors(logging.Handler):
    """Keeps what nbgrader reports as errors, in order to say why it gave up."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())

    def reason(self) -> str:
        """The last line of the first traceback, or the first message."""
        for text in self.lines:
            if text.startswith("Traceback"):
                return text.strip().splitlines()[-1]
        return self.lines[0] if self.lines else "nbgrader gave no reason"


def _convert(
    kind: Any, course: Course, section: str, log: _LastErrors, config: Any, *, student: str = "*", notebook: str = "*"
) -> None:
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    # Names are file patterns to nbgrader; "*" means all, and any other name is one exact file.
    config.CourseDirectory.student_id = student if student == "*" else glob.escape(student)
    config.CourseDirectory.notebook_id = notebook if notebook == "*" else glob.escape(notebook)
    config.CourseDirectory.assignment_id = section
    config.BaseConverter.force = True
    logger = _logger(log)
    coursedir = CourseDirectory(config=config, root=str(course.root), log=logger)
    try:
        kind(coursedir=coursedir, config=config, log=logger).start()
    except NbGraderException as error:
        raise NbgraderFailed(log.reason() if log.lines else str(error)) from error


def _logger(handler: logging.Handler) -> logging.Logger:
    """A logger of its own that tells nobody but the handler."""
    logger = logging.Logger("nbgrader", logging.INFO)
    logger.addHandler(handler)
    return logger


def _config(course: Course) -> Any:
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
