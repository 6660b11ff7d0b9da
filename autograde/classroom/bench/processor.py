"""The processor time of this thread and of every process that comes from it, however deep and whatever became of it.

What wait(2) adds up is not enough: the time of a process whose parent did not wait for it, or has ended, is lost there,
and an examiner has many of those. The kernel's own counter, perf_event_open(2) with `inherit`, misses nothing and costs
nothing. It needs no privileges where perf_event_paranoid is 2 or less; containers often forbid it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from types import TracebackType

_NUMBER = {"x86_64": 298, "aarch64": 241}
_SOFTWARE, _TASK_CLOCK = 1, 1
_INHERIT, _EXCLUDE_KERNEL = 1 << 1, 1 << 5  # unprivileged must exclude the kernel; this clock counts it all the same
_CLOSE_ON_EXEC = 8
_SIZE = 64
_NANOSECOND = 1e-9


class ProcessorTime:
    """A context manager that counts from its beginning on, for the thread that makes it and its later descendants."""

    def __enter__(self) -> ProcessorTime:
        self._counter = _opened()
        return self

    def seconds(self) -> float | None:
        """So far; None where this system does not tell."""
        return None if self._counter < 0 else int.from_bytes(os.read(self._counter, 8), sys.byteorder) * _NANOSECOND

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._counter >= 0:
            os.close(self._counter)


def _opened() -> int:
    """The descriptor of the counter, or -1."""
    number = _NUMBER.get(platform.machine())
    if sys.platform != "linux" or number is None:
        return -1
    wanted = struct.pack("=IIQQQQQ", _SOFTWARE, _SIZE, _TASK_CLOCK, 0, 0, 0, _INHERIT | _EXCLUDE_KERNEL)
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(number, ctypes.create_string_buffer(wanted, _SIZE), 0, -1, -1, _CLOSE_ON_EXEC))
