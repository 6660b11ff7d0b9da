"""The command `bench`: what it is asked for, and where it shows what was measured."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from autograde.classroom.bench.measure import QUICK as QUICK
from autograde.classroom.bench.measure import WHOLE as WHOLE
from autograde.classroom.bench.measure import Extent, measured
from autograde.classroom.bench.meter import Failed
from autograde.classroom.bench.start import starting_costs
from autograde.classroom.bench.tables import costs_of_starting, tables
from autograde.classroom.course import Course, CourseError, known_section
from autograde.classroom.show import console
from autograde.examiner.standby_process import why_no_sandbox

FORMATS = (".svg", ".png")


def run_bench(
    section: str, extent: Extent, *, seed: int, plot: Path, as_json: bool, course: Course | None = None
) -> int:  # fmt: skip
    """Measure all, draw it, show it. Returns 0 when all marks are equal, and as known in advance."""
    try:
        course = course or Course.here()
        section = known_section(section)
        if plot.suffix not in FORMATS or not plot.parent.is_dir():
            raise CourseError(f"The plot cannot be {plot}: name a file .svg or .png, in a folder that is there.")
        if not course.exercises(section):
            raise CourseError(f"There is no exercise in solutions/{section}/ yet, so there is nothing to grade.")
        if reason := why_no_sandbox():
            print(reason, file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            results = measured(course, section, extent, seed, Path(folder))
    except (CourseError, Failed) as error:
        print(error, file=sys.stderr)
        return 1
    from autograde.classroom.bench.plot import draw

    draw(results, plot)
    if as_json:
        print(json.dumps(results.as_json(), indent=1, ensure_ascii=False))
    else:
        console().print(*tables(results), f"The plot is in {plot}.", sep="\n")
    return int(not results.is_good)


def show_starting_costs(*, as_json: bool) -> int:
    """`bench --start`."""
    costs = starting_costs()
    if as_json:
        print(json.dumps({"start": {name: asdict(spread) for name, spread in costs.items()}}, indent=1))
    else:
        console().print(costs_of_starting(costs))
    return 0
