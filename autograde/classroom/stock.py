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

from traitlets.utils.importstring import import_item

from autograde.classroom.course import Course
from autograde.classroom.database import database
from autograde.classroom.settings import load_config

if TYPE_CHECKING:
    from nbformat import NotebookNode


class NbgraderFailed(Exception):
    """nbgrader gave up on something; the text is the reason as it logged it."""


def generate_assignment(course: Course, section: str, into: Path, *, notebook: str = "*", record: bool = False) -> Path:
    """Make the students' version of a section below `into`, and return its folder.

    With `record`, the gradebook learns the source cells and points as well. Raises `NbgraderFailed`.
    """
    with nbgrader_ready() as log:
        from nbgrader.api import Gradebook
        from nbgrader.converters import GenerateAssignment

        config = load_config(course)
        config.CourseDirectory.release_directory = str(into)
        config.GenerateAssignment.no_database = not record
        config.SaveCells.enabled = record
        if record:
            url = config.CourseDirectory.db_url = database(course)
            # Where the tables cannot be made, that is the database's trouble and not the release's.
            Gradebook(url, str(config.CourseDirectory.get("course_id", ""))).close()
        _convert(GenerateAssignment, course, section, log, config, notebook=notebook)
    return into / section


class Autograding:
    """What `nbgrader autograde` is configured to do with a submission besides running it, for `writing.py` to do.

    Of the preprocessors on its list, `Examine` has been done, and those that write to the gradebook are called on their
    own; the others are run in their order. Nothing is sanitized, and no metadata are checked: the notebooks are rebuilt
    from the record. Made inside `nbgrader_ready`.
    """

    def __init__(self, course: Course, section: str) -> None:
        from nbgrader.converters import Autograde
        from nbgrader.coursedir import CourseDirectory
        from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata

        from autograde.classroom.preprocessors import Examine, SaveVerdicts

        config = load_config(course)
        self._section, self._url = section, database(course)
        log = _logger(_LastErrors())
        directory = CourseDirectory(config=config, root=str(course.root), log=log)
        self._converter = Autograde(coursedir=directory, config=config, log=log)
        names = self._converter.autograde_preprocessors
        kinds = [import_item(name) if isinstance(name, str) else name for name in names]
        special = (Examine, SaveVerdicts, AssignLatePenalties, CheckCellMetadata)
        self._others = [kind(parent=self._converter) for kind in kinds if not issubclass(kind, special)]
        self._saving = SaveVerdicts(parent=self._converter)
        self._late = AssignLatePenalties(parent=self._converter)
        self._late.init_plugin()
        self.permissions = int(str(self._converter.permissions), 8)
        self.create_student: bool = self._converter.create_student

    def files_beside(self) -> dict[str, Path]:
        """The files beside the sources that come along with every submission, by their path there."""
        from nbgrader.utils import find_all_files

        course = self._converter.coursedir
        folder = Path(course.format_path(course.source_directory, ".", self._section))
        left_out = {folder / name for name in self._converter.exclude_overwriting.get(self._section, [])}
        found = map(Path, find_all_files(str(folder), [*course.ignore, "*.ipynb"]))
        return {path.relative_to(folder).as_posix(): path for path in found if path not in left_out}

    def processed(self, notebook: NotebookNode, student: str, name: str) -> NotebookNode:
        """The notebook as the other preprocessors leave it."""
        where = {"student": student, "assignment": self._section, "notebook": name, "db_url": self._url}
        resources: Any = {"nbgrader": where, "unique_key": name}
        for preprocessor in self._others:
            notebook, resources = preprocessor(notebook, resources)
        return notebook

    def save(self, notebook: NotebookNode, gradebook: Any, student: str, name: str) -> None:
        """Save points and comments into a gradebook that is open."""
        self._saving.save(notebook, gradebook, self._section, student, name)

    def late_penalty(self, student: str, notebook: Any, submission: Any) -> float | None:
        """The penalty of the configured plug-in for this late notebook, within the limits that nbgrader sets."""
        seconds = submission.total_seconds_late
        penalty = self._late.plugin_inst.late_submission_penalty(student, notebook.score, seconds)
        return None if penalty is None else self._late._check_late_penalty(notebook, penalty)

    def set_permissions(self, student: str) -> None:
        """Let the group in, where the course is shared by one."""
        if self._converter.coursedir.groupshared:
            self._converter.set_permissions(self._section, student)


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


def _convert(kind: Any, course: Course, section: str, log: _LastErrors, config: Any, *, notebook: str = "*") -> None:
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    # A name is a file pattern to nbgrader; "*" means all, and any other name is one exact file.
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
