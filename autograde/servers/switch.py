"""A network switch's command line on loopback, as devices offer it over Telnet: made up, but as awkward as real ones.

    with switch({"show clock": "12:00\\n"}, prompt="core-1#") as server:
        socket.create_connection(server.address)    # options, banner, "Username: ", "Password: ", prompt, echo, pager
    server.sessions[0].commands

The bytes of its side are all scripted here: which options it proposes and when, that it echoes whatever was agreed,
what its pager does. Libraries for Telnet (telnetlib3, Twisted's conch) negotiate options by themselves and hide the
bytes that a learner is to see, so this is a small server of our own.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from .hosting import LOOPBACK, Login
from .streams import StreamServer, end_stream
from .telnet import CODES, COUNTERPARTS, IAC, PROPOSALS, REFUSALS, Said, split_telnet

MORE, ERASE = b"--More--", b"\r        \r"
"""What the pager shows, and what it writes over that after a key."""

ATTEMPTS = 3
"""Logins that may fail before the device hangs up."""

LEAVE = ("exit", "quit")
"""Commands that end the session, unless they are given another meaning."""

MOST_UNREAD = 1 << 16
"""Bytes of a line or of a subnegotiation, or commands about options, after which the device hangs up."""


@dataclass(slots=True)
class Session:
    """One connection: what the client said about options, its logins, its commands, and the keys it gave the pager."""

    proposed: list[Said]
    said: list[Said] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)

    @property
    def refused_everything(self) -> bool:
        """Each DO was answered by a WONT and each WILL by a DONT, and nothing was agreed to or asked for."""
        refusals = {(REFUSALS[verb], option) for verb, option in self.proposed if verb in REFUSALS}
        return refusals <= set(self.said) and not any(verb in (*REFUSALS, "SB") for verb, _ in self.said)


class Terminal:
    """The device's end of a connection: keys and lines in, text out, options noted on the way."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, session: Session) -> None:
        self._reader, self._writer, self.session = reader, writer, session
        self._typed, self._half_command, self._follows_return, self._is_over = bytearray(), b"", False, False

    async def hear(self) -> None:
        """Take in what comes next. Raises `EOFError` when nothing more does."""
        data = await self._reader.read(65536)
        if not data:
            raise EOFError("the client has hung up")
        text, said, self._half_command = split_telnet(self._half_command + data)
        self._typed += text
        self.session.said += said
        for verb, option in said:
            # What we did not propose we do not want; an answer to an answer could go on for ever (RFC 854).
            unasked = verb in REFUSALS and (COUNTERPARTS[verb], option) not in self.session.proposed
            if unasked and not self._is_over:
                self._writer.write(bytes([IAC, CODES[REFUSALS[verb]], option]))
        if max(len(self._half_command), len(self.session.said)) > MOST_UNREAD:
            raise ConnectionAbortedError("options without end")

    async def key(self) -> bytes:
        """The next byte typed; a line's end, CR LF, CR NUL, CR or LF, is one b"\\n"."""
        while True:
            while not self._typed:
                await self.hear()
            key = bytes([self._typed.pop(0)])
            ends_return, self._follows_return = self._follows_return and key in b"\n\0", key == b"\r"
            if not ends_return:
                return b"\n" if key == b"\r" else key

    async def line(self) -> str:
        """The next line typed, without its end."""
        line = bytearray()
        while (key := await self.key()) != b"\n":
            line += key
            if len(line) > MOST_UNREAD:
                raise ConnectionAbortedError("a line without end")
        return line.decode(errors="backslashreplace")

    async def end(self) -> None:
        """End the stream, and take in what still comes: an answer about an option may be on its way."""
        self._is_over = True
        await end_stream(self._writer)
        while True:
            await self.hear()
            self._typed.clear()

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def show(self, text: str | bytes) -> None:
        """Send text: 0xFF doubled, and line ends of a `str` made CR LF."""
        data = text.replace("\n", "\r\n").encode() if isinstance(text, str) else text
        await self.send(data.replace(b"\xff", b"\xff\xff"))


