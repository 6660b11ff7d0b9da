"""What the actors reported, put together: one transcript, and a count of what is still on its way.

Each actor names sockets by their addresses (`host:port` at both ends). Since both ends of a conversation are on the
stage, the record knows more than any one of them: that bytes were sent and have not been read, or that somebody
knocked and was not let in. What the record says must come may be waited for without guessing how long that takes.
"""

from __future__ import annotations

import base64
from collections import Counter
from typing import Any

from autograde.wire.transcript import Event, Transcript

ELSEWHERE = "elsewhere"
"""The lane of an address that nobody on the stage has."""

Way = tuple[str, str]


class Record:
    """Everything reported so far."""

    def __init__(self) -> None:
        self.transcript = Transcript()
        self._lane_of: dict[str, str] = {}
        self._under_way: Counter[Way] = Counter()
        self._ended: set[Way] = set()
        self._knocks: Counter[str] = Counter()

    def name(self, address: str, lane: str) -> None:
        """Say whose address this is: for a partner that is not on the stage."""
        self._lane_of[address] = lane

    def lane_of(self, address: str) -> str:
        """Who has this address; empty for a socket that is not connected."""
        return self._lane_of.get(address, ELSEWHERE) if address else ""

    def enter(self, lane: str, report: dict[str, Any]) -> Event:
        """Add one reported event."""
        kind, local, remote, size = report["kind"], report["local"], report["remote"], report["size"]
        if local:
            self._lane_of[local] = lane
        self._count(kind, (local, remote), size)
        data = base64.b64decode(report["data"])
        text = report.get("text", "")
        to = self.lane_of(remote)
        return self.transcript.add(lane, kind, to=to, data=data, size=size, text=text, at=report["at"])

    def _count(self, kind: str, way: Way, size: int) -> None:
        local, remote = way
        match kind:
            case "connects" if local:
                self._knocks[remote] += 1
            case "accepts":
                self._knocks[local] -= 1
            case "sends":
                self._under_way[way] += size
            case "receives":
                self._under_way[remote, local] -= size
            case "half-closes" | "closes" | "resets" if remote:
                self._ended.add(way)

    def blocked(self, lane: str, wait: dict[str, Any]) -> None:
        """Add that a program is inside a call that cannot go on."""
        self.transcript.add(lane, "is blocked", to=self.lane_of(wait["remote"]), text=wait["call"])

    def is_due(self, wait: dict[str, Any]) -> bool:
        """Whether what this call waits for has certainly been sent: bytes, an end, or a knock at the door."""
        local, remote = wait["local"], wait["remote"]
        if wait["way"] == "write":
            return False
        if not remote:
            return self._knocks[local] > 0
        away = remote not in self._lane_of or self._lane_of[remote] not in self._actors()
        return away or self._under_way[remote, local] > 0 or (remote, local) in self._ended

    def _actors(self) -> set[str]:
        return {event.lane for event in self.transcript}

    def on_its_way(self) -> list[tuple[str, str, str, int]]:
        """Unread bytes, as (reader's lane, reader's address, sender's address, how many)."""
        return [
            (self._lane_of[to], to, origin, size)
            for (origin, to), size in self._under_way.items()
            if size > 0 and (to, origin) not in self._ended and to in self._lane_of
        ]
