"""Ends asyncio's listening so that no connection is forgotten.

    await stop_accepting(server)
    for transport in transports: transport.abort()

A connection that asyncio has just accepted is a task that has not made its transport yet. Closing the server first
makes that task fail in silence, and its socket stays open until the garbage collector finds it (CPython 3.11 to 3.13).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any


async def stop_accepting(server: asyncio.Server, besides: Iterable[asyncio.Task[Any]] = ()) -> None:
    """Accept nobody more, wait until everyone who was accepted has a transport, and close the listener.

    `besides` are the other tasks of this loop, which are not waited for.
    """
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows' loop has no readers, and no such gap
        for sock in server.sockets:
            loop.remove_reader(sock.fileno())
    if arriving := asyncio.all_tasks() - set(besides) - {asyncio.current_task()}:
        await asyncio.wait(arriving)
    server.close()


__all__ = ["stop_accepting"]
