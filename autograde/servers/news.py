"""A small news server on loopback: replies with a number, and blocks of lines that a lone dot ends.

    with news({"harbor.talk": ["Subject: Tides\\n\\nHigh water at nine.\\n"]}) as server:
        nntplib.NNTP(server.host, server.port).group("harbor.talk")

It speaks the part of NNTP (RFC 3977) with which one reads: CAPABILITIES, MODE READER, LIST, GROUP, STAT, HEAD, BODY,
ARTICLE, HELP, QUIT. No library that is still kept has a server for it; this one is a table of replies. What a
checker needs beyond that is data: articles are bytes, as hostile as they like, and `replies` overrides any answer.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .hosting import LOOPBACK
from .streams import StreamServer

GREETING = b"200 Harbor news, posting not allowed\r\n"

TOO_LONG = b"501 line too long\r\n"

LONGEST = 512
"""Bytes of a command line, with its end (RFC 3977, section 3.1)."""

KNOWN = ("ARTICLE", "BODY", "CAPABILITIES", "GROUP", "HEAD", "HELP", "LIST", "MODE", "QUIT", "STAT")


def block(data: bytes) -> bytes:
    """Lines as a multi-line block: dots at their beginnings doubled, a lone dot at the end (RFC 3977, section 3.1.1).

    `data` is cut at CR LF and nowhere else. A block of no lines is the lone dot.
    """
    lines = data.removesuffix(b"\r\n").split(b"\r\n") if data else []
    return b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines) + b".\r\n"


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its bytes, cut at the first empty line, and its id."""

    data: bytes
    id: str

    @property
    def head(self) -> bytes:
        """The header lines."""
        return self.data.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        """All after the first empty line."""
        return self.data.partition(b"\r\n\r\n")[2]


@dataclass(slots=True)
class Session:
    """One connection: its commands as they came, and where it stands (a group, and a number in it from 1 on)."""

    commands: list[str] = field(default_factory=list)
    group: str = ""
    number: int = 0

    @property
    def has_quit(self) -> bool:
        """The client said good-bye."""
        return any(command.strip().upper() == "QUIT" for command in self.commands)


class news(StreamServer):
    """A news server with `groups`: the articles of each, as text, or as bytes with CR LF.

    `greeting` is sent as it is, so it may have several lines. `replies` gives the whole answer to a command line,
    exactly as it came, as bytes: for refusals, replies of several lines, blocks without stuffing or without an end.
    """

    name = "news"

    def __init__(
        self,
        groups: Mapping[str, Sequence[str | bytes]],
        *,
        greeting: bytes = GREETING,
        replies: Mapping[str, bytes] | None = None,
        host: str = LOOPBACK,
    ) -> None:
        super().__init__(host)
        self.groups = {name: [_article(name, n, raw) for n, raw in enumerate(raws, 1)] for name, raws in groups.items()}
        self.greeting, self.replies = greeting, replies or {}
        self.sessions: list[Session] = []

    @property
    def commands(self) -> list[str]:
        """All commands, session by session."""
        return [command for session in self.sessions for command in session.commands]

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session()
        self.sessions.append(session)
        writer.write(self.greeting)
        while not session.has_quit:
            await writer.drain()
            try:
                line = await reader.readuntil(b"\n")
            except asyncio.LimitOverrunError:
                writer.write(TOO_LONG)
                return
            command = line.rstrip(b"\r\n").decode(errors="surrogateescape")
            session.commands.append(command)
            too_long = TOO_LONG if len(line) > LONGEST else None
            writer.write(self.replies.get(command) or too_long or self._answer(session, command))

    def _answer(self, session: Session, command: str) -> bytes:
        verb, *arguments = command.split() or [""]
        match verb.upper(), arguments:
            case ("STAT" | "HEAD" | "BODY" | "ARTICLE") as verb, [] | [_]:
                return self._read(session, verb, *arguments)
            case "GROUP", [name]:
                return self._enter(session, name)
            case "LIST", [] | ["ACTIVE" | "active"]:
                groups = "".join(f"{name} {len(self.groups[name])} 1 n\r\n" for name in self.groups)
                return b"215 list of newsgroups follows\r\n" + block(groups.encode())
            case "CAPABILITIES", _:
                return b"101 capabilities follow\r\n" + block(b"VERSION 2\r\nREADER\r\nLIST ACTIVE\r\n")
            case "MODE", ["READER" | "reader"]:
                return b"201 posting not allowed\r\n"
            case "HELP", []:
                return b"100 commands follow\r\n" + block("\r\n".join(KNOWN).encode())
            case "QUIT", []:
                return b"205 good-bye\r\n"
            case verb, _:
                return b"501 syntax error\r\n" if verb in KNOWN else b"500 unknown command\r\n"

    def _enter(self, session: Session, name: str) -> bytes:
        if name not in self.groups:
            return b"411 no such newsgroup\r\n"
        count = len(self.groups[name])
        session.group, session.number = name, min(count, 1)
        return f"211 {count} {session.number} {count} {name}\r\n".encode()

    def _read(self, session: Session, verb: str, which: str = "") -> bytes:
        """Answer a command about one article: by id, by number, or the one where the session stands."""
        if which.startswith("<"):
            every = [article for articles in self.groups.values() for article in articles]
            found = [article for article in every if article.id == which]
            return _show(verb, 0, found[0]) if found else b"430 no article with that message-id\r\n"
        if session.group not in self.groups:
            return b"412 no newsgroup selected\r\n"
        if which and not re.fullmatch("[0-9]+", which):
            return b"501 syntax error\r\n"
        here, number = self.groups[session.group], int(which or session.number)
        if not 1 <= number <= len(here):
            return b"423 no article with that number\r\n" if which else b"420 no current article\r\n"
        session.number = number
        return _show(verb, number, here[number - 1])


def _article(group: str, number: int, raw: str | bytes) -> Article:
    data = raw.replace("\n", "\r\n").encode() if isinstance(raw, str) else raw
    named = re.search(rb"^message-id:[ \t]*(<[^>\s]+>)", data.partition(b"\r\n\r\n")[0], re.IGNORECASE | re.MULTILINE)
    return Article(data, named[1].decode(errors="surrogateescape") if named else f"<{number}.{group}@harbor.example>")


def _show(verb: str, number: int, article: Article) -> bytes:
    code, data = {
        "ARTICLE": (220, article.data),
        "HEAD": (221, article.head),
        "BODY": (222, article.body),
        "STAT": (223, None),
    }[verb]
    first = f"{code} {number} {article.id}\r\n".encode(errors="surrogateescape")
    return first if data is None else first + block(data)


__all__ = ["Article", "Session", "block", "news"]
