"""The examination of one submission: check cells and answers in, verdicts out; nothing else is read or written.

`examine` is a pure function, so it can run anywhere and many times. It executes only the check cells, which are the
instructor's, in a process of ours (`runner.py`); the student's answers run one process further away, behind
`submitted`. A cell that ends in any way but a verdict of its own (the runner died, or the last deadline passed) is
"infrastructure": our fault, never a zero.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from autograde.examiner.seat import Answer

CELL_DEADLINE = 60.0
"""Seconds that one check cell may take at most: the last resort, since its own deadlines are far shorter."""

START_DEADLINE = 60.0
"""Seconds in which the runner must have started, even on a very busy machine."""

END_DEADLINE = 2.0
"""Seconds that the runner gets to end by itself after its last verdict."""

BROKEN_DOWN = "The checks of this cell broke down. That is a fault of the course, not of your code: a person decides."

RUNNER = Path(__file__).parent / "runner.py"


@dataclass(frozen=True, slots=True)
class CheckCell:
    """A locked code cell of the source notebook. `points` is None for one that is run but not graded."""

    grade_id: str
    source: str
    points: float | None


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """What became of one claim ("pass", "fail", "infrastructure"), with the plain text of its story."""

    claim: str
    outcome: str
    story: str = ""


@dataclass(frozen=True, slots=True)
class CellVerdict:
    """What one graded cell earned: `points` of `max`, or None when a person must decide (outcome "infrastructure").

    `outputs` are notebook outputs of which nbgrader's `determine_grade` reads the same number. `trouble` is the
    traceback of a check that broke down: for authors and instructors only, since it quotes hidden source.
    """

    grade_id: str
    points: float | None
    max: float
    outcome: str
    rows: list[ClaimVerdict] = field(default_factory=list)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    trouble: str = ""


def examine(
    checks: Sequence[CheckCell], answers: Sequence[Answer], *, deadline: float = CELL_DEADLINE
) -> list[CellVerdict]:
    """Run the check cells in their order, in one namespace, against the answers; one verdict for each graded cell.

    When the runner is lost in the middle of a cell, that cell is "infrastructure", and a new runner takes the cells
    after it (with the ungraded ones again, since they make the names that the others use).
    """
    verdicts: dict[str, CellVerdict] = {}
    graded = [check for check in checks if check.points is not None]
    while any(check.grade_id not in verdicts for check in graded):
        plan = [check for check in checks if check.grade_id not in verdicts]
        lost, trouble = _run(plan, answers, deadline, verdicts)
        # Without its setup no later cell can say anything, and running it again would end the same way.
        stranded = plan if lost is None or lost.points is None else [lost]
        for check in stranded:
            if check.points is not None and check.grade_id not in verdicts:
                verdicts[check.grade_id] = _broken_down(check, check.points, trouble)
    return [verdicts[check.grade_id] for check in graded]


def _run(
    plan: Sequence[CheckCell], answers: Sequence[Answer], deadline: float, verdicts: dict[str, CellVerdict]
) -> tuple[CheckCell | None, str]:
    """Run the plan in one runner, noting verdicts as they come. Returns the cell it was lost in, and why.

    The cell is None when the runner was lost before any, or not at all.
    """
    with _Runner(plan, answers) as runner:
        if runner.next_report(START_DEADLINE) is None:
            return None, runner.how_it_was_lost()
        for check in plan:
            report = runner.next_report(deadline)
            if report is None:
                return check, runner.how_it_was_lost()
            if check.points is not None:
                verdicts[check.grade_id] = _verdict(check.points, report)
    return None, ""


def _verdict(points: float, report: dict[str, Any]) -> CellVerdict:
    rows = [ClaimVerdict(**row) for row in report.pop("rows")]
    return CellVerdict(max=points, rows=rows, **report)


def _broken_down(check: CheckCell, points: float, trouble: str) -> CellVerdict:
    note = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": BROKEN_DOWN}}
    return CellVerdict(check.grade_id, None, points, "infrastructure", outputs=[note], trouble=trouble)


class _Runner:
    """One runner process: gets the whole plan at its start, reports one JSON object a line."""

    def __init__(self, plan: Sequence[CheckCell], answers: Sequence[Answer]) -> None:
        request = {"checks": [asdict(check) for check in plan], "answers": [asdict(answer) for answer in answers]}
        self._request = json.dumps(request).encode("ascii")
        self._reports: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._loss = ""

    def __enter__(self) -> _Runner:
        self._folder = tempfile.TemporaryDirectory(prefix="checks-")
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        # Isolated (-I): neither the folder it runs in nor the environment may put a module in front of Python's own.
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(RUNNER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            cwd=self._folder.name, start_new_session=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read_reports, daemon=True)
        self._reader.start()
        self._hand_over_the_request()
        return self

    def next_report(self, deadline: float) -> dict[str, Any] | None:
        """The next report; None when the runner has ended or the deadline (in seconds) has passed."""
        try:
            line = self._reports.get(timeout=deadline)
        except queue.Empty:
            self._loss = f"The checks did not go on for {deadline:g} s and were cut off."
            return None
        if line is None:
            self._loss = "The process that runs the checks ended unexpectedly."
            return None
        return dict(json.loads(line))

    def how_it_was_lost(self) -> str:
        """What happened, and the end of what the runner wrote to stderr: the reason, when Python itself gave up."""
        self._errors.seek(0)
        return f"{self._loss}\n{self._errors.read()[-4000:].decode('utf-8', 'replace')}".strip()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0 if self._loss or kind else END_DEADLINE)
        self._kill_the_whole_group()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
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
        for line in self._process.stdout:
            self._reports.put(line)
        self._reports.put(None)
