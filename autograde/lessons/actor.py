"""The other end of a stage: a program of its own that runs the cells it is given and says what happened.

It is started as a fresh interpreter and talks with the stage in lines of JSON, commands on its standard input and
reports on its standard output. Only the standard library is used. What cells print becomes reports too; the process
ends when its input does, so it cannot outlive a notebook.
"""

from __future__ import annotations

import ast
import base64
import io
import json
import linecache
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from autograde.lessons.tap import TappedSocket

MOST_PRINTED = 4000
"""Characters that one cell may print; the rest is left out, and said to be."""


class Mouth(io.TextIOBase):
    """Standard output and error of the cells: whole lines become reports."""

    def __init__(self, say: Callable[..., None]) -> None:
        self._say, self._line, self._left = say, "", MOST_PRINTED

    def write(self, text: str) -> int:
        self._line += text
        *lines, self._line = self._line.split("\n")
        for line in lines:
            self._print(line)
        return len(text)

    def _print(self, line: str) -> None:
        if self._left > 0:
            self._say("prints", text=line if len(line) <= self._left else line[: self._left] + "… (cut)")
        self._left -= len(line) + 1

    def finish(self) -> None:
        """Report a last line without its end, and let the next cell print as much again."""
        if self._line:
            self._print(self._line)
        self._line, self._left = "", MOST_PRINTED


class Actor:
    """One program: its names, its mouth, and the line to the stage."""

    def __init__(self, name: str, commands: BinaryIO, reports: BinaryIO) -> None:
        self._name, self._commands, self._reports = name, commands, reports
        self._one_at_a_time = threading.RLock()
        self._cells = 0
        self.names: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
        self.mouth = Mouth(self.say)

    def say(self, what: str, **facts: Any) -> None:
        """Send one report."""
        with self._one_at_a_time:
            self._reports.write(json.dumps({"say": what, **facts}).encode() + b"\n")
            self._reports.flush()

    def tell(self, kind: str, *, data: bytes = b"", size: int = 0, at: float | None = None, **facts: Any) -> None:
        """Report one event of a socket."""
        at = time.monotonic() if at is None else at
        self.say("event", kind=kind, data=base64.b64encode(data).decode(), size=size, at=at, **facts)

    def serve(self) -> None:
        """Obey until the stage hangs up or asks to leave."""
        while (command := self._next()) is not None and command["do"] != "leave":
            self._obey(command)

    def _next(self) -> dict[str, Any] | None:
        line = self._commands.readline()
        return json.loads(line) if line else None

    def _obey(self, command: dict[str, Any]) -> None:
        match command:
            case {"do": "run", "code": code}:
                self._run(code)
            case {"do": "put", "name": name, "value": value}:
                self.names[name] = ast.literal_eval(value)
                self.say("answers", value="None")
            case {"do": "get", "name": name}:
                self.say("answers", value=repr(self.names[name]) if name in self.names else None)
            case {"do": "expect", "local": local, "remote": remote, "size": size}:
                mine = [s for s in TappedSocket.every if s.ends == (local, remote) and s.fileno() >= 0]
                self.say("answers", value=repr(all(s.has_arrived(size) for s in mine)))
            case {"do": "count"}:
                left = {
                    "sockets": sum(s.fileno() >= 0 for s in TappedSocket.every),
                    "threads": threading.active_count() - 1,
                }
                self.say("answers", value=repr(left))

    def wait(
        self, call: str, way: str, ends: tuple[str, str], ready: Callable[[float], bool], timeout: float | None,
        unit: str,
    ) -> None:  # fmt: skip
        """Let the stage decide when a blocked call goes on; answer its questions meanwhile."""
        self.mouth.finish()
        self.say("waits", call=call, way=way, local=ends[0], remote=ends[1], timeout=timeout, unit=unit)
        while (command := self._next()) is not None:
            match command:
                case {"do": "look", "seconds": seconds}:
                    self.say("answers", value=repr(ready(seconds)))
                case {"do": "go on"}:
                    return
                case {"do": "wait it out"}:
                    if ready(timeout or 0.0):
                        return
                    raise TimeoutError("timed out")
                case {"do": "interrupt"}:
                    raise KeyboardInterrupt
                case _:
                    self._obey(command)
        sys.exit()

    def let_it_pass(self) -> None:
        """A datagram was sent: go on when the relays of the stage have dealt with it."""
        self.say("lets it pass")
        while (command := self._next()) is not None and command["do"] != "go on":
            self._obey(command)

    def _run(self, code: str) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._cells += 1
        file = f"<{self._name} {self._cells}>"
        linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
        try:
            self._execute(code, file)
        except BaseException as error:
            self._explain(error, file)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.mouth.finish()
        self.say("done")

    def _execute(self, code: str, file: str) -> None:
        tree = ast.parse(code, file)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, file, "exec"), self.names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), file, "eval"), self.names)
            self.mouth.finish()
            if value is not None:
                print(repr(value))

    def _explain(self, error: BaseException, file: str) -> None:
        """The line of the cell that failed, if there are several, and the error as Python names it."""
        self.mouth.finish()
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        lines = linecache.getlines(file)
        if frames and len(lines) > 1:
            self.say("prints", text=f"✗ line {frames[-1].lineno}: {frames[-1].line}")
        words = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
        self.say("prints", text=f"✗ {words}")


def main(name: str) -> None:
    """Live as the actor `name` until the stage hangs up."""
    reports = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever writes to the descriptor itself must not garble the reports
    actor = Actor(name, sys.stdin.buffer, reports)
    sys.stdin = io.StringIO()
    sys.stdout = sys.stderr = actor.mouth
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # between two cells there is nothing to interrupt
    TappedSocket.stagehand = actor
    socket.socket = socket.SocketType = TappedSocket  # type: ignore[misc,assignment]
    try:
        actor.serve()
    finally:
        os._exit(0)  # without waiting for threads that a cell left behind: the stage has counted them
