"""What every reference server shares: how it is started, how it ends, and where its own errors go.

    with smtp() as server:
        smtplib.SMTP(server.host, server.port)

A server listens on loopback, on a port that the system picks, before its block begins. It prints nothing. When the
block ends it has closed every connection and joined every thread, however rudely its clients behave: what a client does
wrong is the client's affair. What breaks in the server itself is kept and raised where the block ends, unless the
block already failed.

`LoopServer` hosts servers that are asyncio's, `ThreadServer` those of the standard library's socketserver.
"""

from __future__ import annotations

import asyncio
import socketserver
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from .listener import Tended

Answer = TypeVar("Answer")

LOOPBACK = "127.0.0.1"

STARTING = 10.0
"""Seconds in which a server must be ready. Only a machine in trouble needs more than some milliseconds."""


class ServerBroke(RuntimeError):
    """A reference server failed by itself: a fault of the course, never of the student. `__cause__` says how."""


@dataclass(frozen=True, slots=True)
class Login:
    """One attempt to log in; `tls` says whether TLS hid the password on the wire."""

    user: str
    password: str
    accepted: bool
    tls: bool = False


class Server:
    """A server for the length of a block. Subclasses give `_start`, which sets `port`, and `_stop`."""

    name = "server"

    def __init__(self) -> None:
        self.host = LOOPBACK
        self.port = 0
        self.errors: list[BaseException] = []

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, as `connect` wants them."""
        return self.host, self.port

    def _start(self) -> None:
        raise NotImplementedError

    def _stop(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()
        if error is None and self.errors:
            broken = self.errors[0]
            raise ServerBroke(f"the {self.name} server broke: {type(broken).__name__}: {broken}") from broken


class LoopServer(Server):
    """A server that lives in an event loop, in a thread of its own.

    Subclasses write `_open`, which listens and sets `port`, and `_close`. Tasks that still run when the block ends are
    canceled. What an exception handler of the loop is told, about a task or a callback, counts as broken.
    """

    async def _open(self) -> None:
        raise NotImplementedError

    async def _close(self) -> None:
        raise NotImplementedError

    def _start(self) -> None:
        self._is_open = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"{self.name} server", daemon=True)
        self._thread.start()
        if not self._is_open.wait(STARTING):
            raise ServerBroke(f"the {self.name} server did not start within {STARTING:g} s")
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        # Closing the runner cancels what is left, and waits for it and for the threads of its executor.
        with asyncio.Runner() as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._note)
        self._over = asyncio.Event()
        try:
            await self._open()
        except BaseException as error:
            self._failure = error
            self._is_open.set()
            return
        self._is_open.set()
        await self._over.wait()
        await self._close()

    def _note(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, ConnectionError):  # a client that vanished
            return
        self.errors.append(error if error is not None else RuntimeError(context["message"]))

    def call(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Run a coroutine in the server's loop and wait for what it returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(STARTING)


class ThreadServer(Server):
    """A server of socketserver's kind (with `Tended`), whose loop runs in a thread. Subclasses give `_make`."""

    def _make(self) -> socketserver.BaseServer:
        raise NotImplementedError

    def _start(self) -> None:
        self._server = self._make()
        if isinstance(self._server, Tended):
            self._server.errors = self.errors
        self.port = self._server.server_address[1]  # type: ignore[index,assignment]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name=f"{self.name} server", daemon=True
        )
        self._thread.start()

    def _stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


__all__ = ["LOOPBACK", "Login", "LoopServer", "Server", "ServerBroke", "ThreadServer"]
