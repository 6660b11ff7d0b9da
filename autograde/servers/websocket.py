"""A WebSocket server on loopback, the library websockets', that echoes or plays a script to everyone who comes.

    with websocket() as server:                                     # an echo
        websocket_client.connect(server.url)
    with websocket([says("hello"), hears("hi"), pings(b"?"), closes(1001, "bye")]) as server: ...
    assert server.visits[0].messages == ["hi"]

A script is a list of lines; when they are done the server closes in good order (1000). What breaks the protocol is
closed by the library with the code that it deserves (1002, 1007, 1009). A client that says something else than a script
hears is told 1008, and `Visit.problem` says what was missed. Visits are complete once the block has ended.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .accepting import stop_accepting
from .hosting import LOOPBACK, LoopServer

if TYPE_CHECKING:  # takes longer to import than a server takes to start
    from websockets.asyncio.server import ServerConnection
    from websockets.typing import Subprotocol

Message = str | bytes

GOODBYE = 0.2
"""Seconds that clients which are still there at the end of the block have to answer the server's close."""

GOING_AWAY, POLICY_VIOLATION = 1001, 1008


@dataclass(slots=True)
class Visit:
    """One client's connection. The codes are those of close frames that were sent and received, None if none was."""

    path: str
    source: tuple[str, int]
    headers: dict[str, str]
    subprotocol: str | None
    messages: list[Message] = field(default_factory=list)
    close_sent: int | None = None
    close_received: int | None = None
    reason: str = ""
    problem: str = ""


class Unheard(Exception):
    """The client did not say what the script hears."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script: `clause` completes "the server ..."."""

    clause: str
    play: Callable[[ServerConnection, Visit], Awaitable[Any]]


def says(message: Message) -> Line:
    """Send a text message, or with bytes a binary one, in one frame."""
    return Line(f"says {message!r:.60}", lambda connection, visit: connection.send(message))


def says_in_parts(*parts: Message, ping_between: bool = False) -> Line:
    """Send one message in several frames, if wished with a ping between them, which the protocol allows.

    The library ends such a message with one more frame, which is empty.
    """

    async def play(connection: ServerConnection, visit: Visit) -> None:
        async def pieces() -> AsyncIterator[Message]:
            for i, part in enumerate(parts):
                if i and ping_between:
                    await connection.ping()
                yield part

        await connection.send(pieces())

    return Line(f"says a message in {len(parts)} frames", play)


def hears(message: Message) -> Line:
    """Wait for the next message, which must be this one, text or binary alike."""

    async def play(connection: ServerConnection, visit: Visit) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            got = await connection.recv()
        except ConnectionClosed as error:
            raise Unheard(f"wanted {message!r:.60}, but then: {error}") from error
        visit.messages.append(got)
        if got != message:
            raise Unheard(f"wanted {message!r:.60}, got {got!r:.60}")

    return Line(f"hears {message!r:.60}", play)


def echoes() -> Line:
    """Send back every message until the client closes."""

    async def play(connection: ServerConnection, visit: Visit) -> None:
        async for message in connection:
            visit.messages.append(message)
            await connection.send(message)

    return Line("echoes every message", play)


def pings(data: bytes = b"") -> Line:
    """Send a ping, and wait for the pong that carries the same data."""

    async def play(connection: ServerConnection, visit: Visit) -> None:
        await (await connection.ping(data))

    return Line(f"pings with {data!r}, and waits for the pong", play)


def closes(code: int = 1000, reason: str = "") -> Line:
    """Send a close frame, and wait for the client's."""
    return Line(f"closes with {code}", lambda connection, visit: connection.close(code, reason))


class websocket(LoopServer):
    """The server. It takes the client's first subprotocol that is among `subprotocols`, and messages up to
    `max_message` bytes; close frames of its own are answered within `close_timeout` seconds, or not waited for.
    """

    name = "WebSocket"

    def __init__(
        self,
        script: Iterable[Line] | None = None,
        *,
        subprotocols: Sequence[str] = (),
        max_message: int = 1 << 20,
        close_timeout: float = 2.0,
    ) -> None:
        super().__init__()
        self.visits: list[Visit] = []
        self._script = [echoes()] if script is None else list(script)
        self._subprotocols = subprotocols
        self._max_message = max_message
        self._close_timeout = close_timeout
        self._connections: list[ServerConnection] = []

    @property
    def url(self) -> str:
        """Where clients connect to."""
        return f"ws://{self.host}:{self.port}/"

    async def _open(self) -> None:
        from websockets.asyncio.server import ServerConnection, serve

        def kept(*arguments: Any, **options: Any) -> ServerConnection:
            self._connections.append(ServerConnection(*arguments, **options))
            return self._connections[-1]

        logger = logging.Logger("silent")
        logger.disabled = True
        self._server = await serve(
            self._converse,
            LOOPBACK,
            0,
            select_subprotocol=self._choose,
            compression=None,
            ping_interval=None,
            close_timeout=self._close_timeout,
            max_size=self._max_message,
            logger=logger,
            create_connection=kept,  # type: ignore[arg-type]  # any callable will do
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        await stop_accepting(self._server.server, self._server.handler_tasks)
        is_open = [connection for connection in self._connections if connection.state.name == "OPEN"]
        if goodbyes := [asyncio.create_task(connection.close(GOING_AWAY)) for connection in is_open]:
            await asyncio.wait(goodbyes, timeout=GOODBYE)
        for connection in self._connections:
            connection.transport.abort()
        self._server.close(close_connections=False)
        await self._server.wait_closed()

    def _choose(self, connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        return next((name for name in offered if name in self._subprotocols), None)

    async def _converse(self, connection: ServerConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        assert connection.request is not None
        headers = {name.lower(): value for name, value in connection.request.headers.raw_items()}
        source = connection.remote_address[:2]
        visit = Visit(connection.request.path, source, headers, connection.subprotocol)
        self.visits.append(visit)
        try:
            for line in self._script:
                await line.play(connection, visit)
            await connection.close()
        except ConnectionClosed:
            pass  # the client left, or broke the protocol: the codes tell
        except Unheard as unheard:
            visit.problem = str(unheard)
            await connection.close(POLICY_VIOLATION, "that is not in the script")
        except Exception as error:
            self.errors.append(error)
        finally:
            sent, received = connection.protocol.close_sent, connection.protocol.close_rcvd
            visit.close_sent = int(sent.code) if sent else None
            visit.close_received = int(received.code) if received else None
            visit.reason = received.reason if received else ""


__all__ = ["Line", "Visit", "closes", "echoes", "hears", "pings", "says", "says_in_parts", "websocket"]
