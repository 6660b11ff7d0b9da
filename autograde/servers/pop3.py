"""A mailbox to be fetched from: POP3 by Twisted.

    with pop3([b"Subject: hello\\r\\n\\r\\nHi.\\r\\n"], refuse={2: "the message is locked"}) as server:
        client = poplib.POP3(server.host, server.port)
    server.messages, server.sessions[0].verbs

Deletions are made real by QUIT alone, as RFC 1939, section 6, wants it: a session that ends in another way deletes
nothing, and `server.messages` is always what a next session would find.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Iterable, Mapping

from .certificates import Identity
from .mail_hosting import LOOPBACK, STUDENT, MailServer
from .mailbox import AnyMessage, Message, as_messages


class pop3(MailServer):
    """A POP3 server on loopback, with one mailbox for all its users.

    `refuse` maps numbers of messages (from 1, as the client counts) to the words of the -ERR that answers RETR and TOP.
    With `identity` the connection begins with TLS.
    """

    name = "POP3"

    def __init__(
        self, messages: Iterable[AnyMessage] = (), *, host: str = LOOPBACK, users: Mapping[str, str] = STUDENT,
        identity: Identity | None = None, refuse: Mapping[int, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(host=host, users=users, identity=identity)
        self.refuse = dict(refuse or {})
        self.maildrop = {
            f"{number}.{hashlib.sha256(message.raw).hexdigest()[:16]}": message
            for number, message in enumerate(as_messages(messages), start=1)
        }

    @property
    def messages(self) -> list[Message]:
        """What is in the mailbox now."""
        return list(self.maildrop.values())

    async def _listen(self, tls: ssl.SSLContext | None) -> asyncio.Server:
        from .pop3_session import pop3_connection  # Twisted takes 0.3 s to import

        return await asyncio.get_running_loop().create_server(lambda: pop3_connection(self), self.host, 0, ssl=tls)


__all__ = ["pop3"]
