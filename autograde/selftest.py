"""`test`: everything that has to hold, one step after another, the same here and in CI.

A failed step does not keep the later ones from running, so one call tells all there is to mend.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from autograde import bootstrap
from autograde.lab import jupyter_environment

CELL_SECONDS = 60
"""Time that one cell of a lesson may take. nbval's own limit is more than half an hour."""


@dataclass(frozen=True)
class Step:
    """One program, and what it proves if its exit code is 0."""

    proves: str
    arguments: tuple[str, ...]
    """For this interpreter."""


STEPS = (
    Step("The style is one style", ("-m", "ruff", "check")),
    Step("The layout is one layout", ("-m", "ruff", "format", "--check")),
    Step("The types fit", ("-m", "mypy")),
    Step("The tests pass", ("-m", "pytest", "--numprocesses=logical", "--dist=loadfile")),
    Step("The exercises are good, and exercises/ is fresh", ("-m", "autograde", "check")),
    Step(
        "The lessons do what they show",
        ("-m", "pytest", "--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_SECONDS}", "course"),
    ),
)


@dataclass(frozen=True)
class Result:
    """How a step ended."""

    step: Step
    passed: bool
    seconds: float


def run_all(steps: tuple[Step, ...] = STEPS) -> int:
    """Run every step and show a summary. Returns 0 if all passed, else 1."""
    console = Console(highlight=False)
    results = [_run(step, console) for step in steps]
    console.print(_summary(results))
    return 0 if all(result.passed for result in results) else 1


def _run(step: Step, console: Console) -> Result:
    console.rule(f"[bold]{step.proves}[/]: {' '.join(step.arguments[1:])}", align="left")
    started = time.monotonic()
    environment = {**os.environ, **jupyter_environment()}
    code = subprocess.run(
        [sys.executable, *step.arguments], cwd=bootstrap.ROOT, env=environment, check=False
    ).returncode
    result = Result(step, code == 0, time.monotonic() - started)
    console.print(f"{_word(result)} after {result.seconds:.0f} s\n")
    return result


def _summary(results: list[Result]) -> Table:
    table = Table("Step", "Result", title="Summary", title_justify="left")
    table.add_column("Seconds", justify="right")
    for result in results:
        table.add_row(result.step.proves, _word(result), f"{result.seconds:.0f}")
    table.add_section()
    failed = sum(not result.passed for result in results)
    verdict = f"[red]{failed} of {len(results)} failed[/]" if failed else "[green]all passed[/]"
    table.add_row("Everything", verdict, f"{sum(result.seconds for result in results):.0f}")
    return table


def _word(result: Result) -> str:
    return "[green]passed[/]" if result.passed else "[red]FAILED[/]"
