"""Who examines: many examinations at once, each a plain function of plain data, so it may run in any place.

`examined` is all there is to an examination. `Examiners` is what the grading run asks of whoever carries it out;
`LocalExaminers` does it with threads of this process, each of which waits for processes of its own, and
`cluster/examiners.py` with the workers of a cluster.

    with LocalExaminers(jobs=16) as examiners:
        verdicts = examiners.submit(Task(checks, answers)).result()
"""

from __future__ import annotations

import traceback
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from autograde.classroom.gate import Gate
from autograde.examiner import standby_process
from autograde.examiner.examine import BROKEN_DOWN, CELL_DEADLINE, CellVerdict, CheckCell, examine
from autograde.examiner.seat import Answer


@dataclass(frozen=True, slots=True)
class Task:
    """One notebook to examine: plain data, which can be pickled."""

    checks: tuple[CheckCell, ...]
    answers: tuple[Answer, ...]
    deadline: float = CELL_DEADLINE


def examined(task: Task) -> list[CellVerdict]:
    """The verdicts on a notebook. Nothing raises: a fault of ours is a verdict as well."""
    try:
        return examine(task.checks, task.answers, deadline=task.deadline)
    except Exception:
        return broken_down(task.checks, traceback.format_exc())


def broken_down(checks: tuple[CheckCell, ...], trouble: str) -> list[CellVerdict]:
    """The verdicts where no examination could take place."""
    note = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": BROKEN_DOWN}}
    graded = [(check.grade_id, check.points) for check in checks if check.points is not None]
    return [
        CellVerdict(name, None, points, "infrastructure", outputs=[note], trouble=trouble) for name, points in graded
    ]


class Examiners(Protocol):
    """Whoever carries examinations out. At the end of the block none is running any more."""

    @property
    def jobs(self) -> int:
        """How many can run at once."""

    def submit(self, task: Task) -> Future[list[CellVerdict]]:
        """Have a notebook examined when its turn comes. Its error is a `CourseError` when the run cannot go on."""

    def __enter__(self) -> Examiners: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class LocalExaminers:
    """Threads of this process, `jobs` of them, and a gate that holds back while the processors have enough to do."""

    def __init__(self, jobs: int, gate: Gate | None = None) -> None:
        self.jobs = jobs
        self._gate = gate or Gate()
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="examiner")

    def submit(self, task: Task) -> Future[list[CellVerdict]]:
        """Have a notebook examined when its turn comes."""
        return self._pool.submit(self._examine, task)

    def __enter__(self) -> LocalExaminers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gate.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        if kind is not None:
            standby_process.break_off()  # what is running ends at once, and nothing is started in its place
        self._pool.shutdown()
        standby_process.go_on()

    def _examine(self, task: Task) -> list[CellVerdict]:
        with self._gate.passed():
            if self._gate.closed:
                raise CancelledError
            return examined(task)
