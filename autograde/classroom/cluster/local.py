"""A scheduler and workers of the moment, all on this machine: `--cluster local:N`.

Dask's `LocalCluster` would do but for one thing: it fails as a whole if one worker dies while it starts, and gives up
for good a worker that has not come back after 15 s. So each worker has its nanny, which restarts it, and should the
nanny fail there is a new one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

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
    "distributed.worker.multiprocessing-method": "forkserver",
}
"""Of Dask, which would have pages for people, look at the stack a hundred times a second, and import itself anew for
every worker that is started: a second, where a fork takes none."""


@contextmanager
def local_workers(number: int, threads: int, preload: str) -> Iterator[tuple[str, Security]]:
    """A block with the address of a scheduler, and the credentials, which nobody else on this machine has.

    Its workers, so many with so many threads each, come as they are ready. At the end of the block all are gone.
    """
    security, loop = Security.temporary(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="cluster")
    ending = asyncio.Event()
    with (
        tempfile.TemporaryDirectory(prefix="workers-") as folder,
        dask.config.set({**SETTINGS, "temporary-directory": folder}),
    ):

        def nanny(scheduler: str) -> Nanny:
            return Nanny(
                scheduler, nthreads=threads, host="127.0.0.1", protocol="tls://", security=security, memory_limit=0,
                preload=[preload], dashboard=False, silence_logs=logging.CRITICAL,
                death_timeout=STARTING,
            )  # fmt: skip

        async def started() -> Scheduler:
            scheduler = Scheduler(
                host="127.0.0.1", protocol="tls://", security=security, dashboard=False,
                dashboard_address="127.0.0.1:0", worker_ttl=SILENT,
            )  # fmt: skip
            await scheduler
            return scheduler

        async def served(scheduler: Scheduler) -> None:
            workers = [asyncio.create_task(_kept(lambda: nanny(scheduler.address), ending)) for _ in range(number)]
            await asyncio.gather(*workers)
            await scheduler.close()

        thread.start()
        try:
            scheduler = asyncio.run_coroutine_threadsafe(started(), loop).result()
            serving = asyncio.run_coroutine_threadsafe(served(scheduler), loop)
            try:
                yield scheduler.address, security
            finally:
                loop.call_soon_threadsafe(ending.set)
                serving.result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


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
        try:
            await start
        except Exception as error:  # its worker died while it started, or could not be started
            log.info("A worker did not start: %r", error)
        else:
            await _failed(nanny, ended)
        await nanny.close()
        await asyncio.wait({ended}, timeout=GLANCE)


async def _failed(nanny: Nanny, ended: asyncio.Task[bool]) -> None:
    """Return when a nanny has had no process for too long, or at the end."""
    missed = 0.0
    while missed < MISSED and not (await asyncio.wait({ended}, timeout=GLANCE))[0]:
        missed = 0.0 if nanny.is_alive() else missed + GLANCE
