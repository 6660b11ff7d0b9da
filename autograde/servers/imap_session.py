"""One IMAP connection: pymap's, with our users and our record."""

from __future__ import annotations

import asyncio
import io
import ssl
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from typing import Any

from proxyprotocol.sock import SocketInfoLocal
from pymap.concurrent import Subsystem
from pymap.config import BackendCapability, IMAPConfig
from pymap.context import connection_exit
from pymap.exceptions import InvalidAuth
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.parsing.command import Command
from pymap.parsing.command.any import LogoutCommand
from pymap.parsing.response import Response
from pysasl.creds.server import ServerCredentials
from pysasl.exception import AuthenticationError
from pysasl.hashing import BuiltinHash

from .imap import imap
from .imap_repairs import repair
from .imap_store import LoggedIn
from .mail_hosting import Session, has_tls

LONGEST_LINE = 2**16
"""Bytes of a command without its literals; who sends more is hung up on."""

repair()


class Config(IMAPConfig):
    """pymap without what it would take from the environment, the resolver or threads."""

    greeting = b"Loopback IMAP is ready"
    backend_capability = BackendCapability(idle=True, object_id=False, multi_append=True)

    def __init__(self) -> None:
        super().__init__(
            Namespace(proxy_protocol=None), host=None, port=0, tls_enabled=False, ssl_context=_no_tls(),
            hash_context=BuiltinHash(), cpu_subsystem=Subsystem.for_asyncio(), bad_command_limit=None,
        )  # fmt: skip


def _no_tls() -> ssl.SSLContext:
    """For STARTTLS, which is not offered. Without it pymap would look for certificates in the environment."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)


class Door:
    """Lets users in: what pymap calls a login and, when a password is compared, an identity."""

    def __init__(self, server: imap, record: Session, config: IMAPConfig, *, tls: bool) -> None:
        self._server, self._record, self._config, self._tls = server, record, config, tls
        self._user = ""

    async def authenticate(self, credentials: ServerCredentials) -> Door:
        """Compare a name and a password, however they were sent."""
        if not credentials.verify(self):  # type: ignore[arg-type]  # asks for no more than the two below
            raise InvalidAuth
        return self

    def compare_authcid(self, authcid: str) -> bool:
        """Every name may try."""
        self._user = authcid
        return True

    def compare_secret(self, secret: str) -> bool:
        """Whether this is the password."""
        return self._server.lets_in(self._record, self._user, secret, tls=self._tls)

    async def authorize(self, identity: Door, name: str) -> Door:
        """Everybody who is let in may work."""
        return self

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[LoggedIn]:
        """Work with the mailboxes."""
        yield LoggedIn(self._user, self._config, self._server.store)


class Listening(IMAPConnection):
    """pymap's connection, which notes every command: what follows the tag, with literals as they were sent."""

    def __init__(
        self, record: Session, config: IMAPConfig, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        super().__init__(config.commands, config, reader, writer, SocketInfoLocal(writer))
        self._record = record
        self._tls = has_tls(writer.transport)
        self._said = bytearray()

    async def readline(self) -> memoryview:
        """Read a line, or hang up on who sends one without end."""
        try:
            line = await super().readline()
        except ValueError:
            raise EOFError from None
        self._said += line
        return line

    async def read_continuation(self, literal_length: int) -> memoryview:
        """Read a literal and the line that follows, which `readline` has noted already."""
        before = len(self._said)
        literal_and_line = await super().read_continuation(literal_length)
        self._said[before:] = literal_and_line
        return literal_and_line

    async def authenticate(self, state: ConnectionState, mech_name: bytes) -> ServerCredentials | None:
        """Ask for name and password; pymap takes what is not UTF-8 for a fault of its own."""
        try:
            return await super().authenticate(state, mech_name)
        except UnicodeDecodeError as error:
            raise AuthenticationError("not UTF-8") from error

    async def read_command(self, state: ConnectionState) -> Command:
        """Read a whole command, and note it."""
        self._said.clear()
        command = await super().read_command(state)
        self._record.note(bytes(self._said).rstrip(b"\r\n").partition(b" ")[2], self._tls)
        self._record.ended_properly = isinstance(command, LogoutCommand)
        return command

    async def write_response(self, resp: Response) -> None:
        """Answer in one piece. Who is gone gets nothing: asyncio would log it, or stumble over its own TLS."""
        answer = io.BytesIO()
        await resp.async_write(answer)
        if not self.writer.is_closing():
            self.writer.write(answer.getvalue())
            with suppress(ConnectionError):
                await self.writer.drain()


class ImapConnection(asyncio.StreamReaderProtocol):
    """What asyncio needs to talk to one client."""

    def __init__(self, server: imap) -> None:
        super().__init__(asyncio.StreamReader(limit=LONGEST_LINE), self._meet)
        self._server = server
        self._record = Session()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        self._record = self._server.begins(self, transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone."""
        super().connection_lost(error)
        self._server.ends(self)

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Not a coroutine: the streams of Python 3.11 take it for broken when the block's end cancels one.
        self._task = asyncio.get_running_loop().create_task(self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        config = Config()
        door: Any = Door(self._server, self._record, config, tls=has_tls(writer.transport))
        connection = Listening(self._record, config, reader, writer)
        try:
            async with AsyncExitStack() as stack:
                connection_exit.set(stack)
                stack.enter_context(closing(connection))
                await connection.run(ConnectionState(door, config))
        except (ConnectionError, EOFError, ssl.SSLError):
            pass  # a client that vanished
        except Exception as error:
            self._server.errors.append(error)


__all__ = ["ImapConnection"]
