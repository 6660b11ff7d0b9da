"""How the classroom's commands show things: a progress bar for whoever waits, JSON for programs, plain text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

UNLIMITED = 10_000
"""Columns that no table of ours needs."""


def progress(what: str, total: int) -> AbstractContextManager[Callable[[], None]]:
    """A progress bar on stderr where that is a terminal, and nothing elsewhere; gives the function that counts."""
    console = Console(stderr=True)
    if not console.is_terminal:
        return nullcontext(lambda: None)
    return _Bar(what, total, console)


def show_json(rows: Iterable[object]) -> None:
    """Rows as one JSON list on stdout."""
    text = json.dumps(list(rows), indent=1, ensure_ascii=False)
    # Half characters, which file names can hold, become JSON's own escapes.
    print(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def console() -> Console:
    """Where tables are printed: as wide as the terminal, and elsewhere (a file, a pipe) as wide as they are."""
    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=UNLIMITED)


def plain(text: str) -> str:
    """Text from outside as it may be printed: what is not a visible character (or a blank) is escaped, as `\\x1b`."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def number(points: float | None) -> str:
    """Points as a person writes them: `4`, `2.67`, and `?` while nobody knows."""
    return "?" if points is None else f"{points:.2f}".rstrip("0").rstrip(".")


class _Bar:
    """A progress bar as a context manager that gives its counting function."""

    def __init__(self, what: str, total: int, console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task(what, total=total)

    def __enter__(self) -> Callable[[], None]:
        self._progress.start()
        return lambda: self._progress.advance(self._task)

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()
