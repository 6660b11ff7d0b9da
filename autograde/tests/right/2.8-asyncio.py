# %% answer-run-commands
"""Asyncio, and a screen of lines."""

import asyncio
import re

IAC = 0xFF


class Screen:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.lines, self.current, self.buffer = [], "", b""

    async def byte(self):
        if not self.buffer:
            self.buffer = await self.reader.read(50_000)
            if not self.buffer:
                raise EOFError("hung up")
        byte, self.buffer = self.buffer[0], self.buffer[1:]
        return byte

    async def see(self):
        """Some more characters on the screen, or one Telnet command less."""
        first = await self.byte()
        if first == IAC and not await self.obeyed():
            return
        text, iac, rest = self.buffer.partition(b"\xff")
        self.buffer = iac + rest
        for piece in re.findall("[^\n]+|\n", (bytes([first]) + text).decode("latin-1")):
            if piece == "\n":
                self.lines.append(self.current.removesuffix("\r").rpartition("\r")[2])
                self.current = ""
            else:
                self.current += piece

    async def obeyed(self):
        """True if it was a byte of text after all."""
        verb = await self.byte()
        if verb in (251, 252, 253, 254):
            option = await self.byte()
            if verb in (251, 253):
                self.writer.write(bytes((IAC, 254 if verb == 251 else 252, option)))
        elif verb == 250:
            while not (await self.byte() == IAC and await self.byte() == 240):
                pass
        return verb == IAC

    async def until(self, *texts):
        while (self.current.rpartition("\r")[2]) not in texts:
            await self.see()
        return self.current.rpartition("\r")[2]

    def type(self, text):
        self.lines, self.current = [], ""
        self.writer.write(text.encode("latin-1"))


async def converse(host, port, username, password, commands, prompt):
    reader, writer = await asyncio.open_connection(host, port)
    try:
        screen = Screen(reader, writer)
        await screen.until("Username: ")
        screen.type(username + "\r\n")
        await screen.until("Password: ")
        screen.type(password + "\r\n")
        try:
            accepted = await screen.until(prompt, "Username: ")
        except EOFError:
            accepted = ""
        if accepted != prompt:
            raise PermissionError("rejected")
        outputs = {}
        for command in commands:
            screen.type(command + "\r\n")
            text = []
            while await screen.until("--More--", prompt) != prompt:
                text += screen.lines
                screen.type(" ")
            text += screen.lines
            if text and text[0] == command:
                del text[0]
            outputs[command] = "\n".join(text)
        return outputs
    finally:
        writer.close()
        try:
            await writer.wait_closed()
        except OSError:
            print("closed by the other side")


def run_commands(host, port, *, username, password, commands, prompt, timeout=5.0):
    talk = converse(host, port, username, password, commands, prompt)
    return asyncio.run(asyncio.wait_for(talk, timeout))


# %% answer-read-dot-block
def lines_of(sock):
    with sock.makefile("rb") as file:
        yield from file


def read_dot_block(lines):
    found = []
    for raw in lines:
        if raw in (b".\r\n", b".\n"):
            return found
        if raw[-1:] != b"\n":
            raise EOFError(raw)
        raw = raw[:-2] if raw[-2:] == b"\r\n" else raw[:-1]
        found.append(str(raw[1:] if raw[:1] == b"." else raw, "utf-8", "replace"))
    raise EOFError
