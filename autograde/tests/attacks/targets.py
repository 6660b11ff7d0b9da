"""What attacks aim at: canaries, which are secrets to read and places to change that belong to the test alone.

    with targets(folder) as aim:
        aim.secrets, aim.environment(), aim.told()
        …
    aim.visits

Nothing here is of any worth, so an attack that succeeds does no harm.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "LOOPBACK_CANARY"
"""The environment variable that holds a secret."""

KINDS = ("environment", "home", "hidden", "solution", "classmate", "gradebook", "memory", "server")
"""What there is to read: one secret each."""

SENTINEL = """
import os, signal, sys
secret = sys.stdin.readline().strip()
log = open(sys.argv[1], "a", buffering=1)
for number in (signal.SIGWINCH, signal.SIGUSR1, signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, frame: log.write(f"signal {number}\\n"))
print("ready", flush=True)
while True:
    signal.pause()
"""
"""A process of the instructor's that has nothing to do with grading; it writes down the signals that reach it."""


@dataclass
class Targets:
    """Where the canaries are. `visits` is what reached the canary servers: who attacks sends its mark there."""

    root: Path
    run: str
    secrets: dict[str, str]
    port: int = 0
    abstract: str = ""
    sentinel: int = 0
    visits: list[bytes] = field(default_factory=list)

    @property
    def course(self) -> Path:
        """The course, with solutions, gradebook and submissions."""
        return self.root / "course"

    @property
    def home(self) -> Path:
        """The home directory of whoever grades."""
        return self.root / "home"

    @property
    def outside(self) -> Path:
        """A folder that has nothing to do with the course."""
        return self.root / "outside"

    @property
    def temporary(self) -> Path:
        """Where the grading run puts its temporary files."""
        return self.root / "tmp"

    def told(self) -> dict[str, Any]:
        """What every attacker is told, so that none has to search."""
        return {
            "course": str(self.course), "home": str(self.home), "outside": str(self.outside), "port": self.port,
            "abstract": self.abstract, "variable": VARIABLE, "sentinel": self.sentinel,
        }  # fmt: skip

    def environment(self, *, installed: bool = False) -> dict[str, str]:
        """The environment in which grading runs: with this checkout's package, or the one that is installed."""
        bin_ = str(Path(sys.executable).parent)
        package = {} if installed else {"PYTHONPATH": str(Path(__file__).parents[3])}
        outer = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return {
            **outer, **package, "HOME": str(self.home), "TMPDIR": str(self.temporary),
            VARIABLE: self.secrets["environment"], "PATH": bin_ + os.pathsep + os.environ.get("PATH", ""),
            "PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip

    @property
    def log(self) -> Path:
        """Where the sentinel writes down its signals."""
        return self.root / "sentinel.log"


@contextmanager
def targets(root: Path, known: Mapping[str, str] | None = None) -> Iterator[Targets]:
    """A block with canaries below this folder, canary servers, and a sentinel. The secrets are new, or `known`."""
    run = secrets.token_hex(2)
    made = Targets(root, run, dict(known or {kind: f"canary-{kind}-{secrets.token_hex(8)}" for kind in KINDS}))
    for folder in (made.home, made.outside, made.temporary):
        folder.mkdir(parents=True, exist_ok=True)
    (made.home / "secret.txt").write_text(made.secrets["home"])
    for name in (".bashrc", ".profile", ".netrc"):
        (made.home / name).write_text(f"# {made.secrets['home']}\n")
    (made.outside / "marks.csv").write_text("student,marks\n")
    with ExitStack() as stack:
        made.abstract = f"loopback-canary-{run}"
        made.port = _serve(stack, made, socket.AF_INET, ("127.0.0.1", 0))
        _serve(stack, made, socket.AF_UNIX, "\0" + made.abstract)
        made.sentinel = stack.enter_context(_sentinel(made))
        yield made


def _serve(stack: ExitStack, made: Targets, family: int, address: Any) -> int:
    """A server of the machine's that tells its secret to whoever comes. Its port, if it has one."""
    listener = stack.enter_context(socket.socket(family))
    listener.bind(address)
    listener.listen()
    thread = threading.Thread(target=_tell_everybody, args=(listener, made), daemon=True)
    thread.start()
    stack.callback(thread.join)
    stack.callback(listener.shutdown, socket.SHUT_RDWR)
    return int(listener.getsockname()[1]) if family == socket.AF_INET else 0


def _tell_everybody(listener: socket.socket, made: Targets) -> None:
    with suppress(OSError):
        while True:
            visitor, _ = listener.accept()
            with visitor, suppress(OSError):
                visitor.settimeout(1.0)
                visitor.sendall(made.secrets["server"].encode() + b"\n")
                made.visits.append(visitor.recv(200))


@contextmanager
def _sentinel(made: Targets) -> Iterator[int]:
    """A process with a secret in its memory and in its environment."""
    with subprocess.Popen(
        [sys.executable, "-c", SENTINEL, str(made.log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "SENTINEL_CANARY": made.secrets["memory"]}, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdin and process.stdout
        process.stdin.write(made.secrets["memory"] + "\n")
        process.stdin.flush()
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            process.kill()
