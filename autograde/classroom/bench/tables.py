"""What was measured, as tables for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from autograde.classroom.bench.compared import Compared, told
from autograde.classroom.bench.results import Results, Side
from autograde.classroom.bench.start import Spread

MOST = 20
"""Differences of marks that are shown."""


def tables(results: Results) -> Iterator[RenderableType]:
    """All of it."""
    kinds = ", ".join(f"{count} of {kind}" for kind, count in results.kinds.items())
    yield escape(
        f"{results.machine}\nNotebooks of the class, again and again: {kinds}. The same: --seed {results.seed}."
    )
    yield costs_of_starting(results.start)
    yield side_by_side(results)
    yield from marks(results.compared)
    yield the_floor(results)
    yield where(results)
    yield exercises(results)
    waits = sorted(one.once.wall for one in results.alone)
    yield f"Checked once, by itself, a notebook takes {sum(waits) / len(waits):.1f} s, the longest {waits[-1]:.1f} s."
    yield runs("Over --jobs (solutions only)", "--jobs", [(str(one.jobs), one) for one in results.jobs])
    classes = sorted((results.same, *results.sizes), key=lambda one: one.students)
    yield runs("Over the size of the class", "students", [(f"{one.students:,}", one) for one in classes])


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
        made.add_row(name, *map(milliseconds, (spread.median, spread.low, spread.high)), str(spread.count))
    return made


def side_by_side(results: Results) -> Table:
    """Stock nbgrader, and this grader with the same class and with the largest one."""
    stock, *others = sides = (results.stock, results.same, results.here)
    headings = ("stock nbgrader", "this grader, same class", "ratio", "this grader, large class", "ratio")
    made = table("Side by side", "", *headings)
    made.add_row("notebooks", *_beside([f"{one.notebooks:,}" for one in sides]))
    made.add_row("seconds", *_beside([f"{one.spent.wall:,.1f}" for one in sides]))
    rates = [f"{one.rate / stock.rate:.1f}" for one in others]
    made.add_row("notebooks in a minute", *_beside([f"{60 * one.rate:,.1f}" for one in sides], rates))
    cpu = [ratio_of(_cpu(stock), _cpu(one)) for one in others]
    made.add_row("processor time of a notebook", *_beside([_told(_cpu(one)) for one in sides], cpu))
    memory = [f"{stock.spent.memory / one.spent.memory:.2f}" for one in others]
    made.add_row("memory at most", *_beside([_memory(one) for one in sides], memory))
    return made


def _beside(values: list[str], ratios: Sequence[str] = ("", "")) -> list[str]:
    return [values[0], values[1], ratios[0], values[2], ratios[1]]


def ratio_of(whole: float | None, part: float | None) -> str:
    """How many times, or a question mark."""
    return "?" if whole is None or part is None else f"{whole / part:.1f}"


def marks(compared: Compared) -> Iterator[RenderableType]:
    """A sentence, and the cells in which the two differ."""
    cells = f"{compared.cells:,} graded cells in {compared.notebooks:,} notebooks"
    if not compared.differences:
        yield f"Marks: equal in all {cells}, and as known in advance."
        return
    headings = ("Student", "Exercise", "What was handed in", "Cell", "Known", "Stock", "Here", "Why")
    made = table(f"Marks: {len(compared.differences)} of {cells} differ", *headings)
    for one in compared.differences[:MOST]:
        made.add_row(*map(escape, told(one)))
    yield made


def the_floor(results: Results) -> Table:
    """What no grader can do without, for the largest class."""
    here, plain = results.here, results.floor(results.here)
    both = results.floor_with_second_runs(here)
    made = table(f"The floor for {here.notebooks:,} notebooks", "", "floor", "this grader", "times the floor")
    took = here.spent.wall
    for name, seconds in (("every check once", plain), ("and again what failed", both)):
        made.add_row(name, f"{seconds:,.1f} s", f"{took:,.1f} s", f"{took / seconds:.2f}")
    return made


def where(results: Results) -> Table:
    """The processor time of one notebook."""
    made = table("Where the processor time of a notebook goes", "", "mean", "share")
    parts = results.where()
    whole = sum(parts.values())
    for name, seconds in parts.items():
        made.add_row(name, milliseconds(seconds), f"{seconds / whole:.0%}")
    if not parts:
        made.add_row("this system does not tell the processor time of all processes", "", "")
    return made


def exercises(results: Results) -> Table:
    """What a notebook of each exercise takes by itself."""
    title = "A notebook by itself, on average: waiting, the processor time of its checks, and what they start"
    made = table(title, "exercise", "seconds", "again", "processor", "again", "examinees started")
    for name, one in results.by_exercise().items():
        waits = (f"{seconds:.1f}" for seconds in (one["wall"], one["wall_again"]))
        made.add_row(name, *waits, *map(milliseconds, (one["cpu"], one["cpu_again"])), f"{one['started']:.1f}")
    return made


def runs(title: str, what: str, sides: list[tuple[str, Side]]) -> Table:
    """Runs of this grader."""
    columns = ("notebooks", "seconds", "in a minute", "processor time of a notebook", "memory", "marks as known")
    made = table(title, what, *columns)
    for name, side in sides:
        known = "✓" if side.as_known else "✗"
        rate = f"{60 * side.rate:,.0f}"
        made.add_row(
            name, f"{side.notebooks:,}", f"{side.spent.wall:,.1f}", rate, _told(_cpu(side)), _memory(side), known
        )
    return made


def milliseconds(seconds: float) -> str:
    """As `12.3 ms`."""
    return f"{1000 * seconds:,.1f} ms"


def _told(seconds: float | None) -> str:
    return "?" if seconds is None else milliseconds(seconds)


def _cpu(side: Side) -> float | None:
    """Processor time of a notebook."""
    return None if side.spent.cpu is None else side.spent.cpu / side.notebooks


def _memory(side: Side) -> str:
    return f"{side.spent.memory >> 20:,} MB"
