"""The descriptors that this process has open, and what each is, for a reader."""

from __future__ import annotations

import os
import stat


def open_descriptors() -> set[int]:
    """The numbers of all open descriptors. On Windows, files only."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        if os.path.isdir(folder):
            return {number for number in map(int, os.listdir(folder)) if _is_open(number)}
    return {number for number in range(1024) if _is_open(number)}


def kind_of(descriptor: int) -> str:
    """What an open descriptor is, as a student would call it."""
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISSOCK(mode):
        return "a socket"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    name = _name_of(descriptor)
    if "eventpoll" in name:
        return "a selector"
    return f"the file {os.path.basename(name)!r}" if name.startswith("/") else "a file"


def _name_of(descriptor: int) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return ""


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
