"""The database of the gradebook: where it is, how it is opened, and its troubles told in sentences.

nbgrader owns it. SQLite is what nbgrader uses unless told otherwise; any other URL of SQLAlchemy's goes as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from autograde.classroom.course import Course, CourseError
from autograde.classroom.settings import load_config

PATIENCE = 30.0
"""Seconds that another program may hold the gradebook; nbgrader's own default is 5."""


class GradebookError(CourseError):
    """The database cannot be used, or not any more; the text says why, and what to do."""


def database(course: Course) -> str:
    """The URL of the course's gradebook: as the course was told, else as nbgrader is told, else a file beside both."""
    told = course.db or load_config(course).CourseDirectory.get("db_url", "")
    return str(told) or f"sqlite:///{course.gradebook}"


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """A block with an engine on the database, none of whose connections is left at the end."""
    with told_in_sentences(url):
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        engine = create_engine(url, connect_args={"timeout": PATIENCE} if is_sqlite else {})
        try:
            yield engine
        finally:
            engine.dispose()


def exists(url: str) -> bool:
    """Whether nbgrader has made its tables there. A file that is not there is not made by asking."""
    with told_in_sentences(url):
        parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and not Path(parts.database or "").is_file():
        return False
    with opened(url) as engine:
        return inspect(engine).has_table("submitted_assignment")


@contextmanager
def told_in_sentences(url: str) -> Iterator[None]:
    """A block in which whatever goes wrong with the database becomes a `GradebookError`."""
    try:
        yield
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        example = "postgresql://user@host/name"
        raise GradebookError(f"--db wants the address of a database, such as {example}: {error}.") from error
    except DBAPIError as error:
        raise GradebookError(_sentence(url, error)) from error


def _sentence(url: str, error: DBAPIError) -> str:
    reason = " ".join(str(error.orig).split())
    place = make_url(url).render_as_string(hide_password=True)
    if "locked" in reason:
        held = f"has held the gradebook for {PATIENCE:g} s (formgrader, or another grading run)"
        return f"Another program {held}: close it. The database is {place}."
    if "full" in reason:
        return f"There is no room for the gradebook: {reason}. Make some. The database is {place}."
    return f"The gradebook cannot be reached, or not any more: {reason}. The database is {place}."
