"""What the three mail servers share: how they listen and end, whom they let in, and the record of what clients did.

    with pop3([b"Subject: hello\\r\\n\\r\\nHi.\\r\\n"]) as server:
        poplib.POP3(server.host, server.port).quit()
    server.sessions[0].verbs == ["QUIT"] and server.sessions[0].ended_properly

Every command is in the record before it is answered, so the record is complete once the client has its answer.
Passwords are kept in clear: they are made up for one check, and it must be able to say which were sent, and how.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from .certificates import Identity
from .hosting import LOOPBACK, LoopServer

STUDENT = {"student": "s3cret-on-loopback"}
"""The user, with the password, whom mail servers let in unless they are told others."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it was sent: "RCPT", "TO:<ann@example.org>", and whether TLS hid it on the wire."""

    verb: str
    argument: str
    tls: bool


@dataclass(frozen=True, slots=True)
class Login:
    """One attempt to log in; `tls` says whether TLS hid the password on the wire."""

    user: str
    password: str
    accepted: bool
    tls: bool


@dataclass(eq=False)
class Session:
    """What one connection did. `ended_properly`: the client said goodbye (QUIT or LOGOUT), and that was accepted."""

    commands: list[Command] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    ended_properly: bool = False

    @property
    def verbs(self) -> list[str]:
        """The commands in order, in upper case and without their arguments."""
        return [command.verb for command in self.commands]

    @property
    def user(self) -> str:
        """Who is logged in; "" for nobody."""
        return next((login.user for login in self.logins if login.accepted), "")

    def note(self, line: bytes, tls: bool) -> Command:
        """Add a command line, without its line end. Bytes that are not UTF-8 are kept as surrogates."""
        verb, _, argument = line.decode("utf-8", "surrogateescape").partition(" ")
        self.commands.append(Command(verb.upper(), argument, tls))
        return self.commands[-1]


class MailServer(LoopServer):
    """A mail server in an event loop; subclasses give `_listen`, and tell it of each connection's begin and end."""

    def __init__(self, *, host: str, users: Mapping[str, str], identity: Identity | None) -> None:
        super().__init__()
        self.host = host
        self.users = dict(users)
        self.sessions: list[Session] = []
        self._tls = identity.server_context() if identity is not None else None
        self._connected: dict[object, asyncio.BaseTransport] = {}
        self._is_quiet = threading.Event()
        self._is_quiet.set()

    @property
    def commands(self) -> list[Command]:
        """The commands of all sessions, one session after the other."""
        return [command for session in self.sessions for command in session.commands]

    @property
    def logins(self) -> list[Login]:
        """The attempts of all sessions to log in."""
        return [login for session in self.sessions for login in session.logins]

    def wait_for_clients(self, seconds: float = 2.0) -> bool:
        """Wait until every client has closed its connection; False if one still has not after `seconds`."""
        return self._is_quiet.wait(seconds)

    def begins(self, connection: object, transport: asyncio.BaseTransport) -> Session:
        """A client has connected: `transport` is to be cut off if it is still there when the block ends."""
        self._is_quiet.clear()
        self._connected[connection] = _below_tls(transport)
        self.sessions.append(Session())
        return self.sessions[-1]

    def ends(self, connection: object) -> None:
        """A client is gone."""
        self._connected.pop(connection, None)
        if not self._connected:
            self._is_quiet.set()

    def lets_in(self, session: Session, user: str, password: str, *, tls: bool) -> bool:
        """Whether this is a user with that password; noted in the record."""
        accepted = self.users.get(user) == password
        session.logins.append(Login(user, password, accepted, tls))
        return accepted

    async def _listen(self, tls: ssl.SSLContext | None) -> asyncio.Server:
        raise NotImplementedError

    async def _open(self) -> None:
        self._listener = await self._listen(self._tls)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        # Accept nobody more, and let those begin who were just accepted: asyncio would lose their sockets if the
        # listener were closed first (`Server._attach` asserts that it is open). Windows' loop has no readers.
        with contextlib.suppress(NotImplementedError):
            for sock in self._listener.sockets:
                self._loop.remove_reader(sock.fileno())
        for _ in range(3):
            await asyncio.sleep(0)
        self._listener.close()
        self._cut_off()
        # A TLS handshake under way is a task; one that was just done has become a connection meanwhile.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self._cut_off()

    def _cut_off(self) -> None:
        for transport in list(self._connected.values()):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()


def _below_tls(transport: asyncio.BaseTransport) -> asyncio.BaseTransport:
    """The TCP connection: asyncio's transport for TLS, once it was closed twice, forgets how to abort."""
    tls = getattr(transport, "_ssl_protocol", None)
    return transport if tls is None else cast(asyncio.BaseTransport, tls._transport)


def has_tls(transport: asyncio.BaseTransport) -> bool:
    """TLS hides what this transport carries; to be asked while it is open."""
    return transport.get_extra_info("ssl_object") is not None


def _is_elsewhere(record: logging.LogRecord) -> bool:
    return not (record.threadName or "").endswith(" server")


# asyncio logs a warning when a TLS connection goes on writing to a client that is gone. Its transports do not say that
# it is gone (`is_closing` of sslproto knows of one side only), so in threads of servers the log is what gives way.
logging.getLogger("asyncio").addFilter(_is_elsewhere)


def hush(logger_name: str) -> None:
    """Keep a library's own log from every stream: it would turn up in somebody's notebook."""
    logging.getLogger(logger_name).setLevel(logging.CRITICAL + 1)


__all__ = ["LOOPBACK", "STUDENT", "Command", "Login", "MailServer", "Session", "has_tls", "hush"]
