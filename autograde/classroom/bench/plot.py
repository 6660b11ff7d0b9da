"""The plot: the two sides, where the time goes, and how this grader scales.

Drawn with matplotlib: the one plotting library that every reader of a figure's code knows, with types, SVG and PNG of
its own, and no browser or service behind it.
"""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from autograde.classroom.bench.results import Results

STOCK, HERE, FLOOR = "#b3541e", "#1f6f8b", "#7a7a7a"
PARTS = ("#1f6f8b", "#5fa8b8", "#c98a2b", "#e5c07b", "#7a5195", "#8a9a5b", "#b0b0b0")


def draw(results: Results, path: Path) -> None:
    """Write the plot; the name ends in .svg or .png. Raises `OSError`."""
    with rc_context({"font.size": 9, "axes.titlelocation": "left", "svg.fonttype": "none", "svg.hashsalt": "loopback"}):
        figure = Figure(figsize=(10, 7), layout="constrained")
        sides, where, jobs, sizes = figure.subplots(2, 2).flat
        for axes in (sides, where, jobs, sizes):
            axes.spines[["top", "right"]].set_visible(False)
        _sides(sides, results)
        _where(where, results)
        _jobs(jobs, results)
        _sizes(sizes, results)
        figure.suptitle(results.machine, fontsize=8, color=FLOOR)
        figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)


def _sides(axes: Axes, results: Results) -> None:
    rates = [60 * results.stock.rate, 60 * results.here.rate]
    bars = axes.barh(["stock nbgrader", "this grader"], rates, color=[STOCK, HERE])
    axes.bar_label(bars, fmt="{:,.0f}", padding=3)
    axes.set_title(f"Notebooks in a minute: {results.ratio:.1f} times as many")
    axes.margins(x=0.15)


def _where(axes: Axes, results: Results) -> None:
    parts = results.where()
    axes.set_title("Processor time of a notebook (ms)")
    left = 0.0
    for (name, seconds), colour in zip(parts.items(), PARTS, strict=False):
        axes.barh(0, 1000 * seconds, left=left, color=colour, label=f"{1000 * seconds:.0f}  {name}")
        left += 1000 * seconds
    axes.set_yticks([])
    axes.set_ylim(-0.4, 2.6)
    if parts:
        axes.legend(loc="upper left", frameon=False, fontsize=8)
    else:
        axes.text(0.1, 1, "this system does not tell")


def _jobs(axes: Axes, results: Results) -> None:
    rates = [60 * one.rate for one in results.jobs]
    axes.plot([one.jobs or 0 for one in results.jobs], rates, "o-", color=HERE)
    axes.set(title="Solutions in a minute, over --jobs", xlabel="--jobs", xlim=0)
    axes.set_ylim(0, 1.1 * max(rates, default=1.0))


def _sizes(axes: Axes, results: Results) -> None:
    classes = sorted((results.same, *results.sizes), key=lambda one: one.notebooks)
    counts = [one.notebooks for one in classes]
    axes.loglog(counts, [one.spent.wall for one in classes], "o-", color=HERE, label="this grader")
    axes.loglog(counts, [results.floor(one) for one in classes], "--", color=FLOOR, label="floor")
    axes.loglog(results.stock.notebooks, results.stock.spent.wall, "s", color=STOCK, label="stock nbgrader")
    axes.set(title="Seconds for a class", xlabel="notebooks")
    axes.legend(frameon=False)
