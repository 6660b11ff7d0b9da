"""A folder that a check shares with the student's code: for files that it reads or writes, and for Unix sockets.

    with shared_folder() as folder:
        (folder / "list.csv").write_text("a,b\\n")
        assert count_rows(str(folder / "list.csv")) == 1

In official grading the student's code sees no folder of the checks but this one. It may hold 256 MB and 10,000 files,
and symbolic links in it are followed by nobody else: opening one raises `OSError` (ELOOP) in the check. In a notebook
it is an ordinary temporary folder.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_place: str | None = None


def share_below(place: str | None) -> None:
    """From now on shared folders are made below this one, whose contents the student's code can see. None: anywhere."""
    global _place
    _place = place


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A temporary folder, at the same path for the check and for the student's code. It is gone after the block."""
    with tempfile.TemporaryDirectory(prefix="shared-", dir=_place, ignore_cleanup_errors=True) as folder:
        if _place is not None:
            os.chmod(folder, 0o777)  # the student's code may run as another user; the place itself is closed to others
        yield Path(folder)


__all__ = ["share_below", "shared_folder"]