class switch(StreamServer):
    """A switch that knows `commands`: what each puts out, as text, or as bytes of which only 0xFF is changed: doubled.

    `exit` and `quit` end the session. A wrong password is refused three times, then the device hangs up.
    `echo`: the device repeats each line (never the password), whatever was agreed, as many do. `page`: after so many
    lines the pager waits for a space (a page more), Enter (a line more) or q (no more); 0 turns it off. `options` are
    bytes sent first, `before_prompt` bytes sent before each prompt, for instance IAC NOP.
    """

    name = "switch"

    def __init__(
        self,
        commands: Mapping[str, str | bytes],
        *,
        prompt: str = "core-1#",
        user: str = "admin",
        password: str = "harbor",
        banner: str = "\nHarbor network. Authorized hands only.\n\n",
        echo: bool = True,
        page: int = 0,
        options: bytes = PROPOSALS,
        before_prompt: bytes = b"",
        host: str = LOOPBACK,
    ) -> None:
        super().__init__(host)
        self.commands, self.prompt, self.user, self.password = commands, prompt, user, password
        self.banner, self.echo, self.page = banner, echo, page
        self.options, self.before_prompt = options, before_prompt
        self.sessions: list[Session] = []

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(split_telnet(self.options)[1])
        self.sessions.append(session)
        terminal = Terminal(reader, writer, session)
        await terminal.send(self.options)
        await terminal.show(self.banner)
        if await self._let_in(terminal):
            while await self._obey(terminal):
                pass
        await terminal.end()

    async def _ask(self, terminal: Terminal, question: str, *, is_secret: bool = False) -> str:
        await terminal.show(question)
        line = await terminal.line()
        if self.echo:
            await terminal.show(("" if is_secret else line) + "\n")
        return line

    async def _let_in(self, terminal: Terminal) -> bool:
        for _ in range(ATTEMPTS):
            user = await self._ask(terminal, "Username: ")
            password = await self._ask(terminal, "Password: ", is_secret=True)
            accepted = (user, password) == (self.user, self.password)
            terminal.session.logins.append(Login(user, password, accepted))
            if accepted:
                return True
            await terminal.show("% Login invalid\n\n")
        await terminal.show("% Bad passwords\n")
        return False

    async def _obey(self, terminal: Terminal) -> bool:
        """Carry out one command; False if it was the last."""
        await terminal.send(self.before_prompt)
        await terminal.show(self.prompt)
        line = await terminal.line()
        command = line.strip()
        if command:
            terminal.session.commands.append(command)
        if self.echo:
            await terminal.show(line + "\n")
        if command in self.commands:
            await self._put_out(terminal, self.commands[command])
        elif command:
            if command in LEAVE:
                return False
            await terminal.show(f"% Unknown command: {command}\n")
        return True

    async def _put_out(self, terminal: Terminal, output: str | bytes) -> None:
        if not self.page:
            await terminal.show(output)
            return
        left = self.page
        for line in output.splitlines(keepends=True):
            if left == 0:
                key = await self._turn(terminal)
                if key in b"qQ":
                    return
                left = 1 if key == b"\n" else self.page
            await terminal.show(line)
            left -= 1

    async def _turn(self, terminal: Terminal) -> bytes:
        """Wait for a key that means something to the pager."""
        await terminal.show(MORE)
        while (key := await terminal.key()) not in (b" ", b"\n", b"q", b"Q"):
            pass
        terminal.session.keys.append(key)
        await terminal.show(ERASE)
        return key


def device_name(rng: random.Random) -> str:
    """A name for a device, such as "edge-17"; with "#" or ">" after it, a prompt."""
    return f"{rng.choice(['access', 'core', 'edge', 'quay'])}-{rng.randrange(1, 100)}"


__all__ = ["ERASE", "MORE", "Login", "Session", "device_name", "switch"]
