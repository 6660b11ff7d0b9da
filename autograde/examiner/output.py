"""What examinees print: kept up to `KEPT` bytes, counted beyond that, shown and never judged."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

KEPT = 64 * 1024
"""Bytes of output that are kept; the rest is counted."""


class Output:
    """A capped collection of printed bytes, safe to add to from several threads."""

    def __init__(self) -> None:
        self.size = 0
        self._kept = bytearray()
        self._lock = threading.Lock()

    def add(self, data: bytes) -> None:
        """Keep what still fits, count all of it."""
        with self._lock:
            self.size += len(data)
            self._kept += data[: KEPT - len(self._kept)]

    @property
    def text(self) -> str:
        """What was kept, and a last line that says how much was not."""
        with self._lock:
            text = self._kept.decode("utf-8", "replace")
            left_out = self.size - len(self._kept)
        return text + (f"\n… and {left_out:,} bytes more\n" if left_out else "")

    def __str__(self) -> str:
        return self.text


_listeners: list[Output] = []


def heard(data: bytes) -> None:
    """Some examinee printed this."""
    for listener in tuple(_listeners):
        listener.add(data)


@contextmanager
def listening(listener: Output | None = None) -> Iterator[Output]:
    """A block in which everything that examinees print is also collected in `listener`, or in the one that it gives."""
    listener = Output() if listener is None else listener
    _listeners.append(listener)
    try:
        yield listener
    finally:
        _listeners.remove(listener)
