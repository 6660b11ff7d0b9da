"""Watching a class being graded: how many of how many, how fast, how long still, and which exercise takes longest."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Watch(AbstractContextManager["Watch"]):
    """Counts, and shows nothing: what is told where there is no terminal."""

    def __init__(self) -> None:
        self.total = 0
        self.submissions = 0
        self.notebooks = 0
        self.kept = 0
        self._began = time.monotonic()
        self._taken: dict[str, tuple[float, int]] = {}  # seconds, and notebooks, of each exercise

    def planned(self, submissions: int, notebooks: int) -> None:
        """The work is known: so many submissions, and so many notebooks in all."""
        self.total = submissions
        self._began = time.monotonic()

    def examined(self, exercise: str, seconds: float) -> None:
        """A notebook was examined; its checks took so long."""
        before, count = self._taken.get(exercise, (0.0, 0))
        self._taken[exercise] = before + seconds, count + 1

    def written(self, notebooks: int) -> None:
        """A submission with so many notebooks is done for good."""
        self.submissions += 1
        self.notebooks += notebooks

    def slowest(self) -> str:
        """The exercise that has taken longest on average, and how long."""
        means: dict[str, float] = {name: seconds / count for name, (seconds, count) in self._taken.items()}
        name = max(means, key=means.__getitem__, default="")
        return f"slowest: {name.partition('-')[0]} ({means[name]:.1f} s)" if name else ""

    def rate(self) -> str:
        """Notebooks in a minute, so far."""
        elapsed = time.monotonic() - self._began
        return f"{60 * self.notebooks / elapsed:.0f}/min" if elapsed > 1 else ""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""


class Bar(Watch):
    """A progress bar on a terminal."""

    def __init__(self, what: str, console: Console) -> None:
        super().__init__()
        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(), TextColumn("{task.fields[slowest]}"),
        )  # fmt: skip
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task(what, total=None, rate="", slowest="")

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def planned(self, submissions: int, notebooks: int) -> None:
        """The work is known."""
        super().planned(submissions, notebooks)
        self._progress.update(self._task, total=notebooks)

    def examined(self, exercise: str, seconds: float) -> None:
        """A notebook was examined."""
        super().examined(exercise, seconds)
        self._progress.update(self._task, slowest=self.slowest())

    def written(self, notebooks: int) -> None:
        """A submission is done."""
        super().written(notebooks)
        self._progress.update(self._task, advance=notebooks, rate=self.rate())


def watch(what: str) -> Watch:
    """A bar on stderr where that is a terminal, and nothing to see elsewhere."""
    console = Console(stderr=True)
    return Bar(what, console) if console.is_terminal else Watch()
