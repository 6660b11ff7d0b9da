"""What the gradebook has on record of a release: the authority on check cells, points and order.

A submission is graded against this record, never against what a submitted notebook says about itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.classroom import notebooks, stock
from autograde.classroom.course import Course, CourseError, Exercise
from autograde.classroom.hidden import released
from autograde.classroom.scopes import imported_names, made_names
from autograde.examiner.examine import CheckCell


@dataclass(frozen=True, slots=True)
class RecordedCell:
    """One cell of nbgrader's as it was released, hidden checks included. `points` is None where it is not graded."""

    grade_id: str
    cell_type: str
    source: str
    checksum: str
    locked: bool
    solution: bool
    task: bool
    points: float | None

    def metadata(self) -> dict[str, Any]:
        """The metadata that nbgrader expects of this cell in a submission."""
        info: dict[str, Any] = {
            "schema_version": 3, "grade_id": self.grade_id, "cell_type": self.cell_type, "checksum": self.checksum,
            "grade": self.points is not None and not self.task, "solution": self.solution, "locked": self.locked,
            "task": self.task,
        }  # fmt: skip
        if self.points is not None:
            info["points"] = self.points
        return {"deletable": False, "nbgrader": info}

    @property
    def is_answer(self) -> bool:
        """Whether students write it."""
        return not self.locked

    @property
    def released(self) -> str:
        """Its text as students get it: a stub, or a check without its hidden part."""
        return released(self.source) if self.locked else self.source

    def reads_like(self, source: str) -> bool:
        """Whether this is the released text, whatever its blanks and line ends are."""
        return source.split() == self.released.split() != []

    @property
    def names(self) -> list[str]:
        """What an answer's stub defines, and so the answer must."""
        return sorted(made_names(self.source) - imported_names(self.source)) if self.solution else []


def recorded_cells(db_url: str, section: str, notebook: str) -> list[RecordedCell]:
    """The cells on record, in the order of the source. Raises nbgrader's `MissingEntry` when there is no record."""
    from nbgrader.api import Gradebook, SourceCell
    from sqlalchemy import text

    with Gradebook(db_url) as book:
        found = book.find_notebook(notebook, section)
        points = {cell.name: float(cell.max_score) for cell in (*found.grade_cells, *found.task_cells)}
        solutions = {cell.name for cell in found.solution_cells}
        tasks = {cell.name for cell in found.task_cells}
        # Keys are random; nbgrader adds the cells in the order of the notebook, and the row numbers keep that.
        cells = book.db.query(SourceCell).filter(SourceCell.notebook_id == found.id).order_by(text("source_cell.rowid"))
        return [
            RecordedCell(
                cell.name, cell.cell_type, cell.source or "", cell.checksum or "", cell.locked,
                cell.name in solutions, cell.name in tasks, points.get(cell.name),
            )
            for cell in cells
        ]  # fmt: skip


def recorded_section(db_url: str, section: str) -> dict[str, list[RecordedCell]]:
    """The cells on record of every notebook of a section, by name. Raises nbgrader's `MissingEntry`, too."""
    from nbgrader.api import Gradebook

    with Gradebook(db_url) as book:
        names = sorted(notebook.name for notebook in book.find_assignment(section).notebooks)
    return {name: recorded_cells(db_url, section, name) for name in names}


def check_cells(cells: Sequence[RecordedCell]) -> list[CheckCell]:
    """The recorded cells that an examination runs."""
    return [
        CheckCell(cell.grade_id, cell.source, cell.points)
        for cell in cells
        if notebooks.is_check(cell.cell_type, cell.metadata()["nbgrader"])
    ]


def database(course: Course) -> str:
    """The URL of the course's gradebook."""
    return f"sqlite:///{course.gradebook}"


def ensure_recorded(course: Course, section: str) -> list[str]:
    """Record the release of a section unless the record is what `solutions/` says. Returns the names recorded anew.

    `exercises/` is not written. Raises `CourseError` when nbgrader cannot record the release.
    """
    exercises = course.exercises(section)
    if not exercises:
        raise CourseError(f"There is no exercise in solutions/{section}/ yet, so there is nothing to grade.")
    stale = [exercise.name for exercise in exercises if not _is_recorded(course, exercise)]
    if stale:
        try:
            with tempfile.TemporaryDirectory(prefix="release-") as folder:
                stock.generate_assignment(course, section, Path(folder), record=True)
        except stock.NbgraderFailed as error:
            names = ", ".join(stale)
            raise CourseError(
                f"The gradebook cannot record {names} as it is now: {error}. nbgrader keeps the cells of what it has "
                "graded: put them back as they were, or move gradebook.db away and grade everything anew."
            ) from error
    return stale


def _is_recorded(course: Course, exercise: Exercise) -> bool:
    with stock.nbgrader_ready():
        from nbgrader.api import MissingEntry

        if not course.gradebook.is_file():
            return False
        try:
            cells = recorded_cells(database(course), exercise.section, exercise.name)
        except MissingEntry:
            return False
    on_record = {cell.grade_id: (cell.source, cell.points) for cell in cells}
    return on_record == _as_it_would_be_recorded(exercise)


def _as_it_would_be_recorded(exercise: Exercise) -> dict[str, tuple[str, float | None]]:
    from nbgrader.preprocessors import ClearSolutions

    notebook, _ = ClearSolutions().preprocess(notebooks.read(exercise.source), {})
    found = {}
    for cell in notebook.cells:
        info = notebooks.grading(cell)
        if any(info.get(kind) for kind in ("grade", "solution", "locked", "task")):
            points = float(info["points"]) if info.get("grade") or info.get("task") else None
            found[info["grade_id"]] = (cell.source, points)
    return found
