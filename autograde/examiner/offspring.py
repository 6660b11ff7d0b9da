"""Processes that the student's code has started, ended with the examination even if they went to great lengths to stay.

A process that forks twice and leaves its session is nobody's child any more, and could meddle with the next
examination. Linux can be asked to give such orphans to us instead (PR_SET_CHILD_SUBREAPER, prctl(2)). Whatever the
student's code starts is in a session of its own, as each examinee is; that tells it from our own child processes.
Other systems have nothing like it: there this file does nothing.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

PATIENCE = 1.5
"""Seconds that ending all of them may take: while some are ended, others may start new ones."""

_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36

_lock = threading.Lock()
_adopting = 0


def hide() -> None:
    """Keep other processes of the same user out of /proc/<pid>/fd and /proc/<pid>/mem of this one (PR_SET_DUMPABLE)."""
    _prctl(_PR_SET_DUMPABLE, 0)


@contextmanager
def adopting() -> Iterator[None]:
    """A block in which orphans among our descendants become our children. Blocks may overlap."""
    _count_adopting(1)
    try:
        yield
    finally:
        _count_adopting(-1)


def children() -> set[int]:
    """The child processes of this one that are in another session."""
    ours, session = os.getpid(), os.getsid(0) if hasattr(os, "getsid") else 0
    found = set()
    for name in os.listdir("/proc") if sys.platform == "linux" else ():
        with suppress(OSError, ValueError, IndexError):
            parent, _, its_session = _relations(int(name))
            if parent == ours and its_session != session:
                found.add(int(name))
    return found


def end(spared: Collection[int] = ()) -> None:
    """Kill and reap the children in other sessions, and theirs, which become ours by that; not those `spared`."""
    deadline = time.monotonic() + PATIENCE
    while (strays := children().difference(spared)) and time.monotonic() < deadline:
        for pid in strays:
            with suppress(ProcessLookupError, PermissionError):  # the latter for a program that changed its user
                os.kill(pid, signal.SIGKILL)
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)


def _relations(pid: int) -> tuple[int, int, int]:
    """Parent, process group and session: what follows the name in proc_pid_stat(5), which may itself hold anything."""
    with open(f"/proc/{pid}/stat", "rb") as stat:
        _, parent, group, session = stat.read().rpartition(b")")[2].split()[:4]
    return int(parent), int(group), int(session)


def _count_adopting(change: int) -> None:
    global _adopting
    with _lock:
        _adopting += change
        _prctl(_PR_SET_CHILD_SUBREAPER, int(_adopting > 0))


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        with suppress(ImportError, AttributeError, OSError):  # a Python that was built without ctypes
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
