"""Everything that nbgrader reads of a graded class, without the random keys: to compare two gradings of one class."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine, select

from autograde.classroom.course import Course
from autograde.classroom.record import database

OURS = {"loopback_graded", "loopback_released"}

VARYING = re.compile(r'(?<="seconds": )[\d.]+|(?<=seed=)\d+|(?<="seed": )\d+|(?<=seed: )\d+|(?<=time: )[\d.]+')
"""How long checks took, and which data they had."""

Rows = dict[str, list[Any]]


def tables(url: str) -> Rows:
    """Every row of every table of nbgrader's, by the name of the table, in a fixed order, whichever database it is."""
    from nbgrader.api import Base

    engine = create_engine(url)
    found = MetaData()
    found.reflect(engine)
    known = Base.metadata.tables
    with engine.connect() as connection:
        rows = {
            name: [dict(row._mapping) for row in connection.execute(select(known.get(name, table)))]
            for name, table in found.tables.items()
            if name not in OURS
        }
    engine.dispose()
    names = _names(rows)
    return {name: sorted((_named(row, names) for row in all_), key=repr) for name, all_ in rows.items()}


def _names(rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """What each random key stands for."""
    names: dict[str, Any] = {row["id"]: row["name"] for row in rows["assignment"]}
    names |= {row["id"]: (names[row["assignment_id"]], row["name"]) for row in rows["notebook"]}
    names |= {row["id"]: (*names[row["notebook_id"]], row["type"], row["name"]) for row in rows["base_cell"]}
    names |= {row["id"]: (names[row["assignment_id"]], row["student_id"]) for row in rows["submitted_assignment"]}
    submitted = rows["submitted_notebook"]
    return names | {row["id"]: (names[row["assignment_id"]], names[row["notebook_id"]]) for row in submitted}


def _named(row: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """A row with names for keys; its own, where nothing refers to it, is left out."""
    return {
        key: names.get(value, VARYING.sub("", value)) if isinstance(value, str) else value
        for key, value in row.items()
        if key != "id" or value in names or len(value) != 32
    }


def graded_files(course: Course) -> dict[str, tuple[str, str]]:
    """Permissions and text of every file below `autograded/`, without what is another one in every run."""
    root = course.autograded
    return {
        path.relative_to(root).as_posix(): (oct(path.stat().st_mode), _content(path))
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def _content(path: Path) -> str:
    return VARYING.sub("", path.read_text("utf-8"))


def everything(course: Course) -> tuple[Rows, dict[str, tuple[str, str]]]:
    """The gradebook and the graded notebooks."""
    return tables(database(course)), graded_files(course)
