"""Examiners on a cluster: tasks are handed to Dask's workers, and again to others when one dies, hangs or gives up.
What no worker lives long enough for is examined here in the end.

No more tasks are with the workers than they offer to examine at once, so each begins soon after it was handed over, and
its deadline counts from there. What comes in after its deadline is dropped. A task is answered once, whatever happens.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from types import TracebackType
from typing import Any, TypeVar
from uuid import uuid4

from distributed.client import FutureCancelledError

from autograde.classroom.cluster.reach import reached
from autograde.classroom.cluster.worker import examined_here
from autograde.classroom.cluster.workers import Workers
from autograde.classroom.course import CourseError
from autograde.classroom.examiners import LocalExaminers, Task
from autograde.classroom.gate import processors
from autograde.examiner.examine import START_DEADLINE, CellVerdict
from autograde.examiner.standby_process import why_no_sandbox

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds without any worker, or without an answer of the scheduler, after which a run ends."""

GLANCE = 0.5
"""Seconds between two looks at which workers there are."""

TRIES = 2
"""How often a notebook is handed over. Dask itself gives it to four workers (its `allowed-failures`) if they die."""


def longest(task: Task) -> float:
    """Seconds after which no worker can still be examining this.

    For each check: a runner that had to be started twice, three waits for its reports, and as long again for its turn.
    """
    return 2 * max(1, len(task.checks)) * (2 * START_DEADLINE + 3 * task.deadline)


class ClusterExaminers:
    """Workers at an address (`reach.py` says which there are), at most `at_most` examinations at once.

    Its block begins when a worker is there. Raises `CourseError` when there is none, then and later.
    """

    def __init__(self, address: str, *, at_most: int | None = None, require_sandbox: bool = False) -> None:
        self._address, self._at_most = address, at_most
        self._require_sandbox = require_sandbox
        self._block = ExitStack()
        self._open: set[asyncio.Task[Any]] = set()
        self._running = 0
        self._trouble: CourseError | None = None

    @property
    def jobs(self) -> int:
        """How many can run at once; this changes as workers come and go."""
        return max(1, min(self._at_most or sys.maxsize, sum(self._workers.fit.values())))

    def submit(self, task: Task) -> Future[list[CellVerdict]]:
        """Have a notebook examined when its turn comes. The future's error is a `CourseError` if nobody is left."""
        return self._begun(self._examined(task))

    def __enter__(self) -> ClusterExaminers:
        with ExitStack() as block:
            self._client: Any = block.enter_context(reached(self._address, self._at_most))
            self._workers = Workers(self._address, require_sandbox=self._require_sandbox)
            self._loop, self._changed = self._client.sync(_loop_and_condition)
            block.callback(self._end)
            self._here = block.enter_context(LocalExaminers(processors()))
            self._begun(self._watch())
            self._begun(self._somebody()).result()
            self._block = block.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._block.__exit__(kind, error, trace)

    def _begun(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(self._breakable(work), self._loop)

    async def _breakable(self, work: Coroutine[Any, Any, T]) -> T:
        """The work, which ends with our trouble when there is some."""
        me = asyncio.current_task()
        assert me is not None
        self._open.add(me)
        try:
            if self._trouble:
                work.close()
                raise self._trouble
            return await work
        except asyncio.CancelledError:
            if self._trouble:
                raise self._trouble from None
            raise
        finally:
            self._open.discard(me)

    def _end(self) -> None:
        asyncio.run_coroutine_threadsafe(self._call_off(), self._loop).result()

    async def _call_off(self) -> None:
        for one in self._open:
            one.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _examined(self, task: Task) -> list[CellVerdict]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._workers.fit and self._running < self.jobs)
            self._running += 1
        try:
            return await self._tried(task)
        finally:
            async with self._changed:
                self._running -= 1
                self._changed.notify_all()

    async def _tried(self, task: Task) -> list[CellVerdict]:
        for _ in range(TRIES):
            try:
                return await self._handed_over(task)
            except Exception as error:  # dead workers, a passed deadline, what Dask cannot do: somebody else may
                if self._client.status != "running":
                    raise CourseError(self._gone()) from error
        if self._require_sandbox and (reason := why_no_sandbox()):
            raise CourseError(f"No worker has lived long enough for a notebook, and here: {reason}")
        return await asyncio.wrap_future(self._here.submit(task))

    async def _handed_over(self, task: Task) -> list[CellVerdict]:
        """One try. Under a key of its own, so what becomes of it later is no one's concern."""
        preferred = list(self._workers.fit) if self._workers.hung else []
        future = self._client.submit(
            examined_here, task, key=f"notebook-{uuid4().hex}", pure=False, resources={self._workers.offer: 1},
            workers=preferred or None, allow_other_workers=bool(preferred),
        )  # fmt: skip
        try:
            return await asyncio.wait_for(_result(future), longest(task))
        except TimeoutError:
            self._workers.hung |= await self._who_has(future.key)
            raise
        finally:
            future.release()

    async def _who_has(self, key: str) -> set[str]:
        """Which workers are to do that task."""
        processing: Mapping[str, Any] = await self._client.scheduler.processing(workers=None)
        return {worker for worker, keys in processing.items() if key in keys}

    async def _watch(self) -> None:
        """Know which workers there are, for as long as the block lasts."""
        while self._workers.missing_for() < PATIENCE:
            try:
                asked = self._client.scheduler.identity(n_workers=-1)
                known = await asyncio.wait_for(asked, PATIENCE)
            except Exception:
                return self._give_up(self._gone())
            self._workers.note(known["workers"])
            async with self._changed:
                self._changed.notify_all()
            await asyncio.sleep(GLANCE)
        self._give_up(f"There has been no worker at {self._address} for {PATIENCE:g} s that could go on.")

    async def _somebody(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self._workers.fit))

    def _gone(self) -> str:
        return f"The scheduler at {self._address} does not answer any more."

    def _give_up(self, sentence: str) -> None:
        self._trouble = CourseError(sentence)
        for one in self._open - {asyncio.current_task()}:
            one.cancel()


async def _loop_and_condition() -> tuple[asyncio.AbstractEventLoop, asyncio.Condition]:
    return asyncio.get_running_loop(), asyncio.Condition()


async def _result(future: Any) -> list[CellVerdict]:
    try:
        verdicts: list[CellVerdict] = await future
    except FutureCancelledError as error:  # nobody here has cancelled it, and asyncio must not think so
        raise RuntimeError(str(error)) from error
    return verdicts
