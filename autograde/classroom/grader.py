"""Which grader this is: the fingerprint of all the code that a mark comes from."""

from __future__ import annotations

import sys
from functools import cache
from hashlib import sha256
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
ROOMS = ("wire", "servers", "examiner", "classroom")


@cache
def fingerprint_of_grader() -> str:
    """Of all the code that a mark comes from, and the Python that runs it."""
    found = sha256(repr(sys.version_info[:3]).encode())
    rooms = (path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py")))
    for path in (PACKAGE / "kit.py", *rooms):
        found.update(f"\0{path.relative_to(PACKAGE).as_posix()}\0".encode() + path.read_bytes())
    return found.hexdigest()
