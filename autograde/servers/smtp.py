"""A mail server that takes messages in: SMTP by aiosmtpd, with everything that a client's envelope and bytes can show.

    with smtp(refuse_recipients={"nobody@example.org": "550 5.1.1 No such user"}) as server:
        with smtplib.SMTP(server.host, server.port) as client:
            client.sendmail("ann@example.org", ["bob@example.org", "nobody@example.org"], b"Subject: hi\\r\\n")
    server.messages[0].recipients == ["bob@example.org"]

Which doors are open is said by keywords: `identity` offers STARTTLS (with `tls_from_start` TLS begins at once instead),
`users` offers AUTH, after STARTTLS alone unless `auth_in_clear`, and at once where there is no STARTTLS. What a server
may say besides yes is written as the reply that it gives.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from .certificates import Identity
from .mail_hosting import LOOPBACK, MailServer, hush

EVERYBODY = "*"
"""Stands for each recipient in `refuse_recipients`."""

LARGEST = 2**25
"""Bytes that a message may have: aiosmtpd's own limit, 32 MiB."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message that was accepted, with its envelope.

    `content` is what the client meant to send, `sent` what went over the wire for it: with a further dot before each
    line that begins with one (RFC 5321, section 4.5.2), and without the line that ends it. `options` are those of MAIL
    FROM, in upper case. `session` is the connection's index in `server.sessions`, `user` who had logged in, "" for
    nobody.
    """

    sender: str
    recipients: list[str]
    content: bytes
    sent: bytes
    options: list[str]
    session: int
    user: str
    tls: bool

    @property
    def bare_line_feeds(self) -> int:
        """Line feeds without a carriage return before them, which RFC 5321, section 2.3.8, forbids."""
        return self.content.count(b"\n") - self.content.count(b"\r\n")

    @property
    def longest_line(self) -> int:
        """Bytes in the longest line, without its CRLF. RFC 5322, section 2.1.1, allows 998."""
        return max(len(line) for line in self.content.split(b"\r\n"))

    @property
    def stuffed_lines(self) -> int:
        """Lines for which the client sent a further dot."""
        return sum(line.startswith(b"..") for line in self.sent.split(b"\r\n"))


class smtp(MailServer):
    """An SMTP server on loopback.

    `refuse_recipients` maps addresses (or `EVERYBODY`) to replies such as "550 5.1.1 No such user"; `refuse_sender` and
    `refuse_message` are the replies to every MAIL FROM and at the end of every DATA. A reply 421 also ends the
    connection. A `greeting` such as "421 4.3.2 Not now" is the last thing that the server says. `login_required`
    refuses mail of those who have not logged in. Without `smtputf8` the extension is not offered, and addresses must be
    ASCII.
    """

    name = "SMTP"

    def __init__(
        self, *, host: str = LOOPBACK, users: Mapping[str, str] | None = None, identity: Identity | None = None,
        tls_from_start: bool = False, auth_in_clear: bool = False, login_required: bool = False,
        refuse_recipients: Mapping[str, str] | None = None, refuse_sender: str = "", refuse_message: str = "",
        greeting: str = "", size_limit: int = LARGEST, smtputf8: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(host=host, users=users or {}, identity=identity if tls_from_start else None)
        self.starttls = identity.server_context() if identity is not None and not tls_from_start else None
        self.auth_in_clear = auth_in_clear or self.starttls is None
        self.login_required = login_required
        self.refuse_recipients = dict(refuse_recipients or {})
        self.refuse_sender, self.refuse_message = refuse_sender, refuse_message
        self.greeting = greeting
        self.size_limit = size_limit
        self.smtputf8 = smtputf8
        self.messages: list[Mail] = []

    def refusal_of(self, address: str) -> str:
        """The reply to this recipient; "" if it is welcome."""
        return self.refuse_recipients.get(address) or self.refuse_recipients.get(EVERYBODY, "")

    async def _listen(self, tls: ssl.SSLContext | None) -> asyncio.Server:
        from .smtp_session import SmtpSession, Unwelcoming  # aiosmtpd takes 0.1 s to import

        hush("mail.log")
        kind = Unwelcoming if self.greeting else SmtpSession
        return await asyncio.get_running_loop().create_server(lambda: kind(self), self.host, 0, ssl=tls)


__all__ = ["EVERYBODY", "Mail", "smtp"]
