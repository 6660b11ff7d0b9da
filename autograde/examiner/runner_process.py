"""One runner as `examine` sees it: a process that gets the whole plan at its start and sends sealed reports.

What the runner's process could not end itself, because it was killed, is ended here (see offspring.py).
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from autograde.examiner import offspring
from autograde.examiner.reports import Report, Seal

END_DEADLINE = 3.0
"""Seconds that the runner gets to end by itself after its last verdict."""

LONGEST = 64 * 1024 * 1024
"""Bytes that one report may have."""

RUNNER = Path(__file__).parent / "runner.py"

_running: set[int] = set()
_starting_or_ending = threading.Lock()


class RunnerProcess:
    """A runner of `request`, which is plain data; a context manager, at whose end the process is gone.

    `forged` counts the lines among the reports that the runner did not write.
    """

    def __init__(self, request: dict[str, Any]) -> None:
        key = secrets.token_hex(32)
        self._request = json.dumps({**request, "key": key}).encode("ascii")
        self._seal = Seal(key)
        self._reports: queue.SimpleQueue[Report | None] = queue.SimpleQueue()
        self._loss = ""
        self._around = ExitStack()
        self.forged = 0

    def __enter__(self) -> RunnerProcess:
        self._folder = tempfile.TemporaryDirectory(prefix="checks-")
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        self._around.enter_context(offspring.adopting())
        with _starting_or_ending:
            self._not_mine = offspring.children()
            # Isolated (-I): neither the folder it runs in nor the environment may put a module in front of Python's.
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(RUNNER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=self._errors, cwd=self._folder.name, start_new_session=True,
            )  # fmt: skip
            _running.add(self._process.pid)
        self._reader = threading.Thread(target=self._read_reports, daemon=True)
        self._reader.start()
        self._hand_over_the_request()
        return self

    def next_report(self, deadline: float) -> Report | None:
        """The next report; None when the runner has ended or the deadline (in seconds) has passed."""
        try:
            report = self._reports.get(timeout=deadline)
        except queue.Empty:
            self._loss = f"The checks did not go on for {deadline:g} s and were cut off."
            return None
        if report is None:
            self._loss = "The process that runs the checks ended unexpectedly."
        return report

    def how_it_was_lost(self) -> str:
        """What happened, and the end of what the runner wrote to stderr: the reason, when Python itself gave up."""
        self._errors.seek(0)
        return f"{self._loss}\n{self._errors.read()[-4000:].decode('utf-8', 'replace')}".strip()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0 if self._loss or kind else END_DEADLINE)
        with _starting_or_ending:
            self._kill_the_whole_group()
            self._process.wait()
            _running.remove(self._process.pid)
            offspring.end(self._not_mine | _running)
        self._around.close()
        self._reader.join(END_DEADLINE)
        assert self._process.stdout is not None
        if not self._reader.is_alive():  # else somebody who has got away holds the pipe, and only a thread waits for it
            self._process.stdout.close()
        self._errors.close()
        self._folder.cleanup()

    def _kill_the_whole_group(self) -> None:
        """The runner leads a group of its own, so what it started ends with it. Windows has no groups."""
        if sys.platform == "win32":
            self._process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _hand_over_the_request(self) -> None:
        assert self._process.stdin is not None
        # A pipe that is broken already means that it died: the reports end, and its last words tell why.
        with suppress(BrokenPipeError), self._process.stdin as stdin:
            stdin.write(self._request)

    def _read_reports(self) -> None:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline(LONGEST):
            if line == b"\n":
                continue
            if (report := self._seal.open(line)) is not None:
                self._reports.put(report)
            else:
                self.forged += 1
        self._reports.put(None)
