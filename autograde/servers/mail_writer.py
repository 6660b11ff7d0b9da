"""Writes messages with random words and an envelope, each with what a careful reader finds in it."""

from __future__ import annotations

import datetime
import email.utils
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .mail_bytes import message, of_lines

ACCENTED = ("Zoë", "Łukasz", "Søren", "Éloïse", "naïve", "žluťoučký", "日本", "Ελλάδα")

LONGEST_NAME = 255
"""Bytes that a file name can have on the usual file systems."""


@dataclass(frozen=True, slots=True)
class HostileMail:
    """One message and what is in it; `fault` is its code in the catalogue ("" where it is merely unusual)."""

    name: str
    raw: bytes
    expected: dict[str, Any]
    words: tuple[str, ...]
    fault: str

    def has_text(self, text: str) -> bool:
        """Whether this is the text, or one of its right readings."""
        wanted = self.expected["text"]
        return all(word in text for word in self.words) if wanted is None else plain(text) == str(wanted)


def plain(text: str) -> str:
    """The text with "\\n" line ends, and none at its end: how it ends is the transport's affair."""
    return text.replace("\r\n", "\n").rstrip("\n")


def is_safe_name(name: object) -> bool:
    """Whether a file of this name can only be one in the folder that it is meant for, on any system."""
    if not isinstance(name, str) or not name.strip(". ") or len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        return False
    return name.isprintable() and not any(character in '/\\:*?"<>|' for character in name)


class Writer:
    """Writes messages whose words come from `rng`."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def word(self) -> str:
        """A word that stands in no dictionary."""
        return "".join(self._rng.choice("bdfgklmnprstvz") + self._rng.choice("aeiou") for _ in range(4))

    def line(self) -> str:
        """Five words."""
        return " ".join(self.word() for _ in range(5))

    def accented(self) -> str:
        """A word that is not ASCII."""
        return self._rng.choice(ACCENTED) + self.word()

    def content(self) -> bytes:
        """What is in an attachment: bytes of every kind."""
        return self._rng.randbytes(self._rng.randint(100, 3000))

    def text(self) -> tuple[bytes, str]:
        """A part with two lines of plain text, and the text."""
        lines = self.line(), self.line()
        return of_lines(*lines), "\n".join(lines)

    def mail(
        self, name: str, content: bytes, text: str | None, *, words: Sequence[str] = (), fault: str = "",
        attachments: Sequence[dict[str, Any]] = (), headers: Mapping[str, tuple[str, str]] | None = None,
    ) -> HostileMail:  # fmt: skip
        """A message with the part `content`; `headers` says how some are written and read, "" for not at all."""
        both = {header: (value, value) for header, value in self._usual_headers().items()} | dict(headers or {})
        written = {header: wire for header, (wire, _) in both.items() if wire}
        written |= {"Message-ID": f"<{self.word()}@example.org>", "MIME-Version": "1.0"}
        expected: dict[str, Any] = {header.lower(): reading for header, (_, reading) in both.items()}
        expected |= {"text": text, "attachments": list(attachments)}
        return HostileMail(name, message(written, content), expected, tuple(words), fault)

    def _usual_headers(self) -> dict[str, str]:
        when = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(
            seconds=self._rng.randrange(10**7)
        )
        return {
            "From": f"{self.word()}@example.org",
            "To": f"{self.word()}@example.net",
            "Subject": self.line(),
            "Date": email.utils.format_datetime(when),
        }


__all__ = ["HostileMail", "Writer", "is_safe_name", "plain"]
