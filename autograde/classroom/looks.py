"""How files lay there when they were looked at, and whether they still do: by the file system's marks, or by hash.

A file whose size, times and inode are those of the last look is taken for the same and not opened. The time of change
(ctime) is among them, which no program can set. One that was changed within moments of being looked at could change
again unseen, on a clock of so few ticks: that one is read again, as git does it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from autograde.classroom.files import Refused, everything_in, open_plain, why_no_folder
from autograde.classroom.skipping import CHUNK, LARGEST

A_MOMENT = 2_000_000_000
"""Nanoseconds in which a clock of files surely ticks."""

TIMESTAMP = "timestamp.txt"
"""nbgrader's file of the time at which a student handed in."""


class Stamp(NamedTuple):
    """One file: a fingerprint of what is in it (or why it is not read), and the marks of the file system."""

    content: str
    size: int
    modified: int
    changed: int
    inode: int
    looked: int


@dataclass(frozen=True, slots=True)
class Look:
    """What was handed in: a stamp for each entry by its path in the folder, and one fingerprint of it all."""

    files: dict[str, Stamp]
    fingerprint: str


def is_notebook(name: str) -> bool:
    """Whether the name says so; browsers and mail programs like to add an ending of their own."""
    return ".ipynb" in name.lower()


def look_into(folder: Path, before: Mapping[str, Stamp]) -> Look:
    """Look at everything of `submitted/<student>/<section>/` that intake looks at. Nothing raises."""
    reasons = [f"{one.name} {reason}" for one in (folder.parent, folder) if (reason := why_no_folder(one))]
    if reasons:
        return Look({}, digest(reasons))
    files = {}
    for path in everything_in(folder):
        name = path.relative_to(folder).as_posix()
        files[name] = stamp(path, before.get(name), is_read=is_notebook(path.name) or name == TIMESTAMP)
    return Look(files, digest([(name, found.content) for name, found in files.items()]))


def stamp(path: Path, before: Stamp | None = None, *, is_read: bool = True) -> Stamp:
    """The present stamp of a file; its content is what it was `before` where nothing says otherwise."""
    now = time.time_ns()
    try:
        found = os.lstat(path)
    except OSError as error:
        return Stamp(f"cannot be read ({error.strerror})", 0, 0, 0, 0, now)
    marks = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    if before is not None and before[1:5] == marks and before.looked - max(marks[1:3]) > A_MOMENT:
        return before
    return Stamp(_content(path, found) if is_read else "not read", *marks, now)


def is_as_written(path: Path, before: Stamp) -> bool:
    """Whether a file of ours is still the one that we have written."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    same = before[1:5] == (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    return same or _content(path, found) == before.content


def _content(path: Path, found: os.stat_result) -> str:
    if found.st_size > LARGEST:
        return f"too large to be read: {found.st_size}"
    try:
        with open_plain(path) as file:
            found_in_it = sha256()
            while chunk := file.read(CHUNK):
                found_in_it.update(chunk)
            return found_in_it.hexdigest()
    except Refused as reason:
        return str(reason)
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def digest(value: object) -> str:
    """A fingerprint of plain data."""
    return sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()
