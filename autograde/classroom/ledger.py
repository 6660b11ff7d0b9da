"""What was graded with what, remembered beside the marks: two tables of ours in the gradebook's own database.

nbgrader neither reads nor minds them. A row is written in the transaction that writes the marks it speaks of, so a
grading is either there with its row or is not there at all. What the fingerprints mean: `versions.py`, `looks.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, Text, delete, inspect, select

from autograde.classroom.looks import Stamp

TABLES = MetaData()
GRADED = Table(
    "loopback_graded",
    TABLES,
    Column("section", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("content", Text, nullable=False),
)
RELEASED = Table(
    "loopback_released",
    TABLES,
    Column("section", String(128), primary_key=True),
    Column("exercise", String(128), primary_key=True),
    Column("source", String(64), nullable=False),
    Column("record", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class CellMark:
    """What one graded cell earned of how much; `points` is None while a person has to decide."""

    cell: str
    points: float | None
    max: float
    outcome: str


@dataclass(slots=True)
class Entry:
    """One exercise of a submission as it was graded: from which folder, which notebook ("": none), with what.

    `findings` are sentences; `written` is the graded notebook.
    """

    folder: str
    taken: str
    versions: dict[str, str]
    marks: list[CellMark]
    findings: list[str] = field(default_factory=list)
    written: Stamp | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Remembered:
    """A submission as it was graded: its files, findings about the whole of it, and its exercises by name."""

    files: dict[str, Stamp] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)

    def stored(self) -> str:
        """As text."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Remembered:
        """From text."""
        found: dict[str, Any] = json.loads(text)
        entries = {name: _entry(one) for name, one in found["entries"].items()}
        return cls({name: Stamp(*stamp) for name, stamp in found["files"].items()}, found["findings"], entries)


def _entry(found: dict[str, Any]) -> Entry:
    marks = [CellMark(**mark) for mark in found.pop("marks")]
    written = found.pop("written")
    return Entry(**found, marks=marks, written=written and Stamp(*written))


def remembered(engine: Engine, section: str) -> dict[str, Remembered]:
    """What is remembered of every submission of a section, by student."""
    if not inspect(engine).has_table(GRADED.name):
        return {}
    with engine.connect() as connection:
        found = connection.execute(select(GRADED.c.student, GRADED.c.content).where(GRADED.c.section == section))
        return {student: Remembered.read(content) for student, content in found}


def remember(connection: Connection, section: str, student: str, what: Remembered) -> None:
    """Replace the row of a submission, in the transaction that the connection is in."""
    connection.execute(delete(GRADED).where(GRADED.c.section == section, GRADED.c.student == student))
    connection.execute(GRADED.insert().values(section=section, student=student, content=what.stored()))


def releases(engine: Engine, section: str) -> dict[str, tuple[str, str]]:
    """The fingerprints of source and record of every exercise when they were found to agree, by name."""
    if not inspect(engine).has_table(RELEASED.name):
        return {}
    with engine.connect() as connection:
        found = connection.execute(select(RELEASED).where(RELEASED.c.section == section))
        return {row.exercise: (row.source, row.record) for row in found}


def note_releases(engine: Engine, section: str, found: Mapping[str, tuple[str, str]]) -> None:
    """Remember that these agree."""
    TABLES.create_all(engine)
    with engine.begin() as connection:
        connection.execute(delete(RELEASED).where(RELEASED.c.section == section))
        for name, (source, record) in found.items():
            connection.execute(RELEASED.insert().values(section=section, exercise=name, source=source, record=record))
