"""The meter: what a command takes, with everything that it starts."""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil  # type: ignore[import-untyped]

from autograde.classroom.bench.processor import ProcessorTime

LOOK = 1.0
"""Seconds between two looks at the memory. A look at a hundred processes takes some hundredths of a second."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took: seconds by the clock and by all processors (None where the system does not tell), and bytes.

    `memory` is the most that was seen at once, of all its processes. A page that several share counts once where the
    system tells (PSS of proc_pid_smaps(5)), and once for each of them where it does not. `own` is the processor time of
    the command's own process when it was last looked at.
    """

    wall: float
    cpu: float | None
    memory: int
    own: float = 0.0


class Failed(Exception):
    """The command gave an exit code that was not expected; the text is the end of what it said."""


def metered(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, good: Sequence[int] = (0,),
    watch: Callable[[], None] = lambda: None,
) -> tuple[Spent, str, str]:  # fmt: skip
    """Run a command in a folder. Returns what it took, and what it wrote to stdout and stderr.

    `watch` is called meanwhile, every `LOOK` seconds.

    Raises `Failed`. However it ends, none of its processes is left.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors, _Looking(watch) as looking:
        with ProcessorTime() as processor:
            began = time.perf_counter()
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=errors
            )
            looking.at(process.pid)
            try:
                code = process.wait()
                spent = Spent(time.perf_counter() - began, processor.seconds(), looking.most, looking.own)
            finally:
                looking.kill()
                process.kill()
                process.wait()
        said, complained = _text(out), _text(errors)
        if code not in good:
            raise Failed(f"exit code {code} of {' '.join(command[1:])}: {complained[-2000:].strip()}")
        return spent, said, complained


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


class _Looking:
    """A thread that looks at the memory of a process and its descendants. It is not counted, being there before."""

    def __init__(self, watch: Callable[[], None]) -> None:
        self.most = 0
        self.own = 0.0
        self._watch = watch
        self._process: psutil.Process | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Looking:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def at(self, pid: int) -> None:
        """Look at this one from now on."""
        with suppress(psutil.Error):
            self._process = psutil.Process(pid)

    def kill(self) -> None:
        """End what is left of the descendants."""
        for one in _family(self._process):
            with suppress(psutil.Error):
                one.kill()

    def _look(self) -> None:
        while not self._over.wait(LOOK / 10 if not self.most else LOOK):
            family = _family(self._process)
            self.most = max(self.most, sum(map(_memory, family)))
            self.own = max(self.own, *map(_seconds, family[:1]), 0.0)
            self._watch()


def _family(process: psutil.Process | None) -> list[psutil.Process]:
    with suppress(psutil.Error):
        if process is not None:
            return [process, *process.children(recursive=True)]
    return []


def _seconds(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _memory(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.memory_full_info().pss)
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0
