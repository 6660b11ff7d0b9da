"""Who was busy and who waited, read from a record: rows for `timeline.py`.

timeline(busy(transcript), title="Who waits for whom")
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograde.wire.deeds import heading
from autograde.wire.timeline import Bar
from autograde.wire.transcript import Event

ENDS_A_CALL = {"returns": "work", "raises": "trouble", "hangs": "trouble"}
MARKS = {"resets": "resets", "sees a reset": "sees a reset", "misses": "script failed"}


def busy(events: Iterable[Event]) -> list[tuple[str, list[Bar]]]:
    """Rows for `timeline`: for each lane of a record, its calls from beginning to end, and what it waited in.

    A wait lasts until the next event of its lane, or until the end of the record if there is none. What went wrong at
    one moment (a reset, a script that was not met) is a mark.
    """
    events = sorted(events, key=lambda event: event.at)
    last = events[-1].at if events else 0.0
    lanes: dict[str, list[Event]] = {}
    for event in events:
        lanes.setdefault(event.lane, []).append(event)
    rows = [(lane, [bar for n in range(len(own)) if (bar := _bar(own, n, last))]) for lane, own in lanes.items()]
    return [(heading(lane), bars) for lane, bars in rows if bars]


def _bar(events: Sequence[Event], number: int, last: float) -> Bar | None:
    """What one of a lane's events says about how long something took; `last` is the end of the record."""
    event = events[number]
    if event.kind in MARKS:
        return Bar(event.at, event.at, MARKS[event.kind], "trouble")
    if event.kind == "calls":
        end = next((other for other in events[number:] if other.kind in ENDS_A_CALL), None)
        look = ENDS_A_CALL[end.kind] if end else "wait"
        return Bar(event.at, end.at if end else last, event.text.partition("(")[0] + "()", look)
    if event.kind in ("is blocked", "waits"):
        end_of_wait = events[number + 1].at if number + 1 < len(events) else last
        return Bar(event.at, end_of_wait, event.text or "waits", "wait")
    return None


__all__ = ["busy"]
