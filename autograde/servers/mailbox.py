"""Messages in a mailbox, as plain data: the bytes of each, and its flags.

    messages = as_messages([b"Subject: hello\\r\\n\\r\\nHi.\\r\\n", an_email_message])
    messages[0].raw, messages[0].seen

POP3 and IMAP give out lines that end in CRLF, so that is what `raw` holds, whatever the line ends were that it was made
from. Everything else in it is left as it is: a mailbox holds what came in, however broken.
"""

from __future__ import annotations

import email.message
import email.policy
import re
from collections.abc import Iterable
from dataclasses import dataclass

SEEN = "\\Seen"
"""The flag of a message that somebody has read (RFC 3501, section 2.3.2)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its bytes with CRLF line ends, and its IMAP flags such as "\\\\Seen"."""

    raw: bytes
    flags: frozenset[str] = frozenset()

    @property
    def seen(self) -> bool:
        """Somebody has fetched it without PEEK, or has said that it is read."""
        return SEEN in self.flags


AnyMessage = Message | email.message.Message | bytes
"""What a mailbox can be filled with. `EmailMessage` is an `email.message.Message`."""


def as_message(content: AnyMessage) -> Message:
    """One message of a mailbox, with CRLF line ends."""
    if isinstance(content, Message):
        return Message(_with_crlf(content.raw), content.flags)
    raw = content if isinstance(content, bytes) else content.as_bytes(policy=email.policy.SMTP)
    return Message(_with_crlf(raw))


def as_messages(contents: Iterable[AnyMessage]) -> list[Message]:
    """The messages of a mailbox."""
    return [as_message(content) for content in contents]


def _with_crlf(raw: bytes) -> bytes:
    return re.sub(rb"(?<!\r)\n", b"\r\n", raw)


__all__ = ["SEEN", "AnyMessage", "Message", "as_message", "as_messages"]
