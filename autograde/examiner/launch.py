"""How an examinee comes into being where it is not forked into a sandbox (sandboxed.py), as in a student's notebook.

`launch` starts a fresh, isolated interpreter (`python -I -S`: no site-packages, no environment variables, no current
directory on its path) whose only ways out are the line to the examiner, a pipe for what it prints, and a pipe on which
faulthandler tells where it hangs. A runner in official grading replaces it by `launch_with`.

Run on Linux. macOS takes the same way; Windows another, which has not been run: it has no process groups to kill and no
signal to ask a deaf process where it is.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from autograde.examiner.errors import ExaminerError
from autograde.examiner.examinee.channel import Channel
from autograde.examiner.examinee.sharing import SharingChannel
from autograde.examiner.pipe import Pipe

_BOOT = """
import sys
package = type(sys)("examinee")
package.__path__ = [sys.argv[1]]
sys.modules["examinee"] = package
from examinee.main import main as serve
package.__path__ = []
for name in [name for name in sys.modules if name.partition(".")[0] == "examinee"]:
    del sys.modules[name]
line, witness = map(int, sys.argv[2:])
sys.argv[:] = ["answer"]
del sys, package, name
serve(line, witness)
"""
_NONE = -1

PROGRAM = Path(__file__).parent / "examinee"
"""The files that are loaded into the examinee."""


class Process(Protocol):
    """A process with all that it starts, as `Launched` needs it; `wait` is that of subprocess.Popen."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def reason(self) -> str:
        """Why it was ended, if not by us and not by itself: "used more than …"; "" otherwise."""

    def send_signal(self, number: int) -> None:
        """Send it a signal."""

    def kill(self) -> None:
        """Kill it and all it started."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, or -signal."""

    def close(self) -> None:
        """Give back what it needed, after its end."""


@dataclass
class Launched:
    """A running process: the line to it, and the pipes from which its output and its last words are read.

    `life` is a descriptor that becomes readable when the process ends, where the system has such a thing.
    """

    process: Process
    channel: Channel
    output: Pipe
    witness: Pipe | None
    life: int | None = None

    def cpu_seconds(self) -> float | None:
        """Processor time that the process has used so far; None where only the process itself could tell.

        Linux has a clock for each process, whose number clock_getcpuclockid(3) makes in this way.
        """
        if sys.platform == "linux":
            with suppress(OSError):
                return time.clock_gettime(~self.process.pid << 3 | 2)
        return None

    def end(self, patience: float = 0.0) -> int:
        """Kill the process and all it started, after `patience` seconds to end by itself. Its exit code, or -signal."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self.process.kill()
        return self.process.wait()

    def close(self) -> None:
        """Give back what the process needed, after its end."""
        self.channel.close()
        self.output.close()
        if self.witness is not None:
            self.witness.close()
        if self.life is not None:
            os.close(self.life)
        self.process.close()


class Separate(subprocess.Popen[bytes]):
    """A process of its own, with a folder of its own, which leads a process group where there are such."""

    reason = ""

    def __init__(self, home: str, command: list[str], **how: Any) -> None:
        self.home = home
        super().__init__(command, cwd=home, env=_environment(home), **how)

    def kill(self) -> None:
        """Kill it and its group."""
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                super().kill()
            else:
                os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Remove its folder."""
        shutil.rmtree(self.home, ignore_errors=True)


def launch() -> Launched:
    """Start an examinee. Raises `ExaminerError` if the system does not let us."""
    return _launchers[-1]()


def launch_with(launcher: Callable[[], Launched]) -> Callable[[], Launched]:
    """From now on, `launch` is this. Returns what it was."""
    _launchers.append(launcher)
    return _launchers[-2]


def _launch_separately() -> Launched:
    home = tempfile.mkdtemp(prefix="examinee-")
    try:
        return _launch_on_windows(home) if sys.platform == "win32" else _launch(home)
    except OSError as error:
        shutil.rmtree(home, ignore_errors=True)
        raise ExaminerError(f"no process could be started for the answer cell: {error}") from error


_launchers: list[Callable[[], Launched]] = [_launch_separately]


def _launch(home: str) -> Launched:
    ours, theirs = socket.socketpair()
    output, printed = os.pipe()
    witness, told = os.pipe()
    try:
        process = Separate(
            home, _command(theirs.fileno(), told), stdin=subprocess.DEVNULL, stdout=printed, stderr=printed,
            pass_fds=(theirs.fileno(), told), start_new_session=True,
        )  # fmt: skip
    except OSError:
        ours.close()
        os.close(output)
        os.close(witness)
        raise
    finally:
        theirs.close()
        os.close(printed)
        os.close(told)
    life = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else None
    return Launched(process, Channel(ours), Pipe(output), Pipe(witness), life)


def _launch_on_windows(home: str) -> Launched:
    """The line is handed over through stdin, as only the running process can be told of it."""
    ours, theirs = socket.socketpair()
    output, printed = os.pipe()
    process = Separate(home, _command(_NONE, _NONE), stdin=subprocess.PIPE, stdout=printed, stderr=printed)
    os.close(printed)
    assert process.stdin is not None
    with process.stdin as stdin, theirs:
        stdin.write(theirs.share(process.pid))  # type: ignore[attr-defined]
    return Launched(process, SharingChannel(ours, process.pid), Pipe(output), None)


def _command(line: int, witness: int) -> list[str]:
    python = sys.executable
    if sys.platform == "win32":  # there a venv's python only starts another process, and the line is for that one
        python = getattr(sys, "_base_executable", python)
    return [python, "-I", "-S", "-X", "utf8", "-c", _BOOT, str(PROGRAM), str(line), str(witness)]


def _environment(home: str) -> dict[str, str]:
    """What a program needs, and nothing that would make it behave differently on another machine (proxies, locale)."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TZ") if name in os.environ}
    return {**kept, "HOME": home, "TMPDIR": home, "TEMP": home, "TMP": home, "LANG": "C.UTF-8"}
