"""Where the student's code is right now: asked of a hanging examinee, answered by its reader thread."""

from __future__ import annotations

import sys

from . import coroutines
from .cell import FILENAME, lines_on_stack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    Lines = list[tuple[int, str, str]]

TASKS = 3
"""How many waiting asyncio tasks are told of."""


def lines(thread: int | None) -> Lines:
    """The lines of the answer cell that a thread is on, innermost last; of asyncio's tasks if it runs a loop.

    A thread that only waits for others of the student's threads is on the line that waits.
    """
    frame = sys._current_frames().get(thread or 0)
    waiting = _lines_of_tasks(_running_loop(frame))
    return waiting or lines_on_stack(frame) or _lines_of_tasks(coroutines.current_loop())


def _running_loop(frame: FrameType | None) -> Any:
    while frame is not None:
        if frame.f_code.co_name == "run_forever":
            return frame.f_locals.get("self")
        frame = frame.f_back
    return None


def _lines_of_tasks(loop: Any) -> Lines:
    if loop is None:
        return []
    found: Lines = []
    for task in sys.modules["asyncio"].all_tasks(loop):
        line = _innermost_line(task.get_coro())
        if line is not None and line not in found:
            found.append(line)
    return sorted(found)[:TASKS]


def _innermost_line(awaiting: Any) -> tuple[int, str, str] | None:
    """The last line of the cell on the way down from a coroutine to what it waits for."""
    last = None
    while awaiting is not None:
        frame = next((f for name in ("cr_frame", "gi_frame", "ag_frame") if (f := getattr(awaiting, name, None))), None)
        if frame is not None and frame.f_code.co_filename == FILENAME:
            last = lines_on_stack(frame)[-1]
        awaiting = getattr(awaiting, "cr_await", None) or getattr(awaiting, "gi_yieldfrom", None)
    return last
