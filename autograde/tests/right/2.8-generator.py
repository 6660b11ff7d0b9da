# %% answer-run-commands
"""A generator takes Telnet out of the stream; the deadline is the kit's."""

import socket

from kit import Deadline


def without_telnet(sock):
    """A coroutine-like parser: bytes are sent in, text comes out; refusals go straight to the socket."""
    text = b""
    while True:
        (byte,) = yield text
        text = b""
        if byte != 255:
            text = bytes([byte])
            continue
        (verb,) = yield b""
        if verb == 255:
            text = b"\xff"
        elif 251 <= verb <= 254:
            (option,) = yield b""
            if verb == 251:
                sock.sendall(bytes([255, 254, option]))
            if verb == 253:
                sock.sendall(bytes([255, 252, option]))
        elif verb == 250:
            last = 0
            while True:
                (byte,) = yield b""
                if (last, byte) == (255, 240):
                    break
                last = 0 if (last, byte) == (255, 255) else byte


def run_commands(host, port, *, username, password, commands, prompt, timeout=5.0):
    deadline = Deadline(timeout)
    sock = socket.create_connection((host, port), timeout)
    try:
        parser = without_telnet(sock)
        next(parser)
        state = {"lines": [], "line": b""}

        def more():
            deadline.limit(sock)
            data = sock.recv(8192)
            if data == b"":
                raise EOFError
            if 255 in data or parser.gi_frame.f_lineno != start:
                data = b"".join(parser.send(data[i : i + 1]) for i in range(len(data)))
            first, *others = data.split(b"\n")
            state["line"] += first
            for part in others:
                state["lines"].append(state["line"].decode("latin-1").removesuffix("\r").split("\r")[-1])
                state["line"] = part

        def shown():
            return state["line"].decode("latin-1").split("\r")[-1]

        def until(*wanted):
            while shown() not in wanted:
                more()
            return shown()

        def say(data):
            state.update(lines=[], line=b"")
            sock.sendall(data)

        start = parser.gi_frame.f_lineno
        until("Username: ")
        say(username.encode() + b"\r\n")
        until("Password: ")
        say(password.encode() + b"\r\n")
        try:
            if until(prompt, "Username: ") != prompt:
                raise PermissionError("wrong name or password")
        except EOFError:
            raise PermissionError("wrong name or password") from None
        results = {}
        for command in commands:
            say(command.encode() + b"\r\n")
            pages = []
            while True:
                at = until(prompt, "--More--")
                pages.extend(state["lines"])
                if at == prompt:
                    break
                say(b" ")
            results[command] = "\n".join(pages[1:] if pages[:1] == [command] else pages)
        return results
    finally:
        sock.close()


# %% answer-read-dot-block
from itertools import takewhile


def lines_of(sock):
    with sock.makefile("rb") as file:
        yield from file


def read_dot_block(lines):
    ended = False

    def is_text(line):
        nonlocal ended
        ended = line in {b".\n", b".\r\n"}
        return not ended and line.endswith(b"\n")

    texts = [
        (line[1:] if line.startswith(b".") else line)[:-1].removesuffix(b"\r").decode(errors="replace")
        for line in takewhile(is_text, lines)
    ]
    if not ended:
        raise EOFError("no dot")
    return texts
