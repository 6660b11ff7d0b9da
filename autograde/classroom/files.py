"""Opening what a student handed in: plain files only. No link is followed, and nothing blocks.

A submission may hold links that lead anywhere, FIFOs and devices that never end, folders named like notebooks. Whoever
reads submissions does it through this file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

BY_THE_WAY = {".ipynb_checkpoints", "__pycache__", "__MACOSX"}
"""Folders that programs leave behind; nobody's concern."""

MOST_ENTRIES = 2_000
"""Files and folders of one submission that are looked at."""

DEEPEST = 3
"""Folders below the one of the section in which notebooks are looked for."""

# Where a system lacks a flag it lacks what the flag is against, or the check of the kind before it must do.
FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))


class Refused(Exception):
    """Why something was not opened, as the predicate of a sentence."""


def open_plain(path: Path) -> BinaryIO:
    """The file, open for reading. Raises `Refused` for everything that is no plain file, or cannot be opened."""
    try:
        if reason := _not_plain(os.lstat(path).st_mode):
            raise Refused(reason)
        descriptor = os.open(path, FLAGS)
        if reason := _not_plain(os.fstat(descriptor).st_mode):  # it was another one a moment ago
            os.close(descriptor)
            raise Refused(reason)
        return os.fdopen(descriptor, "rb")
    except OSError as error:
        raise Refused(f"cannot be read ({error.strerror})") from error


def _not_plain(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "is a link, and links are not followed"
    if stat.S_ISDIR(mode):
        return "is a folder, not a notebook file"
    return "" if stat.S_ISREG(mode) else "is no file but a device, a pipe or a socket, and was not opened"


def why_no_folder(path: Path) -> str:
    """Why nothing can be taken from this folder, as the predicate of a sentence; "" when it can."""
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            return "is a link, and links are not followed"
        if not stat.S_ISDIR(mode):
            return "is no folder"
        os.scandir(path).close()
        return ""
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def everything_in(folder: Path, depth: int = DEEPEST) -> list[Path]:
    """Every entry that is no folder, and every folder named like a notebook, in a fixed order; of too many, the first.

    What is hidden and what programs leave behind is left out, and so is what cannot be listed.
    """
    return list(_entries(folder, depth, [MOST_ENTRIES]))


def _entries(folder: Path, depth: int, left: list[int]) -> Iterator[Path]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    folders = []
    for entry in entries:
        left[0] -= 1
        if left[0] < 0:
            return
        if entry.name.startswith(".") or entry.name in BY_THE_WAY:
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_folder or entry.name.endswith(".ipynb"):
            yield folder / entry.name
        if is_folder and depth > 0:
            folders.append(folder / entry.name)
    for below in folders:
        yield from _entries(below, depth - 1, left)
