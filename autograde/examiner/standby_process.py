"""The process that stands by, as a runner's owner sees it: started when first needed, started anew should it be lost.

    runner = standing_by().begin(...)

There is one for each process that examines. It tries to make sandboxes; where the system forbids them, another one is
started that forks runners whose examinees are plain processes, and `why_no_sandbox` has the sentence for a person.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from autograde.examiner.errors import ExaminerError
from autograde.examiner.forbidden import sentence_for

LARGEST = 60_000
"""Characters of cells that are told to the process that stands by, in one message with everything else."""

READY = 60.0
"""Seconds in which it must have imported everything, even on a very busy machine."""

_BOOT = """
import json, sys
told = json.load(sys.stdin)
inside = type(sys)("inside")
inside.__path__ = [told.pop("examiner")]
sys.modules["inside"] = inside
from inside.standby import main
main(**told)
"""
_EXAMINER = str(Path(__file__).parent)
_lock = threading.Lock()
_standing: list[Standby] = []
_retired: list[Standby] = []
_broken_off = threading.Event()
_refused: list[str] = []
"""Why this system makes no sandboxes, once that is known."""


class Standby:
    """One such process. `trouble` says why it did not come to stand by; it is gone then."""

    def __init__(self, *, isolated: bool) -> None:
        self.owner = os.getpid()
        self.isolated = isolated
        self.trouble = ""
        self._known: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._place = tempfile.mkdtemp(prefix="loopback-", dir="/tmp")
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        os.mkdir(os.path.join(self._place, "room"))
        os.mkdir(os.path.join(self._place, "shared"))
        with tempfile.TemporaryFile() as errors:
            self._process = self._started(theirs, errors.fileno())
            theirs.close()
            self._line.settimeout(READY)
            said = self._heard()
            if said != "ready":
                self.close()
                errors.seek(0)
                last_words = errors.read()[-2000:].decode("utf-8", "replace")
                self.trouble = said.removeprefix("failed ") or f"it ended before it was ready: {last_words}"

    def _started(self, line: socket.socket, errors: int) -> subprocess.Popen[bytes]:
        # An examinee finds in /proc/self/environ what its forebear was started with.
        kept = {name: os.environ[name] for name in ("TZ",) if name in os.environ}
        process = subprocess.Popen(
            # Not a venv's executable, which stands for packages: those of the course come later, by their path.
            [getattr(sys, "_base_executable", sys.executable), "-I", "-S", "-X", "utf8", "-c", _BOOT],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, pass_fds=[line.fileno()],
            env={**kept, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, cwd="/", start_new_session=True,
        )  # fmt: skip
        told = {
            "examiner": _EXAMINER, "control": line.fileno(), "place": self._place, "path": sys.path,
            "isolated": self.isolated,
        }  # fmt: skip
        assert process.stdin is not None
        with process.stdin as stdin:
            stdin.write(json.dumps(told).encode())
        return process

    def begin(self, descriptors: list[int], folder: str, names: list[str], cells: Mapping[str, str]) -> int:
        """Fork a runner with these three as its stdin, stdout and stderr. Returns its process id.

        It will use these names of `autograde`, and run these cells (sources, by grade id).
        """
        new = {one: source for one, source in cells.items() if (one, source) not in self._known}
        if sum(map(len, new.values())) > LARGEST:  # it compiles them by itself
            new = {}
        self._known |= new.items()
        request: dict[str, object] = {"do": "begin", "folder": folder, "names": names, "cells": new}
        request["environment"] = dict(os.environ)
        return int(self._asked(request, descriptors))

    def end(self, pid: int) -> None:
        """Kill what is left of a runner and of all that it started."""
        self._asked({"do": "end", "pid": pid}, [])

    def _asked(self, request: dict[str, object], descriptors: list[int]) -> str:
        with self._lock:
            try:
                socket.send_fds(self._line, [json.dumps(request).encode()], descriptors)
            except OSError as error:
                raise ExaminerError(f"the process that stands by is gone: {error}") from error
            if not (said := self._heard()):
                raise ExaminerError("the process that stands by is gone")
            return said

    def _heard(self) -> str:
        try:
            return self._line.recv(4096).decode("utf-8", "replace")
        except OSError:
            return ""

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def is_there(self) -> bool:
        """It can be asked."""
        return self.owner == os.getpid() and self._process.poll() is None

    def close(self) -> None:
        """End it, and with it all that it forked."""
        if self.owner == os.getpid():
            self._line.close()
            self._process.kill()
            self._process.wait()
            shutil.rmtree(self._place, ignore_errors=True)


class Alone:
    """Where processes cannot be forked this way (macOS, Windows; not tried): each runner is a fresh interpreter."""

    isolated = False

    def __init__(self) -> None:
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def begin(self, descriptors: list[int], folder: str, names: list[str], cells: Mapping[str, str]) -> int:
        """Start a runner with these three as its stdin, stdout and stderr. Returns its process id."""
        stdin, stdout, stderr = descriptors
        process = subprocess.Popen(
            [sys.executable, "-I", os.path.join(_EXAMINER, "runner.py")],
            stdin=stdin, stdout=stdout, stderr=stderr, cwd=folder, start_new_session=True,
        )  # fmt: skip
        self._running[process.pid] = process
        return process.pid

    def end(self, pid: int) -> None:
        """Kill what is left of a runner, and of its process group where there are such."""
        process = self._running.pop(pid)
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(pid, signal.SIGKILL)
        process.wait()


def standing_by(*, sandbox: bool = True) -> Standby | Alone:
    """What forks runners, with sandboxes if they are wanted and can be had. Raises `ExaminerError`."""
    if sys.platform != "linux":
        return Alone()
    with _lock:
        if _broken_off.is_set():
            raise ExaminerError("the examination was broken off")
        if sandbox and not _refused:
            found = _found(isolated=True)
            if not found.trouble:
                return found
            _refused.append(found.trouble)
        found = _found(isolated=False)
        if found.trouble:
            raise ExaminerError(f"no process could be started for the checks: {found.trouble}")
        return found


def retire(one: Standby | Alone) -> None:
    """Ask it for nothing more; it ends when this process does."""
    with _lock:
        if isinstance(one, Standby) and one in _standing:
            _standing.remove(one)
            _retired.append(one)


def why_no_sandbox() -> str:
    """One sentence that says what keeps this system from sandboxes, and how to allow them; "" if nothing does."""
    if sys.platform != "linux":
        return f"There is no sandbox on {sys.platform}: grade in a container or a virtual machine with Linux."
    standing_by()
    return sentence_for(_refused[0]) if _refused else ""


def _found(*, isolated: bool) -> Standby:
    """One that is there, or a new one; what was lost (killed, or forked away from) is cleared away."""
    for one in [one for one in _standing if not one.is_there]:
        _standing.remove(one)
        one.close()
    for one in _standing:
        if one.isolated == isolated:
            return one
    made = Standby(isolated=isolated)
    if not made.trouble:
        _standing.append(made)
    return made


def break_off() -> None:
    """End all examinations of this process at once, and let none begin."""
    _broken_off.set()
    end_all()


def go_on() -> None:
    """Let examinations begin again."""
    _broken_off.clear()


def end_all() -> None:
    """End all that stand by in this process; the next request starts a new one."""
    for some in (_standing, _retired):
        while some:
            some.pop().close()


atexit.register(end_all)
