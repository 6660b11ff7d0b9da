"""What the course's netcat shows: bytes as they are in a pipe, marked lines for a person's eyes, notices beside them.

On a terminal `→` marks what went out and `←` what came in. In a pipe there is nothing but the bytes that came. With
`hexed` both are rows of hexadecimal numbers, wherever they go.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading

ROW = 16
"""Bytes in a row of the hexadecimal view."""


class NobodyReads(Exception):
    """Standard output is a pipe whose other end is closed, as after `| head`."""


class Screen:
    """Standard output and standard error in the hands of two threads."""

    def __init__(self, *, hexed: bool = False) -> None:
        self._hexed = hexed
        self._marked = on_terminal(sys.stdout)
        # A terminal shows what its user types, so that need not be shown again.
        self._echoes = self._marked and not on_terminal(sys.stdin)
        self._offsets = {"→ ": 0, "← ": 0}
        self._printing = threading.Lock()

    def leaves(self, data: bytes, label: str = "") -> None:
        """Show what goes out; `label` stands before its first line."""
        if self._echoes or self._hexed:
            self._show("→ ", data, label)

    def arrives(self, data: bytes, label: str = "") -> None:
        """Show what came in. Raises `NobodyReads` when it goes to a program that has ended."""
        try:
            if self._marked or self._hexed:
                self._show("← ", data, label)
            else:
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains as it ends
            raise NobodyReads from None

    def notice(self, text: str) -> None:
        """Tell a person at a terminal what happens."""
        if self._marked:
            self.tell(f"({text})")

    def tell(self, text: str) -> None:
        """Say something on standard error in any case."""
        with self._printing:
            print(text, file=sys.stderr, flush=True)

    def _show(self, mark: str, data: bytes, label: str) -> None:
        lines = self._rows(mark, data) if self._hexed else data.decode(errors="backslashreplace").splitlines()
        lines = lines or [""]
        lines[0] = label + lines[0]
        with self._printing:
            print("\n".join(mark + line for line in lines), flush=True)

    def _rows(self, mark: str, data: bytes) -> list[str]:
        """Rows of a hexdump, numbered from the beginning of this direction."""
        start = self._offsets[mark]
        self._offsets[mark] += len(data)
        return [_row(start + at, data[at : at + ROW]) for at in range(0, len(data), ROW)]


def _row(offset: int, data: bytes) -> str:
    text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data)
    return f"{offset:08x}  {data.hex(' '):<{3 * ROW - 1}}  {text}"


def on_terminal(stream: object) -> bool:
    """Is somebody looking at it?"""
    with contextlib.suppress(ValueError, AttributeError):
        return bool(stream.isatty())  # type: ignore[attr-defined]
    return False


__all__ = ["NobodyReads", "Screen", "on_terminal"]
