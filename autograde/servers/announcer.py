"""Announcers that answer discovery queries in a multicast group on loopback, and a group member that makes noise.

    with announcer({"name": "printer"}, {"name": "scanner"}, copies=2) as group:
        assert discover(group.group, group.port) == [{"name": "printer"}, {"name": "scanner"}]
    assert group.queries[0].source[0] == "127.0.0.1"

Every datagram that is exactly `query` is answered to its sender, with one JSON object from each announcer (each has a
port of its own). `strays` come before the answers, to the same place: `stray_answers` makes a set of bad ones. Several
announcers share a port, also with one that a student wrote. `noisy` never stops to talk, to the group and to everyone
who has ever said something in it; in another group on the same port it makes the traffic that nobody should hear.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from .hosting import LoopServer
from .multicast import Address, member, mouth, random_group, received

QUERY = b"who is there?"
"""The query of the course's discovery protocol."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A datagram that came to the group: `ttl` is its time to live, None where the system does not tell."""

    data: bytes
    source: Address
    ttl: int | None = None


@dataclass(frozen=True, slots=True)
class Stray:
    """A datagram that is no answer: `wrong` says in a clause why."""

    name: str
    data: bytes
    wrong: str


def stray_answers(random: Random) -> list[Stray]:
    """One of each kind of datagram that a discoverer must leave out of its list (F11, F21, F23, F30)."""
    whole = json.dumps({"name": f"impostor {random.randrange(10**6)}"}).encode()
    return [
        Stray("empty", b"", "there is nothing in it"),
        Stray("no JSON", random.randbytes(20).hex().encode() + b"!", "it is no JSON"),
        Stray("no text", b'{"name": "\xff\xfe"}', "it is no UTF-8"),
        Stray("cut short", whole[: random.randrange(1, len(whole))], "it ends within the JSON"),
        Stray("followed", whole + b"}", "something follows after the JSON"),
        Stray("a list", b"[" + whole + b"]", "it is JSON, but a list and no object"),
        Stray("a number", str(random.randrange(10**6)).encode(), "it is JSON, but a number and no object"),
        Stray("deep", b"[" * 30000, "it opens 30,000 lists, which a parser that calls itself cannot follow"),
        Stray("huge", json.dumps({"name": "x" * 60000}).encode(), "it is an object of 60,000 bytes"),
        Stray("the query", QUERY, "it is the query itself"),
    ]


class _Member(LoopServer):
    """One that hears a group. Subclasses say what they do about it."""

    def __init__(self, group: str | None, port: int, random: Random | None) -> None:
        super().__init__()
        self.random = Random() if random is None else random
        self.group = random_group(self.random) if group is None else group
        self.port = port
        self.heard: list[Heard] = []
        self._sockets = contextlib.ExitStack()

    def _hears(self, heard: Heard) -> None:
        raise NotImplementedError

    async def _open(self) -> None:
        self._ear = self._sockets.enter_context(member(self.group, self.port))
        self._ear.setblocking(False)
        self.port = self._ear.getsockname()[1]
        self._loop.add_reader(self._ear, self._listen)

    async def _close(self) -> None:
        self._loop.remove_reader(self._ear)
        self._sockets.close()

    def _listen(self) -> None:
        with contextlib.suppress(BlockingIOError):
            heard = Heard(*received(self._ear))
            self.heard.append(heard)
            self._hears(heard)

    def _later(self, delay: float, work: Callable[..., None], *arguments: object) -> None:
        """Do it in the loop after so many seconds, unless the block is over by then."""
        self._loop.call_later(delay, lambda: None if self._over.is_set() else work(*arguments))

    def _new_mouth(self) -> socket.socket:
        sock = self._sockets.enter_context(mouth())
        sock.setblocking(False)
        return sock


class announcer(_Member):
    """Announcers of one group, one for each of the `infos`; without any, a group in which nobody answers.

    Without `group` and `port` it makes a group of its own, on a port that the system picks. `copies` is how often each
    answer is sent (F14), `delay` how many seconds after the query. `queries` holds those that were answered, `heard`
    everything that came.
    """

    name = "announcer"

    def __init__(
        self,
        *infos: dict[str, Any],
        group: str | None = None,
        port: int = 0,
        query: bytes = QUERY,
        copies: int = 1,
        delay: float = 0.0,
        strays: Iterable[bytes] = (),
        random: Random | None = None,
    ) -> None:
        super().__init__(group, port, random)
        self.queries: list[Heard] = []
        self._query = query
        self._answers = [json.dumps(info).encode() for info in infos for _ in range(copies)]
        self._owners = [i for i in range(len(infos)) for _ in range(copies)]
        self._delay = delay
        self._strays = list(strays)
        self._count = len(infos)

    async def _open(self) -> None:
        await super()._open()
        self._mouths = [self._new_mouth() for _ in range(self._count)]
        self._stray_mouth = self._new_mouth()

    def _hears(self, heard: Heard) -> None:
        if heard.data == self._query:
            self.queries.append(heard)
            self._later(self._delay, self._answer, heard.source)

    def _answer(self, to: Address) -> None:
        for stray in self._strays:
            _say(self._stray_mouth, stray, to)
        for owner, answer in zip(self._owners, self._answers, strict=True):
            _say(self._mouths[owner], answer, to)


class noisy(_Member):
    """A member of a group that sends `chatter`, one after another and again, every so many seconds (F07, F18)."""

    name = "noisy member"

    def __init__(
        self,
        group: str,
        port: int,
        chatter: Sequence[bytes] = (b"blah", b"blah blah"),
        *,
        every: float = 0.01,
    ) -> None:
        super().__init__(group, port, None)
        self._chatter = chatter
        self._every = every
        self.said = 0

    async def _open(self) -> None:
        await super()._open()
        self._mouth = self._new_mouth()
        self._own = self._mouth.getsockname()
        self._listeners: dict[Address, None] = {(self.group, self.port): None}
        self._words = itertools.cycle(self._chatter)
        self._talk()

    def _hears(self, heard: Heard) -> None:
        if heard.source != self._own:
            self._listeners.setdefault(heard.source)

    def _talk(self) -> None:
        words = next(self._words)
        for listener in self._listeners:
            _say(self._mouth, words, listener)
        self.said += 1
        self._later(self._every, self._talk)


def _say(sock: socket.socket, data: bytes, to: Address) -> None:
    """Send one datagram; what does not fit into the system's buffers is lost, as datagrams are."""
    with contextlib.suppress(BlockingIOError, ConnectionError):
        sock.sendto(data, to)


__all__ = ["QUERY", "Heard", "Stray", "announcer", "noisy", "stray_answers"]
