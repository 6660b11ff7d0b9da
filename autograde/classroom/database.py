"""The database of the gradebook: where it is, how it is opened, and its troubles told in sentences.

nbgrader owns it. SQLite is what nbgrader uses unless told otherwise; PostgreSQL is the other one that is proved to do.
Whatever is said of a database, its password is not among it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError

from autograde.classroom.course import Course, CourseError
from autograde.classroom.settings import load_config

PATIENCE = 30.0
"""Seconds that another program may hold the gradebook; nbgrader's own default is 5."""


EXAMPLE = "postgresql://user@host/name"

ESCAPED = "In a password, write %40 for @ and %2F for /."

PSYCOPG = "psycopg[binary]"


class GradebookError(CourseError):
    """The database cannot be used, or not any more; the text says why, and what to do."""


class RowRefused(Exception):
    """The database does not take what is to be written of one submission, such as a name that is too long for it."""


def database(course: Course) -> str:
    """The URL of the course's gradebook: as the course was told, else as nbgrader is told, else a file beside both."""
    told = str(course.db or load_config(course).CourseDirectory.get("db_url", ""))
    # A short name means another driver from one release of SQLAlchemy to the next.
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", told) or f"sqlite:///{course.gradebook}"


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """A block with an engine on the database, none of whose connections is left at the end."""
    engine = _engine(_parsed(url))
    try:
        with told_in_sentences(url):
            yield engine
    finally:
        engine.dispose()


def exists(url: str) -> bool:
    """Whether nbgrader has made its tables there. A file that is not there is not made by asking."""
    parts = _parsed(url)
    if parts.get_backend_name() == "sqlite" and not Path(parts.database or "").is_file():
        return False
    with opened(url) as engine:
        return inspect(engine).has_table("submitted_assignment")


@contextmanager
def told_in_sentences(url: str) -> Iterator[None]:
    """A block in which trouble with the database becomes a `GradebookError`, and with one row `RowRefused`."""
    try:
        yield
    except DataError as error:
        raise RowRefused(f"the gradebook does not take it: {_reason(error)}") from error
    except DBAPIError as error:
        raise GradebookError(_sentence(url, error)) from error


def _parsed(url: str) -> URL:
    try:
        parts = make_url(url)
        name = parts.get_backend_name()
    except ArgumentError as error:
        raise GradebookError(f"--db wants the address of a database, such as {EXAMPLE}: {error}.") from error
    except ValueError as error:  # what it takes for the port is no number, and may be a part of the password
        raise GradebookError(f"--db wants the address of a database, such as {EXAMPLE}. {ESCAPED}") from error
    if name != "sqlite" and "@" in f"{parts.host}{parts.database}":
        raise GradebookError(f"--db wants the address of a database, such as {EXAMPLE}. {ESCAPED}")
    return parts


def _engine(parts: URL) -> Engine:
    is_postgresql = parts.get_backend_name() == "postgresql"
    patience = {"sqlite": {"timeout": PATIENCE}, "postgresql": {"connect_timeout": int(PATIENCE)}}
    try:
        engine = create_engine(parts, connect_args=patience.get(parts.get_backend_name(), {}))
    except ImportError as error:
        how = f"pip install '{PSYCOPG}'" if is_postgresql else "see the list of drivers in SQLAlchemy's documentation"
        raise GradebookError(f"What speaks to this database is not installed ({error}): {how}.") from error
    if is_postgresql:
        event.listen(engine, "connect", _impatient)
    return engine


def _impatient(connection: Any, _: object) -> None:
    """Wait for rows that another program holds as long as SQLite does, and not for ever."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE:g}s'")
    connection.commit()


def _reason(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())


def _sentence(url: str, error: DBAPIError) -> str:
    reason = _reason(error)
    shown = make_url(url).difference_update_query(["password", "sslpassword"])
    place = f"The database is {shown.render_as_string(hide_password=True)}."
    if "locked" in reason or "lock timeout" in reason:
        held = f"has held the gradebook for {PATIENCE:g} s (formgrader, or another grading run)"
        return f"Another program {held}: close it. {place}"
    if isinstance(error, IntegrityError):
        return f"Another program writes to the gradebook at the same time: let one end first ({reason}). {place}"
    if "full" in reason or "No space" in reason:
        return f"There is no room for the gradebook: {reason}. Make some. {place}"
    return f"The gradebook cannot be reached or used, or not any more: {reason}. {place}"
