"""Mailboxes to be read where they are: IMAP (RFC 3501) by pymap.

    with imap({"INBOX": [b"Subject: hello\\r\\n\\r\\nHi.\\r\\n"], "Old letters": []}) as server:
        client = imaplib.IMAP4(server.host, server.port)
    server.mailboxes["INBOX"][0].seen, server.sessions[0].verbs

`mailboxes` is what is in them now, during the block and after it: a fetch without PEEK, a STORE, an APPEND or an
EXPUNGE shows there before the client has its answer.

Twisted has an IMAP server too. It was tried first, and takes a password with a quotation mark for two, spells mailbox
names in capitals, never sets \\Seen, sends the whole message where a piece was asked for, and searches in the
process's reactor, where text keys fail on bytes. pymap does all of this as the RFC has it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from .certificates import Identity
from .mail_hosting import LOOPBACK, STUDENT, MailServer, hush
from .mailbox import AnyMessage, Message, as_messages

if TYPE_CHECKING:
    from .imap_store import Store


class imap(MailServer):
    """An IMAP server on loopback, with the same mailboxes for all its users; INBOX is always there.

    With `identity` the connection begins with TLS.
    """

    name = "IMAP"

    def __init__(
        self, mailboxes: Mapping[str, Iterable[AnyMessage]] | None = None, *, host: str = LOOPBACK,
        users: Mapping[str, str] = STUDENT, identity: Identity | None = None,
    ) -> None:  # fmt: skip
        super().__init__(host=host, users=users, identity=identity)
        self._at_first = {name: as_messages(contents) for name, contents in (mailboxes or {}).items()}
        self._at_last: dict[str, list[Message]] | None = None
        self.store: Store

    @property
    def mailboxes(self) -> dict[str, list[Message]]:
        """What is in each mailbox now, with flags such as "\\\\Seen"."""
        return self._at_last if self._at_last is not None else self.call(self.store.contents())

    async def _listen(self, tls: ssl.SSLContext | None) -> asyncio.Server:
        from .imap_session import ImapConnection  # pymap takes 0.3 s to import
        from .imap_store import Store

        hush("pymap")
        self.store = Store()
        await self.store.fill(self._at_first)
        return await asyncio.get_running_loop().create_server(lambda: ImapConnection(self), self.host, 0, ssl=tls)

    async def _close(self) -> None:
        await super()._close()
        self._at_last = await self.store.contents()


__all__ = ["imap"]
