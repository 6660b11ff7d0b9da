"""A wall clock that jumps, as it may when it is set right, by hand or by the network.

Only what the answer cell reads itself jumps: libraries go on reading the true time. The monotonic clocks are left
alone, for these do not jump on any system (PEP 418).
"""

from __future__ import annotations

import sys
import time

from . import cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST = 1000
"""Jumps after which the clock goes on steadily, so that it stays among the years that a system can name."""


def make_it_jump(seconds: float) -> None:
    """From its second reading on, every reading finds the clock moved by another `seconds`."""
    import datetime

    readings = -1

    def shift() -> float:
        nonlocal readings
        if sys._getframe(2).f_code.co_filename != cell.FILENAME:
            return 0.0
        readings = min(readings + 1, MOST)
        return readings * seconds

    class Jumping(datetime.datetime):
        """The class datetime, as its name goes on saying."""

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return super().now(tz) + datetime.timedelta(seconds=shift())

        @classmethod
        def utcnow(cls) -> Any:
            return super().now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(seconds=shift())

        @classmethod
        def today(cls) -> Any:
            return super().now() + datetime.timedelta(seconds=shift())

    Jumping.__name__ = Jumping.__qualname__ = "datetime"
    Jumping.__module__ = "datetime"
    now, now_ns = time.time, time.time_ns
    time.time = lambda: now() + shift()
    time.time_ns = lambda: now_ns() + int(shift() * 1e9)
    datetime.datetime = Jumping  # type: ignore[misc]
