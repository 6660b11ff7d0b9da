"""The machine that something was measured on, named as far as it is of interest: no path, no name of its own."""

from __future__ import annotations

import platform
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from autograde.examiner import host
from autograde.examiner.standby_process import why_no_sandbox


def machine() -> str:
    """What it runs on, in a line."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{_processor()}, {memory:.0f} GB; {host.described(is_sandboxed=not why_no_sandbox())}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8", "replace").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "an unnamed processor"
