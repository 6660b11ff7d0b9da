"""What every socket on a stage has, of whatever family and type: names for its two ends, a report, a wait by turns.

Each end has a key under which the stage knows it: `host:port`, `host:port/udp`, or a path. An end of a Unix socket that
has no path gets a made-up key, unique on the stage. No key is ever shown to a reader.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import weakref
from collections.abc import Callable
from itertools import count
from typing import Any, ClassVar, Protocol

KEPT = 4096
"""Bytes of one event that are reported; the record keeps no more."""

DO_NOT_WAIT = getattr(socket, "MSG_DONTWAIT", 0)

SLACK = 0.005
"""Seconds for which a datagram may still be on its way: on loopback none, of 200,000 sent on a busy Linux machine."""

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Who is bound to every address of the machine is met, on a stage, at that of loopback."""

UNIX = getattr(socket, "AF_UNIX", None)

_numbers = count(1)


class Stagehand(Protocol):
    """What a tapped socket needs of its actor."""

    def tell(self, kind: str, **facts: Any) -> None:
        """Report one event."""

    def wait(
        self, call: str, way: str, ends: tuple[str, str], ready: Callable[[float], bool], timeout: float | None,
        unit: str,
    ) -> None:  # fmt: skip
        """Return when the call may be made; raise TimeoutError when its time is over."""

    def let_it_pass(self) -> None:
        """Return when whoever passes datagrams on has dealt with those reported so far."""


class WatchedSocket(socket.socket):
    """A socket that reports, and asks for leave to wait."""

    stagehand: ClassVar[Stagehand]
    every: ClassVar[weakref.WeakSet[Any]] = weakref.WeakSet()

    def __init__(self, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None) -> None:
        super().__init__(family, type, proto, fileno)
        self.ends = ("", "")
        self.is_datagram = self.type == socket.SOCK_DGRAM
        self.every.add(self)
        if fileno is None:
            self._tell("system call", text="socket()")

    def _tell(self, kind: str, *, remote: str | None = None, **facts: Any) -> None:
        self.stagehand.tell(kind, local=self.ends[0], remote=self.ends[1] if remote is None else remote, **facts)

    def _key(self, address: Any) -> str:
        """An address as the stage knows it; "" for one that is none."""
        if isinstance(address, tuple):
            host = ANYWHERE.get(address[0], address[0])
            return f"{host}:{address[1]}" + ("/udp" if self.is_datagram else "")
        return os.fsdecode(address) if address else ""

    def _key_of(self, ask: Callable[[], Any]) -> str:
        try:
            return self._key(ask())
        except OSError:
            return ""

    def _remember_ends(self) -> None:
        """Look up both addresses while the connection still knows them."""
        ends = (self._key_of(self.getsockname), self._key_of(self.getpeername))
        self.ends = (ends[0] or self._made_up(), ends[1] or self._made_up())

    def _made_up(self) -> str:
        return f"unnamed {os.getpid()}.{next(_numbers)}" if self.family == UNIX else ""

    def _takes_turns(self, flags: int = 0) -> bool:
        return (
            self.gettimeout() != 0
            and not flags & DO_NOT_WAIT
            and threading.current_thread() is threading.main_thread()
        )  # fmt: skip

    def _wait(self, way: str, call: str, flags: int = 0) -> None:
        if not self._takes_turns(flags) or self._ready(way, SLACK if self.is_datagram else 0):
            return
        unit = "datagram" if self.is_datagram else ""
        ready = lambda seconds: self._ready(way, seconds)  # noqa: E731
        self.stagehand.wait(call, way, self.ends, ready, self.gettimeout(), unit)

    def _ready(self, way: str, seconds: float) -> bool:
        reading, writing = ([self], []) if way == "read" else ([], [self])
        return any(select.select(reading, writing, [], seconds))

    def bind(self, *address: Any) -> None:
        super().bind(*address)
        self.ends = (self._key_of(self.getsockname), "")
        self._tell("system call", text="bind()")
