"""What a grading run is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be graded, and how. No exercises mean all of them, no students everybody, no cluster this process."""

    jobs: int | None = None
    exercises: Sequence[str] = ()
    students: Sequence[str] = ()
    again: bool = False
    dry_run: bool = False
    require_sandbox: bool = False
    cluster: str = ""
