"""One SMTP connection: aiosmtpd's protocol with our record, our refusals, and lines as long as anybody likes.

aiosmtpd answers; it asks the `handle_*` hooks of `Decisions` where a server may decide. `SmtpSession` notes each line
as the protocol reads it, so that nothing that a client says is missing in the record, whatever the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, AnyStr

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, TLSSetupException
from aiosmtpd.smtp import Session as State

from .mail_hosting import Session, has_tls
from .smtp import Mail, smtp

LONGEST_LINE = 2**24
"""Bytes. A real server refuses lines over 998; this one keeps them, for the check to count."""

COMMAND_END, DATA_END = b"\n", b"\r\n"
"""What aiosmtpd reads up to: it takes a command with any line end, but only CRLF ends a line of a message."""


class Decisions:
    """What is decided here and not by the protocol; each hook returns the reply."""

    def __init__(self, server: smtp, session: SmtpSession) -> None:
        self._server = server
        self._session = session

    async def handle_EHLO(
        self, protocol: SMTP, state: State, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        """Offer AUTH only to those who could use it."""
        state.host_name = hostname
        return [line for line in lines if self._server.users or not line.startswith("250-AUTH")]

    async def handle_AUTH(self, protocol: SMTP, state: State, envelope: Envelope, args: list[str]) -> Any:
        """Where nobody can log in, AUTH does not exist."""
        return MISSING if self._server.users else "502 5.5.1 AUTH is not offered here"

    async def handle_MAIL(
        self, protocol: SMTP, state: State, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept or refuse the sender."""
        if self._server.login_required and not state.authenticated:
            return "530 5.7.0 Authentication required"
        if self._server.refuse_sender:
            return self._server.refuse_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender accepted"

    async def handle_RCPT(
        self, protocol: SMTP, state: State, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept or refuse one recipient."""
        if refusal := self._server.refusal_of(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient accepted"

    async def handle_DATA(self, protocol: SMTP, state: State, envelope: Envelope) -> str:
        """Keep the message, or refuse it."""
        if self._server.refuse_message:
            return self._server.refuse_message
        self._server.messages.append(self._session.mail(envelope))
        return "250 2.0.0 Message accepted"

    async def handle_QUIT(self, protocol: SMTP, state: State, envelope: Envelope) -> str:
        """Note that the client said goodbye."""
        self._session.record.ended_properly = True
        return "221 2.0.0 Goodbye"

    async def handle_exception(self, error: Exception) -> str:
        """Keep what broke, which aiosmtpd would write to its log; a handshake that failed is the client's affair."""
        if not isinstance(error, TLSSetupException):
            self._server.errors.append(error)
        return "451 4.3.0 The server broke"


class SmtpSession(SMTP):
    """aiosmtpd's protocol for one connection to `server`."""

    line_length_limit = LONGEST_LINE

    def __init__(self, server: smtp) -> None:
        self.record = Session()
        self._server = server
        self._sent: list[bytes] = []
        self.tls = self._has_begun = self._is_answering = False
        super().__init__(
            Decisions(server, self),
            data_size_limit=server.size_limit,
            enable_SMTPUTF8=server.smtputf8,
            hostname="mail.loopback.example",
            ident="ESMTP",
            tls_context=server.starttls,
            authenticator=self._judge,
            auth_require_tls=not server.auth_in_clear,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected; or TLS has begun, which aiosmtpd says by calling this once more."""
        self.tls = has_tls(transport)
        if not self._has_begun:
            self._has_begun = True
            self.record = self._server.begins(self, transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone."""
        self._server.ends(self)
        super().connection_lost(error)

    def eof_received(self) -> bool:
        """The client will say nothing more. What it has said is answered first; aiosmtpd would drop it."""
        super(SMTP, self).eof_received()
        return not self.tls  # TLS has no half-close

    def _cb_client_connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super()._cb_client_connected(reader, writer)
        # Shadowed on the instance: STARTTLS needs the very reader that aiosmtpd made.
        reader.readuntil = partial(self._read_and_note, reader.readuntil)  # type: ignore[method-assign]

    async def _read_and_note(self, read: Callable[[bytes], Awaitable[bytes]], until: bytes = COMMAND_END) -> bytes:
        try:
            line = await read(until)
        except asyncio.IncompleteReadError:  # the client has ended, and aiosmtpd ends when it is canceled
            raise asyncio.CancelledError from None
        if until == DATA_END:
            self._sent.append(line)
        elif not self._is_answering and self.record.note(line.rstrip(b"\r\n"), self.tls).verb == "DATA":
            self._sent.clear()
        return line

    async def challenge_auth(self, *args: Any, **options: Any) -> Any:
        """Ask for a name or password: the line that answers is no command."""
        self._is_answering = True
        try:
            return await super().challenge_auth(*args, **options)
        finally:
            self._is_answering = False

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Read an address. Python's parser stumbles over some that are none, in more than one way."""
        try:
            return super()._getaddr(arg)
        except Exception:
            return None, None

    def _judge(
        self, protocol: SMTP, state: State, envelope: Envelope, mechanism: str, secret: LoginPassword
    ) -> AuthResult:
        user, password = (part.decode("utf-8", "replace") for part in secret)
        accepted = self._server.lets_in(self.record, user, password, tls=self.tls)
        return AuthResult(success=accepted, handled=False)

    async def push(self, status: AnyStr) -> None:
        """Send a reply; after 421 nothing follows (RFC 5321, section 3.8)."""
        await super().push(status)
        if status[:3] in ("421", b"421") and self.transport is not None:
            self.transport.close()

    def mail(self, envelope: Envelope) -> Mail:
        """The message that was just read."""
        sent = b"".join(self._sent[:-1])
        session = self._server.sessions.index(self.record)
        content = envelope.original_content or b""
        return Mail(
            str(envelope.mail_from), list(envelope.rcpt_tos), content, sent,
            list(envelope.mail_options), session, self.record.user, self.tls,
        )  # fmt: skip


class Unwelcoming(asyncio.Protocol):
    """Says its greeting, and that nothing follows."""

    def __init__(self, server: smtp) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet. To close at once could take the greeting away from a client that is talking already."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._server.begins(self, transport)
        transport.write(self._server.greeting.encode() + b"\r\n")
        try:
            transport.write_eof()
        except (NotImplementedError, OSError):  # TLS has no half-close; or the client is gone already
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone."""
        self._server.ends(self)


__all__ = ["SmtpSession", "Unwelcoming"]
