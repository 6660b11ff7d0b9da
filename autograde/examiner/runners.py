"""Forking runners: what the process that stands by does once it has imported everything.

Requests are JSON on `line`, one a message, each answered by one: "begin" (with the descriptors of the runner's stdin,
stdout and stderr, the folder it works in, its environment variables, names of the `autograde` package that its checks
import, and check cells that it was not told before) is answered with its process id, "end" with nothing but that it is
over, and with it all that it started.
"""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import socket
import sys
import traceback
from contextlib import suppress
from typing import Any, NoReturn

import autograde
from autograde.examiner import offspring, runner, sandboxed
from autograde.examiner.launch import launch
from autograde.examiner.nursery import system

LONGEST = 1 << 18
"""Bytes of a request at most; environment variables are the most of it."""


def serve(line: socket.socket, requests: socket.socket | None, place: str) -> None:
    """Fork runners for whoever is at the other end of `line`, until they are gone.

    With `requests`, which leads to the nursery, runners are in sandboxes; folders shared with the student's code are
    then at `place`. The first message says "ready", or what is in the way.
    """
    trouble = _trouble_with(requests, place) if requests is not None else ""
    line.send(f"failed {trouble}".encode() if trouble else b"ready")
    running: set[int] = set()
    with offspring.adopting():
        while not trouble:
            message, descriptors, _, _ = socket.recv_fds(line, LONGEST, 3, socket.MSG_CMSG_CLOEXEC)
            if not message:
                break
            request = json.loads(message)
            if request["do"] == "begin":
                running.add(pid := _begin(request, descriptors, line, requests, place))
            else:
                _end(pid := request["pid"])
                running.remove(pid)
                offspring.end(running)
            line.send(b"%d" % pid)


def _begin(
    request: dict[str, Any], descriptors: list[int], line: socket.socket, requests: socket.socket | None, place: str
) -> int:
    """Fork a runner and return its process id."""
    for name in request["names"]:
        getattr(autograde, name, None)  # imported here once, it is there in every runner that follows
    for cell, source in request["cells"].items():
        with suppress(SyntaxError):  # the runner will find that, too
            runner.compiled(source, runner.filename_of(cell))
    gc.freeze()
    if (pid := os.fork()) == 0:
        line.close()
        _run(request, descriptors, requests, place)
    for descriptor in descriptors:
        os.close(descriptor)
    return pid


def _run(request: dict[str, Any], descriptors: list[int], requests: socket.socket | None, place: str) -> NoReturn:
    """In the fork: become a runner, and end with it."""
    code = 1
    try:
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.setsid()
        system.die_with_parent()
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        random.seed()
        if requests is not None:
            sandboxed.enter(requests, place)
        else:
            offspring.hide()
        runner.main()
        code = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(code)


def _end(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _trouble_with(requests: socket.socket, place: str) -> str:
    """What keeps this system from making a sandbox, found out by making one; "" if nothing does."""
    made = requests.recv(LONGEST).decode("utf-8", "replace")
    if made != "ready":
        return made or "the nursery ended"
    told, says = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            sandboxed.enter(requests, place)
            launched = launch()
            launched.end()
            launched.close()
        except Exception as error:
            os.write(says, str(error).encode("utf-8", "replace"))
        os._exit(0)
    os.close(says)
    with open(told, "rb") as pipe:
        trouble = pipe.read().decode("utf-8", "replace")
    os.waitpid(pid, 0)
    return trouble
