"""When a further examination may start: as soon as a processor has nothing to do.

Most of an examination is waiting, so many more than there are processors can run at once; how many cannot be known
beforehand, as it depends on the checks and on whatever else the machine is doing. So nobody counts: before each start
the kernel is asked how many tasks want a processor at this moment, and while that is all of them, the start waits. An
examination that has begun thus keeps finding a processor free when a peer answers or a time limit ends, and is never
slowed down by more than the few that have just been let in. As many as there are processors always run, whatever else
the machine is busy with.

The number is the fourth field of proc_loadavg(5), of the whole machine and of this moment. The averages beside it, and
those of the kernel's pressure stall information, are of the last ten seconds at least, in which a hundred would start;
a thread that measures how late it wakes is preferred by the scheduler, so it sees no load that others suffer from.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOADAVG = Path("/proc/loadavg")

GLANCE = 0.002
"""Seconds between two looks at a busy machine."""

SETTLING = 0.004
"""Seconds after a start in which it may not be seen yet: its processes are only being made."""

EXAMINATIONS_PER_PROCESSOR = 12
"""How many may run where a gate keeps watch. Each waits for most of its time."""


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_jobs() -> int:
    """As many as keep the processors busy; where nothing tells how busy they are, only as many as there are."""
    return processors() * (EXAMINATIONS_PER_PROCESSOR if LOADAVG.exists() else 1)


def is_busy() -> bool:
    """Whether every processor has something to do. The task that asks is one of those that the kernel counts."""
    try:
        runnable = int(LOADAVG.read_text("ascii").split()[3].partition("/")[0])
    except (OSError, ValueError, IndexError):
        return False
    return runnable - 1 >= processors()


class Gate:
    """Lets one after another in, each when the machine is not busy, or when fewer than `free` are inside.

    `closed`: what is let in now has been called off.
    """

    def __init__(self, busy: Callable[[], bool] = is_busy, free: int | None = None) -> None:
        self._busy = busy
        self._free = processors() if free is None else free
        self._turn = threading.Lock()
        self._inside = 0
        self._changed = threading.Condition()
        self.closed = False

    @contextmanager
    def passed(self) -> Iterator[None]:
        """A block that begins when it may."""
        with self._turn:
            self._wait()
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """Keep nobody waiting any more."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def _wait(self) -> None:
        with self._changed:
            while self._inside >= self._free and not self.closed and self._busy():
                self._changed.wait(GLANCE)
            self._inside += 1
            self._changed.wait_for(lambda: self.closed, SETTLING)
