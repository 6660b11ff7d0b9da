"""What was measured, as tables for a person."""

from __future__ import annotations

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.table import Table

from autograde.classroom.bench.start import Spread


def table(title: str, *columns: str) -> Table:
    """An empty one: words on the left, numbers on the right."""
    made = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for number, heading in enumerate(columns):
        made.add_column(heading, justify="right" if number else "left")
    return made


def costs_of_starting(costs: Mapping[str, Spread]) -> Table:
    """With nothing to check."""
    made = table("Starting, with nothing to check", "", "median", "10 % below", "10 % above", "measured")
    for name, spread in costs.items():
        times = [f"{1000 * seconds:.1f} ms" for seconds in (spread.median, spread.low, spread.high)]
        made.add_row(name, *times, str(spread.count))
    return made
