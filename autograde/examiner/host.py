"""Where an examination took place, in a few words: no path, no name of a machine or a user."""

from __future__ import annotations

import os
import platform


def described(*, is_sandboxed: bool) -> str:
    """System, Python, the processors that may be used, and how examinees are kept apart."""
    system = f"{platform.system()} {platform.machine()}, {platform.python_implementation()} {platform.python_version()}"
    return f"{system}, {_cores()} cores, {'sandbox' if is_sandboxed else 'no sandbox'}"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
