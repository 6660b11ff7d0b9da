"""A limit on the memory of this process, which the examiner's own work can step out of.

Linux counts private writable memory (RLIMIT_DATA, setrlimit(2), since 4.7), which is what programs really ask for;
elsewhere the address space (RLIMIT_AS) is tried, which macOS accepts but does not enforce. On Windows there is no such
limit.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_limit: int | None = None


def limit(size: int) -> None:
    """Let this process use `size` bytes more than it does now."""
    global _limit
    _limit = _used() + size
    _set(_limit)


@contextmanager
def lifted() -> Iterator[None]:
    """A block in which the limit does not hold: for taking arguments in and sending results out."""
    if _limit is None:
        yield
        return
    _set(None)
    try:
        yield
    finally:
        _set(_limit)


def _set(size: int | None) -> None:
    import resource

    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (hard if size is None else size, hard))


def _used() -> int:
    """Bytes that count towards the limit already."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/status", "rb") as status:
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith(b"VmData:"))
