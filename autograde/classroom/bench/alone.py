"""Inside a runner: the checks of one notebook are run, and what they cost by themselves is measured.

`floor.py` gives `examine` a cell that calls `run_measured`, so all this happens in a runner of official grading, in its
sandbox. Counted is what the runner and the examinees do while a cell is run. Starting examinees is not: neither the
time for that, nor what processors do meanwhile; nor is what keepers and the nursery do. Processes that a student's code
starts on its own are not counted either.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from autograde.examiner import launch as launching
from autograde.examiner.launch import Launched, Process
from autograde.examiner.runner import run_cells

FIRST, AGAIN = "first", "again"
"""The run of a cell that everybody has, and that of what failed in it."""


class Costs:
    """Seconds so far: `runner` and `examinees` by the processors, `starting` by the clock; and `started` examinees."""

    def __init__(self) -> None:
        self.starting = 0.0
        self.started = 0
        self._processors_starting = 0.0
        self._alive: dict[Measured, float] = {}
        self._gone = 0.0
        self._lock = threading.Lock()

    def now(self) -> dict[str, float]:
        """All of them, and `wall` with it."""
        with self._lock:
            return {
                "wall": time.perf_counter() - self.starting,
                "runner": time.process_time() - self._processors_starting,
                "examinees": self._gone + sum(one.cpu() - began for one, began in self._alive.items()),
                "starting": self.starting,
                "started": self.started,
            }

    @contextmanager
    def start(self) -> Iterator[None]:
        """A block in which an examinee is started."""
        wall, processor = time.perf_counter(), time.thread_time()
        yield
        with self._lock:
            self.started += 1
            self.starting += time.perf_counter() - wall
            self._processors_starting += time.thread_time() - processor

    def born(self, one: Measured) -> None:
        """From here on it counts."""
        with self._lock:
            self._alive[one] = one.cpu()

    def ended(self, one: Measured) -> None:
        """It is about to end, or has just ended."""
        with self._lock:
            if one in self._alive:
                self._gone += one.cpu() - self._alive.pop(one)


class Measured:
    """The process of an examinee, as `Launched` needs one; its time is read before it is killed."""

    def __init__(self, process: Process, clock: Callable[[], float | None], costs: Costs) -> None:
        self._process, self._clock, self._costs = process, clock, costs
        self._last = 0.0
        self.pid = process.pid

    @property
    def reason(self) -> str:
        """Why it was ended, if not by us."""
        return self._process.reason

    def cpu(self) -> float:
        """Seconds so far; those of the last time it was asked, once it is gone."""
        self._last = self._clock() or self._last
        return self._last

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """Kill it and all it started."""
        self._costs.ended(self)
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, or -signal."""
        self.cpu()
        return self._process.wait(timeout)

    def close(self) -> None:
        """Give back what it needed, after its end."""
        self._costs.ended(self)
        self._process.close()


def run_measured(checks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Run the cells as a runner does. Returns what their first runs cost, what those again cost, and the points."""
    costs = Costs()
    measure_launches(costs)
    sums: dict[str, Counter[str]] = {FIRST: Counter(), AGAIN: Counter()}
    points: dict[str, float | None] = {}
    run, before = "", costs.now()
    for report in run_cells([dict(check) for check in checks]):
        now = costs.now()
        if run:
            sums[run].update({name: value - before[name] for name, value in now.items()})
        before = now
        run = "" if "begins" not in report else FIRST if report["begins"] == 1 else AGAIN
        if not run:
            points[report["grade_id"]] = report["points"]
    return {**sums, "points": points}


def measure_launches(costs: Costs) -> None:
    """From now on, every examinee is measured."""

    def launch() -> Launched:
        with costs.start():
            launched = launch_as_before()
        launched.process = measured = Measured(launched.process, launched.cpu_seconds, costs)
        costs.born(measured)
        return launched

    launch_as_before = launching.launch_with(launch)
