"""The one place that knows how an examinee comes into being.

`launch` starts a fresh, isolated interpreter (`python -I -S`: no site-packages, no environment variables, no current
directory on its path) whose only ways out are the line to the examiner, a pipe for what it prints, and a pipe on which
faulthandler tells where it hangs. To fork it from a warm process, or to put it into a sandbox, replace this function.

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
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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


@dataclass
class Launched:
    """A running process: the line to it, and the pipes from which its output and its last words are read.

    `life` is a descriptor that becomes readable when the process ends, where the system has such a thing.
    """

    process: subprocess.Popen[bytes]
    channel: Channel
    output: Pipe
    witness: Pipe | None
    home: str
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
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self.process.kill()
            else:
                os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()

    def close(self) -> None:
        """Give back what the process needed, after its end."""
        self.channel.close()
        self.output.close()
        if self.witness is not None:
            self.witness.close()
        if self.life is not None:
            os.close(self.life)
        shutil.rmtree(self.home, ignore_errors=True)


def launch() -> Launched:
    """Start an examinee. Raises `ExaminerError` if the system does not let us."""
    home = tempfile.mkdtemp(prefix="examinee-")
    try:
        return _launch_on_windows(home) if sys.platform == "win32" else _launch(home)
    except OSError as error:
        shutil.rmtree(home, ignore_errors=True)
        raise ExaminerError(f"no process could be started for the answer cell: {error}") from error


def _launch(home: str) -> Launched:
    ours, theirs = socket.socketpair()
    output, printed = os.pipe()
    witness, told = os.pipe()
    try:
        process = subprocess.Popen(
            _command(theirs.fileno(), told), stdin=subprocess.DEVNULL, stdout=printed, stderr=printed,
            pass_fds=(theirs.fileno(), told), cwd=home, env=_environment(home), start_new_session=True,
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
    return Launched(process, Channel(ours), Pipe(output), Pipe(witness), home, life)


def _launch_on_windows(home: str) -> Launched:
    """The line is handed over through stdin, as only the running process can be told of it."""
    ours, theirs = socket.socketpair()
    output, printed = os.pipe()
    process = subprocess.Popen(
        _command(_NONE, _NONE), stdin=subprocess.PIPE, stdout=printed, stderr=printed, cwd=home, env=_environment(home)
    )
    os.close(printed)
    assert process.stdin is not None
    with process.stdin as stdin, theirs:
        stdin.write(theirs.share(process.pid))  # type: ignore[attr-defined]
    return Launched(process, SharingChannel(ours, process.pid), Pipe(output), None, home)


def _command(line: int, witness: int) -> list[str]:
    python = sys.executable
    if sys.platform == "win32":  # there a venv's python only starts another process, and the line is for that one
        python = getattr(sys, "_base_executable", python)
    return [python, "-I", "-S", "-X", "utf8", "-c", _BOOT, str(PROGRAM), str(line), str(witness)]


def _environment(home: str) -> dict[str, str]:
    """What a program needs, and nothing that would make it behave differently on another machine (proxies, locale)."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TZ") if name in os.environ}
    return {**kept, "HOME": home, "TMPDIR": home, "TEMP": home, "TMP": home, "LANG": "C.UTF-8"}
