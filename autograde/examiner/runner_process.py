"""One runner as `examine` sees it: a process that gets the whole plan at its start and sends sealed reports.

It is forked by the process that stands by (standby_process.py), which also ends it and all that it started.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import IO, Any

from autograde.examiner.errors import ExaminerError
from autograde.examiner.reports import Report, Seal
from autograde.examiner.standby_process import retire, standing_by

END_DEADLINE = 3.0
"""Seconds that the runner gets to end by itself after its last verdict."""

LONGEST = 64 * 1024 * 1024
"""Bytes that one report may have."""


class RunnerProcess:
    """A runner of `request`, which is plain data; a context manager, at whose end the process is gone.

    `names` are those of the `autograde` package that its checks import. `forged` counts the lines among the reports
    that the runner did not write; `is_sandboxed` tells where the answers run.
    """

    def __init__(self, request: dict[str, Any], names: list[str], *, sandbox: bool = True) -> None:
        key = secrets.token_hex(32)
        self._request = json.dumps({**request, "key": key}).encode("ascii")
        self._names = names
        self._cells = {check["grade_id"]: check["source"] for check in request["checks"]}
        self._seal = Seal(key)
        self._reports: queue.SimpleQueue[Report | None] = queue.SimpleQueue()
        self._loss = ""
        self._wants_sandbox = sandbox
        self.forged = 0

    @property
    def is_sandboxed(self) -> bool:
        """Whether the student's code is locked in."""
        return self._standby.isolated

    def __enter__(self) -> RunnerProcess:
        self._folder = tempfile.TemporaryDirectory(prefix="checks-")
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        try:
            self._begin()
        except BaseException:
            self._errors.close()
            self._folder.cleanup()
            raise
        self._reader = threading.Thread(target=self._read_reports, daemon=True)
        self._reader.start()
        self._hand_over_the_request()
        return self

    def _begin(self) -> None:
        (plan, self._plan), (self._lines, reports) = os.pipe(), os.pipe()
        try:
            self._fork([plan, reports, self._errors.fileno()])
        except BaseException:
            os.close(self._plan)
            os.close(self._lines)
            raise
        finally:
            os.close(plan)
            os.close(reports)

    def _fork(self, descriptors: list[int]) -> None:
        """Ask what stands by; should that just have been lost, ask another."""
        self._standby = standing_by(sandbox=self._wants_sandbox)
        try:
            self._pid = self._standby.begin(descriptors, self._folder.name, self._names, self._cells)
        except ExaminerError:
            self.distrust()
            self._standby = standing_by(sandbox=self._wants_sandbox)
            self._pid = self._standby.begin(descriptors, self._folder.name, self._names, self._cells)

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

    def distrust(self) -> None:
        """Let no other runner be forked where this one was."""
        retire(self._standby)

    def how_it_was_lost(self) -> str:
        """What happened, and the end of what the runner wrote to stderr: the reason, when Python itself gave up."""
        self._errors.seek(0)
        return f"{self._loss}\n{self._errors.read()[-4000:].decode('utf-8', 'replace')}".strip()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._loss and not kind:
            self._reader.join(END_DEADLINE)
        with suppress(ExaminerError):  # if what stands by is gone, so are all that it forked
            self._standby.end(self._pid)
        self._reader.join(END_DEADLINE)
        if not self._reader.is_alive():  # else somebody who has got away holds the pipe, and only a thread waits for it
            os.close(self._lines)
        self._errors.close()
        self._folder.cleanup()

    def _hand_over_the_request(self) -> None:
        # A pipe that is broken already means that it died: the reports end, and its last words tell why.
        with suppress(BrokenPipeError), open(self._plan, "wb") as plan:
            plan.write(self._request)

    def _read_reports(self) -> None:
        with open(self._lines, "rb", closefd=False) as lines:
            while line := lines.readline(LONGEST):
                if line == b"\n":
                    continue
                if (report := self._seal.open(line)) is not None:
                    self._reports.put(report)
                else:
                    self.forged += 1
        self._reports.put(None)


@contextmanager
def started(request: dict[str, Any], names: list[str], *, sandbox: bool, deadline: float) -> Iterator[RunnerProcess]:
    """A block with a runner that has said that it is ready. Raises `ExaminerError` when none can be had.

    If the first does not come so far, what forked it is distrusted, and another one is asked.
    """
    lost = ""
    for _ in range(2):
        with RunnerProcess(request, names, sandbox=sandbox) as runner:
            if runner.next_report(deadline) is not None:
                yield runner
                return
            lost = runner.how_it_was_lost()
            runner.distrust()
    raise ExaminerError(lost)
