"""Looking over an examinee: what is still open or running, what was changed, whom it spoke to.

`begin` is called before the answer cell is run, `findings` when a check wants to know. Each finding is the end of a
sentence that begins with the name of the function.

What is fair: a socket that a `with`, a `close()` or asyncio closes is tidy. So is a descriptor that is gone after
garbage collection without Python's own ResourceWarning (the file object of a closed socket). Sockets that a check
lent, or that were returned to it, are not counted. Threads and child processes get `GRACE` to end.
"""

from __future__ import annotations

import _thread
import gc
import os
import sys
import threading
import time
import weakref

from . import coroutines, lent, settings
from .descriptors import kind_of, open_descriptors
from .watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

GRACE = 0.5
"""Seconds in which threads and child processes may still end."""

own_threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
"""The threads of the examinee itself."""


class Inspection:
    """One process, from before the answer cell to now."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.descriptors: set[int] = set()
        self.settings: dict[str, Any] = {}
        self.modules: set[str] = set()
        self.home = os.getcwd()

    def begin(self) -> None:
        """Note how everything is."""
        self.watch.begin()
        self.modules = set(sys.modules)
        self.descriptors = open_descriptors()
        self.settings = settings.snapshot()

    def findings(self, allowed: str | None = None) -> list[str]:
        """What is not as it was. Files below the folder `allowed` may be left: they are what the task asks for."""
        tasks = coroutines.close()
        gc.collect()
        found = [f"left {tasks} asyncio task{'s' * (tasks != 1)} running"] if tasks else []
        found += _threads_left() + _children_left()
        found += self._left_open() + self._files_left(allowed)
        found += [f"changed {name}" for name in settings.changes(self.settings, settings.snapshot())[:20]]
        found += list(self.watch.strangers)
        return found + [f"imported {name}, which is not in the standard library" for name in self._foreign_modules()]

    def _left_open(self) -> list[str]:
        sockets, things = list(self.watch.sockets), [f"left {thing}" for thing in self.watch.things]
        alive = {sock.fileno(): sock for sock in list(self.watch.alive) if sock.fileno() >= 0}
        for descriptor in sorted(open_descriptors() - self.descriptors):
            if descriptor in alive:
                sockets.append(self.watch.describe(alive[descriptor]))
            elif not lent.is_lent(descriptor):
                things.append(f"left {kind_of(descriptor)} open")
        if sockets:
            count = f"{len(sockets)} socket{'s' * (len(sockets) != 1)}"
            things.insert(0, f"left {count} open: {', '.join(sockets[:10])}")
        return list(dict.fromkeys(things))

    def _files_left(self, allowed: str | None) -> list[str]:
        here = {os.path.join(self.home, name) for name in os.listdir(self.home)} if os.path.isdir(self.home) else set()
        left = sorted(path for path in self.watch.written | here if os.path.lexists(path))
        if allowed:
            folder = os.path.abspath(allowed)
            left = [path for path in left if os.path.commonpath([path, folder]) != folder]
        return [f"left the file {os.path.basename(path)!r} behind" for path in left[:10]]

    def _foreign_modules(self) -> list[str]:
        library = os.path.dirname(os.__file__)
        foreign = []
        for name in sys.modules.keys() - self.modules:
            file = getattr(sys.modules[name], "__file__", None)
            if isinstance(file, str) and not file.startswith(library + os.sep):
                foreign.append(name.partition(".")[0])
        return sorted(set(foreign))[:10]


def _threads_left() -> list[str]:
    deadline = time.monotonic() + GRACE
    for thread in _students_threads():
        thread.join(max(0.0, deadline - time.monotonic()))
    if left := _students_threads():
        return [f"left {len(left)} thread{'s' * (len(left) != 1)} running: {', '.join(t.name for t in left[:5])}"]
    while (extra := _count_of_threads() - sum(thread.is_alive() for thread in own_threads)) > 0:
        if time.monotonic() > deadline:
            return [f"left {extra} thread{'s' * (extra != 1)} running"]
        time.sleep(0.01)
    return []


def _count_of_threads() -> int:
    """All threads but the main one. The system knows of a new one before `_thread._count` does."""
    if os.path.isdir("/proc/self/task"):
        return len(os.listdir("/proc/self/task")) - 1
    return _thread._count()


def _students_threads() -> list[threading.Thread]:
    ours = {threading.main_thread(), threading.current_thread(), *own_threads}
    return [thread for thread in threading.enumerate() if thread not in ours]


def _children_left() -> list[str]:
    if not hasattr(os, "waitid"):
        return []
    deadline = time.monotonic() + GRACE
    try:
        while os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None and time.monotonic() < deadline:
            time.sleep(0.01)
    except ChildProcessError:
        return []
    return ["left a child process behind that it did not wait for"]
