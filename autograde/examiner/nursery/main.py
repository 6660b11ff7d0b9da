"""The nursery: a process that has imported everything once; sandboxes and the examinees in them are its forks.

A request comes from a runner that has just begun, on a socket that all runners of this examiner share. It holds the
name of the folder that the checks share with the student's code, and three descriptors: the runner's end of a socket to
its keeper, its network namespace, the mount of the folder. The answer comes on the socket to the keeper: "keeper" with
a pidfd of process 1 of the sandbox, then "ready"; or "failed" and the reason.
"""

from __future__ import annotations

import gc
import importlib
import io
import itertools
import os
import signal
import socket
import sys
from contextlib import suppress

from ..examinee import main as examinee
from . import keeper, locks, room, system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

IMPORTED = (
    "asyncio", "collections", "contextlib", "dataclasses", "datetime", "enum", "functools", "hashlib", "io",
    "itertools", "json", "logging", "math", "queue", "random", "re", "select", "selectors", "socket", "ssl", "string",
    "struct", "textwrap", "threading", "time", "traceback", "types", "typing", "zlib",
)  # fmt: skip
"""What answers usually import. A package whose parts have to be imported by name (`urllib`, `email`) is not among them:
an answer that forgets one must fail here as it does in a notebook."""

_NEW = (
    system.CLONE_NEWUSER | system.CLONE_NEWNS | system.CLONE_NEWPID | system.CLONE_NEWIPC | system.CLONE_NEWUTS
)  # fmt: skip
_kept: list[object] = []


def serve(requests: socket.socket, place: str) -> NoReturn:
    """Make a sandbox for each request, until nobody can send one any more. `place` is an empty folder."""
    for name in IMPORTED:
        importlib.import_module(name)
    system.adopt_orphans()
    system.die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped without our doing
    may_choose = locks.may_choose_users()
    system.unshare(system.CLONE_NEWNS)
    room.enter(place)
    hide_itself()
    gc.freeze()
    requests.send(b"ready")
    for number in itertools.count():
        message, descriptors = keeper.received(requests)
        if not descriptors:
            break
        if os.fork() == 0:
            requests.close()
            _make_sandbox(os.fsdecode(message), descriptors, number if may_choose else None)
        for descriptor in descriptors:
            os.close(descriptor)
    os._exit(0)


def hide_itself() -> None:
    """Let `import` and `__main__` of the student's code find nothing of ours."""
    package = __name__.partition(".")[0]
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
    _kept.append(sys.modules["__main__"])  # its names would be cleared with it
    sys.modules["__main__"] = type(sys)("__main__")


def _make_sandbox(shared_at: str, descriptors: list[int], number: int | None) -> NoReturn:
    """In the fork: make the namespaces, leave a keeper behind in them, end. `number`: see `locks.become_user`."""
    line, network, shared = descriptors
    runner = socket.socket(fileno=line)
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        system.setns(network, system.CLONE_NEWNET)
        os.close(network)
        user, group = locks.become_user(number)
        system.unshare(_NEW)
        system.set_dumpable(True)  # or the files of /proc/self would not be this user's
        locks.map_users("self", f"{room.USER} {user} 1", f"{room.USER} {group} 1", may_set_groups=False)
        if (keeping := os.fork()) == 0:
            _keep(runner, shared, shared_at)
        socket.send_fds(runner, [b"keeper"], [os.pidfd_open(keeping)])
    except BaseException as error:
        keeper.tell(runner, f"failed {error}")
    os._exit(0)


def _keep(runner: socket.socket, shared: int, shared_at: str) -> NoReturn:
    """In process 1 of the sandbox."""
    try:
        room.furnish(shared)
        system.set_dumpable(False)
        runner.send(b"ready")
        keeper.Keeper(runner, lambda descriptors: _live(descriptors, shared_at)).run()
    except BaseException as error:
        keeper.tell(runner, f"failed {error}")
    os._exit(0)


def _live(descriptors: list[int], shared_at: str) -> NoReturn:
    """In the examinee: take its place, say that it is ready, and be it."""
    line, printed, told, last = descriptors
    status = socket.socket(fileno=last)
    try:
        os.setsid()
        system.set_dumpable(True)
        _take_streams(printed)
        _close_all_but({0, 1, 2, line, told, last})
        room.furnish_for_one(shared_at)
        locks.lock_in()
        os.environ.clear()
        os.environ.update(room.ENVIRONMENT)
        os.chdir(room.HOME)
        sys.argv[:] = ["answer"]
        importlib.import_module("random").seed()
        status.send(b"ready")
        status.close()
    except BaseException as error:
        keeper.tell(status, f"failed {error}")
        os._exit(1)
    try:
        examinee.main(line, told)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    os._exit(70)


def _take_streams(printed: int) -> None:
    """Open Python's streams anew: of those it had, it has noted whether they can be sought in."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor, number in ((nothing, 0), (printed, 1), (printed, 2)):
        os.dup2(descriptor, number)
    _kept.extend((sys.__stdin__, sys.__stdout__, sys.__stderr__))
    stdin, stdout, stderr = (
        io.TextIOWrapper(os.fdopen(number, f"{mode}b", closefd=False), "utf-8") for number, mode in enumerate("rww")
    )
    stderr.reconfigure(errors="backslashreplace", line_buffering=True)
    sys.stdin, sys.stdout, sys.stderr = stdin, stdout, stderr
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = stdin, stdout, stderr  # type: ignore[misc]


def _close_all_but(kept: set[int]) -> None:
    for number in map(int, os.listdir("/proc/self/fd")):
        if number not in kept:
            with suppress(OSError):  # that of the folder itself is closed already
                os.close(number)
