"""Running pip and its like: what they print becomes progress while they run, and a `Failed` if they fail."""

from __future__ import annotations

import glob
import os
import queue
import re
import subprocess
import threading
from collections.abc import Callable, Iterator

from autograde.first_call.progress import Progress
from autograde.first_call.trouble import Failed

GLANCE = 0.2
"""Seconds between two looks at how far a silent program has come."""

NAMES_A_PACKAGE = re.compile(
    r"(?:Collecting |Requirement already satisfied: |Processing (?:\S*[/\\])?)(\w+(?:[.-][A-Za-z]\w*)*)"
)


def count(pins: str) -> int:
    """The number of packages that a lock file names."""
    return sum(1 for line in pins.splitlines() if line and not line.startswith("#"))


def install(python: str, arguments: list[str], lock: int | None, progress: Progress) -> None:
    """Let pip install what `arguments` say into the environment of `python`. Raises `Failed`."""
    pip = [python, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    reading = _Reading(python, progress)
    run([*pip, "install", "--no-warn-script-location", *arguments], lock, reading.line, reading.glance)


class _Reading:
    """What pip's lines mean for the progress: first it gets every package, then, in silence, it unpacks them all."""

    def __init__(self, python: str, progress: Progress) -> None:
        self.progress = progress
        self.got: set[str] = set()
        self.unpacking = False
        self.environment = os.path.dirname(os.path.dirname(python))

    def line(self, line: str) -> None:
        if line.startswith("Ignoring "):  # a package for another system
            self.progress.total -= 1
        elif match := NAMES_A_PACKAGE.match(line):
            self.got.add(match[1])
            self.progress.show("downloading", len(self.got), match[1])
        elif "Retrying (" in line:
            self.progress.show("downloading", len(self.got), "(no answer from the package index, asking again)")
        self.unpacking |= line.startswith("Installing collected packages")

    def glance(self) -> None:
        if self.unpacking:
            folders = os.path.join(self.environment, "[Ll]ib", "**", "site-packages", "*.dist-info")
            self.progress.show("installing", len(glob.glob(folders, recursive=True)))


def run(
    command: list[str],
    lock: int | None = None,
    each_line: Callable[[str], None] = lambda line: None,
    each_glance: Callable[[], None] = lambda: None,
) -> str:
    """Run a program to its end and return what it printed; raises `Failed` unless its exit code is 0.

    It inherits the descriptor `lock`, so the lock is held for as long as it runs. It is ended if this call is
    interrupted.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PIP_USER": "0"},  # a user's own setting would send the packages elsewhere
        pass_fds=() if lock is None else (lock,),
    )
    try:
        output = "".join(_lines(process, each_line, each_glance))
        if process.wait():
            raise Failed(output)
    finally:
        process.kill()
        process.wait()
    return output


def _lines(
    process: subprocess.Popen[str], each_line: Callable[[str], None], each_glance: Callable[[], None]
) -> Iterator[str]:
    """The program's lines as they come, with a glance now and then while it is silent."""
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=GLANCE)
        except queue.Empty:
            each_glance()
            continue
        if line is None:
            return
        each_line(line)
        yield line


def _read(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout
    with process.stdout:
        for line in process.stdout:
            lines.put(line)
    lines.put(None)
