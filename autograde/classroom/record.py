"""What the gradebook has on record of a release: the authority on check cells, points and order.

A submission is graded against this record, never against what a submitted notebook says about itself.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import text

from autograde.classroom import notebooks, stock
from autograde.classroom.course import Course, CourseError, Exercise
from autograde.classroom.database import database as database
from autograde.classroom.database import exists, opened, told_in_sentences
from autograde.classroom.hidden import released
from autograde.classroom.ledger import note_releases, releases
from autograde.classroom.looks import digest, stamp
from autograde.classroom.scopes import imported_names, made_names
from autograde.examiner.examine import CheckCell

SOURCE_CELLS = """
SELECT notebook.name AS notebook, source_cell.name AS name, cell_type, source, checksum, locked
FROM assignment
JOIN notebook ON notebook.assignment_id = assignment.id
JOIN source_cell ON source_cell.notebook_id = notebook.id
WHERE assignment.name = :section
"""

KINDS = """
SELECT notebook.name AS notebook, base_cell.name AS name, base_cell.type AS type,
       COALESCE(grade_cells.max_score, task_cells.max_score) AS points
FROM assignment
JOIN notebook ON notebook.assignment_id = assignment.id
JOIN base_cell ON base_cell.notebook_id = notebook.id
LEFT JOIN grade_cells ON grade_cells.id = base_cell.id
LEFT JOIN task_cells ON task_cells.id = base_cell.id
WHERE assignment.name = :section
"""


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
        return list(_names_of(self.source)) if self.solution else []


@lru_cache(maxsize=4096)
def _names_of(stub: str) -> tuple[str, ...]:
    """Asked of the same few stubs for every submission."""
    return tuple(sorted(made_names(stub) - imported_names(stub)))


Record = Mapping[str, Sequence[RecordedCell]]
"""The cells on record of a section's exercises, by name."""

Agreement = tuple[str, str]
"""The fingerprints of an exercise's source and of its record."""


def recorded_section(url: str, section: str, sources: Path) -> dict[str, list[RecordedCell]]:
    """The cells on record of every notebook of a section, by name; empty when there is no record.

    The database keeps no order. The order is that of the notebooks in the folder `sources`, which the record is of.
    """
    if not exists(url):
        return {}
    with opened(url) as engine, engine.connect() as connection:
        cells = connection.execute(text(SOURCE_CELLS), {"section": section}).all()
        kinds = connection.execute(text(KINDS), {"section": section}).all()
    points = {(one.notebook, one.name): float(one.points) for one in kinds if one.points is not None}
    names = {
        kind: {(one.notebook, one.name) for one in kinds if one.type == kind} for kind in ("SolutionCell", "TaskCell")
    }
    record: dict[str, list[RecordedCell]] = {}
    for cell in cells:
        place = (cell.notebook, cell.name)
        record.setdefault(cell.notebook, []).append(
            RecordedCell(
                cell.name, cell.cell_type, cell.source or "", cell.checksum or "", bool(cell.locked),
                place in names["SolutionCell"], place in names["TaskCell"], points.get(place),
            )
        )  # fmt: skip
    return {name: _in_order(found, sources / f"{name}.ipynb") for name, found in sorted(record.items())}


def _in_order(cells: list[RecordedCell], source: Path) -> list[RecordedCell]:
    try:
        stored = json.loads(source.read_bytes())["cells"]
        ids = [cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") for cell in stored]
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        ids = []
    places = {name: place for place, name in enumerate(ids)}
    return sorted(cells, key=lambda cell: (places.get(cell.grade_id, len(ids)), cell.grade_id))


def check_cells(cells: Sequence[RecordedCell]) -> list[CheckCell]:
    """The recorded cells that an examination runs."""
    return [
        CheckCell(cell.grade_id, cell.source, cell.points)
        for cell in cells
        if notebooks.is_check(cell.cell_type, cell.metadata()["nbgrader"])
    ]


def ensure_recorded(course: Course, section: str, *, dry_run: bool = False) -> Record:
    """The record of a section, made anew where it is not what `solutions/` says; in a `dry_run` not in the gradebook.

    `exercises/` is not written. Raises `CourseError` when nbgrader cannot record the release.
    """
    exercises = course.exercises(section)
    if not exercises:
        raise CourseError(f"There is no exercise in solutions/{section}/ yet, so there is nothing to grade.")
    url = database(course)
    record: Record = recorded_section(url, section, exercises[0].source.parent)
    known = _noted(url, section)
    agreeing = _agreeing(exercises, record)
    if stale := [one for one in exercises if not _is_recorded(one, record, known.get(one.name), agreeing)]:
        record = _recorded_anew(course, section, stale, dry_run)
        agreeing = _agreeing(exercises, record)
    if known != agreeing and not dry_run:
        with opened(url) as engine:
            note_releases(engine, section, agreeing)
    return record


def _noted(url: str, section: str) -> dict[str, Agreement]:
    if not exists(url):
        return {}
    with opened(url) as engine:
        return releases(engine, section)


def _agreeing(exercises: Sequence[Exercise], record: Record) -> dict[str, Agreement]:
    """The fingerprints of source and record, to be remembered when they agree."""
    return {one.name: (stamp(one.source).content, digest(record.get(one.name))) for one in exercises}


def _is_recorded(exercise: Exercise, record: Record, known: Agreement | None, now: Mapping[str, Agreement]) -> bool:
    if known is not None and known == now[exercise.name]:
        return True  # found out before, and nothing has changed since
    with stock.nbgrader_ready():
        on_record = {cell.grade_id: (cell.source, cell.points) for cell in record.get(exercise.name, ())}
        return exercise.name in record and on_record == _as_it_would_be_recorded(exercise)


def _recorded_anew(course: Course, section: str, stale: Sequence[Exercise], dry_run: bool) -> Record:
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        # Without writing anything: into a gradebook of the moment.
        into = replace(course, db=f"sqlite:///{folder}/gradebook.db") if dry_run else course
        try:
            with told_in_sentences(database(into)):
                stock.generate_assignment(into, section, Path(folder), record=True)
        except stock.NbgraderFailed as error:
            names = ", ".join(exercise.name for exercise in stale)
            raise CourseError(
                f"The gradebook cannot record {names} as it is now: {error}. nbgrader keeps the cells of what it has "
                "graded: put them back as they were, or move gradebook.db away and grade everything anew."
            ) from error
        return recorded_section(database(into), section, stale[0].source.parent)


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
