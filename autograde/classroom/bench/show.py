"""Telling whoever waits what is being measured, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Count = Callable[[int], None]
"""Is told how many are done by now."""


class Stages:
    """One bar after another on stderr where that is a terminal, and a line for each elsewhere."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)

    @contextmanager
    def stage(self, what: str, total: int | None = None) -> Iterator[Count]:
        """A block in which something is measured; gives the function that is told how many of `total` are done."""
        if not self._console.is_terminal:
            self._console.print(f"{what} …")
            yield lambda done: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(what, total=total)
            yield lambda done: progress.update(task, completed=done)
