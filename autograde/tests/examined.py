"""What the tests of the bridge share: an answer cell under examination."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autograde.examiner.submitted import Answer, answers, submitted


@contextmanager
def examined(*cells: str) -> Iterator[Callable[[str], Any]]:
    """A block with these answer cells; it gives `submitted`. All processes end with it."""
    with answers([Answer(cell_of(cell)) for cell in cells]):
        yield submitted


def cell_of(text: str) -> str:
    """A cell out of an indented literal, without its first line end."""
    return textwrap.dedent(text).removeprefix("\n")
