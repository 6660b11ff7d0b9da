"""A scheduler and workers of the moment, all on this machine: `--cluster local:N`.

Dask's `LocalCluster` would do but for two things: it fails as a whole if one worker dies while it starts, and it gives
up for good a worker that has not come back after 15 s. So each worker has its nanny, which restarts it, and should the
nanny fail there is a new one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

import dask.config
from distributed import Nanny, Scheduler, Security

log = logging.getLogger("distributed.loopback")

SILENT = 30.0
"""Seconds without a sign of life after which a worker is started anew, even on a very busy machine."""

STARTING = 60.0
"""Seconds in which a worker must have started."""

MISSED = 10.0
"""Seconds without a process after which a nanny has failed."""

GLANCE = 0.5
"""Seconds between two looks at a nanny."""

SETTINGS = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.worker.multiprocessing-method": "spawn" if sys.platform == "win32" else "forkserver",
}
"""Of Dask, which would have pages for people, look at the stack a hundred times a second, and import itself anew for
every worker that is started: a second, where a fork takes none."""


@contextmanager
def local_workers(number: int, threads: int, preload: str) -> Iterator[tuple[str, Security]]:
    """A block with the address of a scheduler, and the credentials, which nobody else on this machine has.

    Its workers, so many with so many threads each, come as they are ready. At the end of the block all are gone.
    """
    security, loop, ending = Security.temporary(), asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_forever, name="cluster")
    with (
        tempfile.TemporaryDirectory(prefix="workers-") as folder,
        dask.config.set({**SETTINGS, "temporary-directory": folder}),
    ):
        thread.start()
        try:
            scheduler = asyncio.run_coroutine_threadsafe(_scheduler(security), loop).result()
            begin = partial(_nanny, scheduler, threads, preload, security)
            serving = asyncio.run_coroutine_threadsafe(_served(scheduler, number, begin, ending), loop)
            try:
                yield scheduler.address, security
            finally:
                loop.call_soon_threadsafe(ending.set)
                serving.result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _scheduler(security: Security) -> Scheduler:
    scheduler = Scheduler(
        host="127.0.0.1", protocol="tls://", security=security, dashboard=False, dashboard_address="127.0.0.1:0",
        worker_ttl=SILENT,
    )  # fmt: skip
    await scheduler
    return scheduler


def _nanny(scheduler: Scheduler, threads: int, preload: str, security: Security) -> Nanny:
    return Nanny(
        scheduler.address, nthreads=threads, host="127.0.0.1", protocol="tls://", security=security, memory_limit=0,
        preload=[preload], dashboard=False, silence_logs=logging.CRITICAL, death_timeout=STARTING,
    )  # fmt: skip


async def _served(scheduler: Scheduler, number: int, begin: Callable[[], Nanny], ending: asyncio.Event) -> None:
    await asyncio.gather(*(_kept(begin, ending) for _ in range(number)))
    await scheduler.close()


async def _kept(begin: Callable[[], Nanny], ending: asyncio.Event) -> None:
    """One worker, until the end: whatever becomes of a nanny, there is another."""
    ended = asyncio.create_task(ending.wait())
    while not ending.is_set():
        nanny = begin()
        start = asyncio.ensure_future(nanny.start())
        await asyncio.wait({start, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not start.done() and (pid := nanny.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # its start fails, and is not waited for
        with _noted("A worker did not start."):
            await start
            await _failed(nanny, ended)
        with _noted("A nanny could not be closed."):
            await nanny.close()
        await asyncio.wait({ended}, timeout=GLANCE)


@contextmanager
def _noted(what: str) -> Iterator[None]:
    """Whatever fails in the block is a line of the log: there will be another nanny."""
    try:
        yield
    except Exception:
        log.info(what, exc_info=True)


async def _failed(nanny: Nanny, ended: asyncio.Task[bool]) -> None:
    """Return when a nanny has had no process for too long, or at the end."""
    missed = 0.0
    while missed < MISSED and not (await asyncio.wait({ended}, timeout=GLANCE))[0]:
        missed = 0.0 if nanny.is_alive() else missed + GLANCE
