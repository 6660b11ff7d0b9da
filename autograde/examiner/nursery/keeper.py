"""The keeper of one sandbox: process 1 of its PID namespace, whose end is the end of everything in it.

A sandbox serves one runner, hence one submission; the runner asks its keeper for examinees, each of which is forked
here and gets a mount namespace of its own. An examinee ends with all that it started: by itself, when the runner lets
go of its status socket, or when all processes of the sandbox together use more memory than they may. The student's code
cannot reach its keeper: signals from inside do nothing to process 1, and its privileges keep ptrace(2) away.

Messages on a status socket: "ready" (the examinee itself), "ended" with its exit code or minus its signal, "memory"
before that where it was the reason, "failed" and why.
"""

from __future__ import annotations

import array
import os
import resource
import select
import signal
import socket
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

MEMORY = 1 << 30
"""Bytes of memory that all processes of a sandbox may use together, files in /tmp not counted."""

LONGEST = 4096
"""Bytes of a message to or from the nursery and its keepers."""

SWARM = 16
"""Processes of one sandbox above which they get what others leave of the processors. No answer needs that many."""

_TICK = 50
"""Milliseconds between two looks around while an examinee is there."""

_PAGE = resource.getpagesize()


class Examinee:
    """One that is alive: its process, the pidfd of that, and the runner's wish to know."""

    def __init__(self, pid: int, status: socket.socket) -> None:
        self.pid, self.status = pid, status
        self.pidfd = os.pidfd_open(pid)


class Keeper:
    """Keeps examinees. `live` makes one out of a fork, given the descriptors of a request; it does not return."""

    def __init__(self, requests: socket.socket, live: Callable[[list[int]], NoReturn]) -> None:
        self.requests, self.live = requests, live
        self.examinees: list[Examinee] = []
        self.poll = select.poll()
        self.poll.register(requests, select.POLLIN)

    def run(self) -> None:
        """Serve the runner until it is gone."""
        while True:
            ready = {number for number, _ in self.poll.poll(_TICK if self.examinees else None)}
            if self.requests.fileno() in ready and not self._begin():
                return
            for one in tuple(self.examinees):
                if one.pidfd in ready or one.status.fileno() in ready:
                    self._end(one)
            if self.examinees and not ready:
                self._look_around()

    def _begin(self) -> bool:
        """Fork an examinee. False when nobody asks any more."""
        _, descriptors = received(self.requests)
        if not descriptors:
            return False
        status = socket.socket(fileno=os.dup(descriptors[-1]))
        try:
            if (pid := os.fork()) == 0:
                self.live(descriptors)
            self.examinees.append(one := Examinee(pid, status))
            self.poll.register(one.pidfd, select.POLLIN)
            self.poll.register(status, 0)  # only its hanging up is waited for
        except OSError as error:
            tell(status, f"failed {error}")
            status.close()
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return True

    def _end(self, one: Examinee) -> None:
        """End an examinee with all that it started, and tell how it ended."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(one.pidfd, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(one.pid, 0)[1])
        self.examinees.remove(one)
        self._end_strays()
        tell(one.status, f"ended {code}")
        for watched in (one.pidfd, one.status):
            self.poll.unregister(watched)
        os.close(one.pidfd)
        one.status.close()

    def _end_strays(self) -> None:
        """Kill whatever is below no examinee: what one left behind becomes a child of process 1."""
        if not self.examinees:
            with suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        known = {one.pid for one in self.examinees}
        while strays := [pid for pid in _own_children() if pid not in known]:
            for pid in strays:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def _look_around(self) -> None:
        """Let a swarm of processes wait for everybody else on the machine; end what takes too much memory."""
        processes = _processes()
        if len(processes) > SWARM:
            self._calm(processes)
        pages = 0
        for pid in processes:
            with suppress(OSError):
                pages += _own_pages(pid)
        if pages * _PAGE > MEMORY:
            for one in tuple(self.examinees):
                tell(one.status, "memory")
                self._end(one)

    def _calm(self, processes: list[int]) -> None:
        """Whole process groups first: one call each, so that this process is not kept from it by the swarm itself."""
        for kind, numbers in ((os.PRIO_PGRP, [one.pid for one in self.examinees]), (os.PRIO_PROCESS, processes)):
            for number in numbers:
                with suppress(OSError):
                    os.setpriority(kind, number, 19)


def received(sock: socket.socket) -> tuple[bytes, list[int]]:
    """A message and the descriptors that came with it; none at the end."""
    found = array.array("i")
    message, notes, _, _ = sock.recvmsg(LONGEST, socket.CMSG_SPACE(8 * found.itemsize), socket.MSG_CMSG_CLOEXEC)
    for _, _, data in notes:
        found.frombytes(data)
    return message, found.tolist()


def tell(status: socket.socket, message: str) -> None:
    """Tell the runner, if it still listens."""
    with suppress(OSError):
        status.send(message.encode("utf-8", "replace")[:LONGEST])


def _own_children() -> list[int]:
    """The children of this process, which is process 1 here."""
    found = []
    for pid in _processes():
        with suppress(OSError), open(f"/proc/{pid}/stat", "rb", buffering=0) as stat:
            if stat.read(1000).rpartition(b")")[2].split()[1] == b"1":
                found.append(pid)
    return found


def _processes() -> list[int]:
    """All processes of the sandbox but this one."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]


def _own_pages(pid: int) -> int:
    """Pages of memory that a process has for itself, and not as a part of some file."""
    with open(f"/proc/{pid}/statm", "rb", buffering=0) as numbers:
        _, resident, shared, *_ = map(int, numbers.read(200).split())
    return resident - shared
