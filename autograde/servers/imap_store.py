"""The mailboxes of one IMAP server: pymap's, in memory, filled from plain messages and read back as such."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from pymap.backend.dict.mailbox import MailboxSet
from pymap.backend.dict.mailbox import Message as StoredMessage
from pymap.backend.session import BaseSession
from pymap.config import IMAPConfig
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement
from pymap.parsing.specials.flag import Flag

from .mailbox import Message


class Store:
    """All mailboxes of a server, which live in its event loop."""

    def __init__(self) -> None:
        self.mailbox_set = MailboxSet()

    async def fill(self, mailboxes: Mapping[str, list[Message]]) -> None:
        """Make these mailboxes, with messages that have come just now."""
        now = datetime.datetime.now(datetime.UTC)
        for name, messages in mailboxes.items():
            if name.upper() != "INBOX":
                await self.mailbox_set.add_mailbox(name)
            mailbox = await self.mailbox_set.get_mailbox(name)
            for message in messages:
                flags = frozenset(map(Flag, message.flags))
                await mailbox.append(AppendMessage(message.raw, now, flags), recent=True)

    async def contents(self) -> dict[str, list[Message]]:
        """What is in them now."""
        entries = (await self.mailbox_set.list_mailboxes()).list()
        return {entry.name: await self._messages_in(entry.name) for entry in entries if entry.exists}

    async def _messages_in(self, name: str) -> list[Message]:
        mailbox = await self.mailbox_set.get_mailbox(name)
        return [await _plain(stored) async for stored in mailbox.messages()]


async def _plain(stored: StoredMessage) -> Message:
    loaded = await stored.load_content(FetchRequirement.CONTENT)
    return Message(bytes(loaded), frozenset(map(str, stored.permanent_flags)))


class LoggedIn(BaseSession[StoredMessage]):
    """What somebody who has logged in works with."""

    def __init__(self, owner: str, config: IMAPConfig, store: Store) -> None:
        super().__init__(owner)
        self._config = config
        self._store = store

    @property
    def config(self) -> IMAPConfig:
        """How the server is set."""
        return self._config

    @property
    def mailbox_set(self) -> MailboxSet:
        """All mailboxes."""
        return self._store.mailbox_set


__all__ = ["LoggedIn", "Store"]
