"""The reading end of a pipe that can be waited on together with sockets.

On Windows a pipe cannot, so there a thread carries what comes out of it into a socket pair. That part has not been run.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from contextlib import suppress

READ = 64 * 1024
"""Bytes that one `read` gives at most."""


class Pipe:
    """The bytes that a process writes. It owns the descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._carried = _carried(descriptor) if sys.platform == "win32" else None
        if self._carried is None:
            os.set_blocking(descriptor, False)

    def fileno(self) -> int:
        """What to wait on."""
        return self._descriptor if self._carried is None else self._carried.fileno()

    def read(self) -> bytes | None:
        """What is there now: bytes, b"" at the end, None if nothing is."""
        try:
            return os.read(self._descriptor, READ) if self._carried is None else self._carried.recv(READ)
        except BlockingIOError:
            return None

    def close(self) -> None:
        """Give the descriptor back."""
        if self._carried is None:
            os.close(self._descriptor)
        else:
            self._carried.close()


def _carried(descriptor: int) -> socket.socket:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)

    def carry() -> None:
        with theirs, open(descriptor, "rb", buffering=0) as pipe, suppress(OSError):
            while data := pipe.read(READ):
                theirs.sendall(data)

    threading.Thread(target=carry, name="pipe", daemon=True).start()
    return ours
