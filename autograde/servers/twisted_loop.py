"""Twisted's protocol classes inside an asyncio loop, without Twisted's reactor.

    pop3 = import_without_reactor("twisted.mail.pop3")
    await loop.create_server(lambda: OnAsyncio(SomeTwistedProtocol()), host, 0)

The reactor is one for a whole process and cannot be started twice, so it is no host for servers that come and go. The
protocol classes do not need it: they are told of bytes by plain calls, and answer through a few methods of a transport.
What reaches for the reactor nevertheless, a subclass leaves out: `timeOut = None` for `TimeoutMixin`, and
`schedule = in_one_go` where a `task.coiterate` would spread work over time.

Importing this takes 0.2 s, so servers import it when they start.
"""

from __future__ import annotations

import asyncio
import importlib
import socket
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any
from unittest import mock

from twisted.internet import defer
from twisted.internet.protocol import connectionDone
from twisted.logger import globalLogBeginner, globalLogPublisher

REACTOR = "twisted.internet.reactor"


def import_without_reactor(name: str) -> ModuleType:
    """Import a module of Twisted without two side effects that some have.

    One installs the process's reactor: three descriptors stay open, and nobody can install another any more. The other
    asks the resolver for the name of this machine, which is traffic, and slow where nobody answers.
    """
    if name in sys.modules or REACTOR in sys.modules:
        return importlib.import_module(name)
    sys.modules[REACTOR] = ModuleType(REACTOR)
    try:
        with mock.patch.object(socket, "getfqdn", lambda name="": "localhost"):
            return importlib.import_module(name)
    finally:
        del sys.modules[REACTOR]


def silence() -> None:
    """Keep Twisted from printing critical events, as it does until somebody begins a log.

    Not by beginning one: that would send the warnings of the whole process to it.
    """
    if (printer := globalLogBeginner._temporaryObserver) is not None:
        globalLogPublisher.removeObserver(printer)


def in_one_go(steps: Iterable[object]) -> defer.Deferred[None]:
    """Do at once what a cooperator would do step by step between other things."""
    for _ in steps:
        pass
    return defer.succeed(None)


class LoopTransport:
    """An asyncio transport as Twisted's protocols know one: ITransport and IConsumer of twisted.internet.interfaces."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self.asyncio = transport
        self._producer: Any = None

    @property
    def disconnecting(self) -> bool:
        """The connection is being closed, or is closed."""
        return self.asyncio.is_closing()

    def write(self, data: bytes) -> None:
        """Send bytes. Those for a client that is gone are dropped; asyncio would log them."""
        if not self.disconnecting:
            self.asyncio.write(data)

    def writeSequence(self, pieces: Iterable[bytes]) -> None:
        """Send bytes that come in pieces."""
        self.write(b"".join(pieces))

    def loseConnection(self) -> None:
        """Close the connection once everything is sent."""
        self.asyncio.close()

    def abortConnection(self) -> None:
        """Close it at once."""
        self.asyncio.abort()

    def getPeer(self) -> object:
        """The client's address."""
        return self.asyncio.get_extra_info("peername")

    def getHost(self) -> object:
        """The server's address."""
        return self.asyncio.get_extra_info("sockname")

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Take all that a producer has. One that streams writes by itself; what nobody reads yet waits in memory."""
        self._producer = producer
        while self._producer is not None and not streaming:
            self._producer.resumeProducing()

    def unregisterProducer(self) -> None:
        """The producer has no more."""
        self._producer = None


class OnAsyncio(asyncio.Protocol):
    """Passes what asyncio tells of one connection on to `hosted`, a protocol object of Twisted."""

    def __init__(self, hosted: Any) -> None:
        self.hosted = hosted

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        assert isinstance(transport, asyncio.WriteTransport)
        self.hosted.makeConnection(LoopTransport(transport))

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self.hosted.dataReceived(data)

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is gone, in good order or not."""
        self.hosted.connectionLost(connectionDone)


__all__ = ["LoopTransport", "OnAsyncio", "import_without_reactor", "in_one_go", "silence"]
