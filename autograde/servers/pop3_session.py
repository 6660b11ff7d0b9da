"""One POP3 connection: Twisted's protocol with our mailbox and our record.

Twisted reads and answers. What is done here besides: messages are sent with the bytes that they have, deleted ones are
neither listed nor counted, and a command that makes no sense is answered -ERR instead of with an exception.
"""

from __future__ import annotations

import io
from typing import Any

from twisted.cred.error import UnauthorizedLogin

from .mail_hosting import has_tls
from .mailbox import Message
from .pop3 import pop3
from .twisted_loop import OnAsyncio, import_without_reactor, in_one_go, silence

library: Any = import_without_reactor("twisted.mail.pop3")
silence()


class Maildrop:
    """The mailbox as one session sees it (twisted.mail.interfaces.IMailboxPOP3); numbers here are counted from 0.

    A message that was marked as deleted cannot be had any more; nor can one that was never there. Twisted wants
    `ValueError` for both.
    """

    def __init__(self, server: pop3) -> None:
        self._server = server
        self._messages = list(server.maildrop.items())
        self._deleted: set[int] = set()

    def _at(self, index: int) -> tuple[str, Message]:
        if not 0 <= index < len(self._messages) or index in self._deleted:
            raise ValueError(f"no message {index + 1}")
        return self._messages[index]

    def sizes(self) -> dict[int, int]:
        """Bytes of each message that is left, by its number."""
        return {i: len(message.raw) for i, (_, message) in enumerate(self._messages) if i not in self._deleted}

    def listMessages(self, index: int | None = None) -> int | list[int | None]:
        """Bytes of one message, or of each, None for deleted ones."""
        if index is None:
            return [self.sizes().get(i) for i in range(len(self._messages))]
        return len(self._at(index)[1].raw)

    def getMessage(self, index: int) -> io.BytesIO:
        """A message as it goes over the wire: with a further dot before each line that begins with one."""
        raw = self._at(index)[1].raw
        return io.BytesIO((b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:])

    def getUidl(self, index: int) -> str:
        """Its identifier, the same in every session."""
        return self._at(index)[0]

    def deleteMessage(self, index: int) -> None:
        """Mark a message."""
        self._at(index)
        self._deleted.add(index)

    def undeleteMessages(self) -> None:
        """Take all marks back."""
        self._deleted.clear()

    def sync(self) -> None:
        """Make deletions real: the session ends with QUIT."""
        for index in self._deleted:
            self._server.maildrop.pop(self._messages[index][0], None)


class Pop3Session(library.POP3):  # type: ignore[misc]
    """Twisted's protocol for one connection to `server`."""

    magic = b"Loopback POP3 is ready"  # without the timestamp that would offer APOP
    timeOut = None
    schedule = staticmethod(in_one_go)
    mbox: Maildrop

    def __init__(self, server: pop3) -> None:
        self._server = server

    def connectionMade(self) -> None:
        """Greet, and begin a record."""
        self.record = self._server.begins(self, self.transport.asyncio)
        self._tls = has_tls(self.transport.asyncio)
        super().connectionMade()

    def connectionLost(self, reason: Any) -> None:
        """The client is gone."""
        self._server.ends(self)
        super().connectionLost(reason)

    def lineReceived(self, line: bytes) -> None:
        """Note a command, and answer it."""
        self.record.note(line, self._tls)
        super().lineReceived(line)

    def state_COMMAND(self, line: bytes) -> None:
        """Answer a command. Whatever does not fit (no such command, not now, not these arguments) is the client's."""
        try:
            self.processCommand(*line.split(b" "))
        except (library.POP3Error, ValueError, TypeError):
            self.failResponse(b"no such command, or not now, or not with these arguments")

    def listCapabilities(self) -> list[bytes]:
        """What CAPA answers (RFC 2449)."""
        return [b"TOP", b"USER", b"UIDL", b"PIPELINING"]

    def authenticateUserPASS(self, user: bytes, password: bytes) -> Any:
        """Let somebody in, or not."""
        name, secret = (part.decode("utf-8", "replace") for part in (user, password))
        if not self._server.lets_in(self.record, name, secret, tls=self._tls):
            raise UnauthorizedLogin
        return library.IMailbox, Maildrop(self._server), lambda: None

    def do_STAT(self) -> None:
        """Count what is left; Twisted would count deleted messages too."""
        sizes = self.mbox.sizes().values()
        self.successResponse(b"%d %d" % (len(sizes), sum(sizes)))

    def do_LIST(self, number: bytes | None = None) -> Any:
        """List what is left; Twisted would list deleted messages too."""
        if number is not None:
            return super().do_LIST(number)
        sizes = self.mbox.sizes()
        self.successResponse(b"%d messages" % len(sizes))
        for index, size in sizes.items():
            self.sendLine(b"%d %d" % (index + 1, size))
        self.sendLine(b".")

    def do_RETR(self, number: bytes) -> Any:
        """Send a message, unless the script refuses it."""
        return self._refuses(number) or super().do_RETR(number)

    def do_TOP(self, number: bytes, lines: bytes) -> Any:
        """Send the beginning of a message, unless the script refuses it."""
        return self._refuses(number) or super().do_TOP(number, lines)

    def _refuses(self, number: bytes) -> bool:
        if (words := self._server.refuse.get(int(number))) is None:
            return False
        self.failResponse(words.encode())
        return True

    def transformChunk(self, chunk: bytes) -> bytes:
        """Send a piece as it is: the mailbox has stuffed the dots. Twisted would overlook one where a piece begins."""
        return chunk

    def do_QUIT(self) -> None:
        """Make deletions real, and note that the client said goodbye."""
        self.record.ended_properly = True
        super().do_QUIT()


def pop3_connection(server: pop3) -> OnAsyncio:
    """What asyncio needs to talk to one client."""
    return OnAsyncio(Pop3Session(server))


__all__ = ["Pop3Session", "pop3_connection"]
