"""Programs of the system that tests use as clients and observers: ones that nobody here has written."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile

import pytest


def path_of(name: str) -> str:
    """The program's path; skips the test if it is not installed."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
    if path is None:
        pytest.skip(f"the program {name} is not installed here")
    return path


def run_program(
    name: str, *arguments: str, stdin: bytes = b"", timeout: float = 20
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, with no proxies, no settings of this user, and English messages."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": home, "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            [path_of(name), *arguments], input=stdin, capture_output=True, timeout=timeout, env=environment, check=False
        )
