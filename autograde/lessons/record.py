"""What the actors reported, put together: one transcript, and a count of what is still on its way.

Each actor names sockets by their addresses (`host:port` at both ends). Since both ends of a conversation are on the
stage, the record knows more than any one of them: that bytes were sent and have not been read, or that somebody
knocked and was not let in. What the record says must come may be waited for without guessing how long that takes.

Datagrams are not counted: nothing says that one must come. What passes a relay on the stage is written down by the
relay, which alone knows what became of it, and is told as between the two programs at its sides.
"""

from __future__ import annotations

import base64
from collections import Counter, defaultdict, deque
from typing import Any

from autograde.wire.datagram_relay import datagram_relay
from autograde.wire.transcript import Transcript

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
        self._callers: defaultdict[str, deque[str]] = defaultdict(deque)
        self._same: dict[str, str] = {}
        self._relays: dict[datagram_relay, int] = {}

    def name(self, address: str, lane: str) -> None:
        """Say whose address this is: for a partner that is not on the stage."""
        self._lane_of[address] = lane

    def lane_of(self, address: str) -> str:
        """Who has this address; empty for a socket that is not connected."""
        if not address:
            return ""
        faces = {face: lane for relay in self._relays for face, lane in faces_of(relay).items()}
        return faces.get(address) or self._lane_of.get(self._same.get(address, address), ELSEWHERE)

    def watch(self, relay: datagram_relay) -> None:
        """From now on this relay passes datagrams on between programs of the stage."""
        self._relays[relay] = 0

    def enter(self, lane: str, report: dict[str, Any]) -> None:
        """Add one reported event."""
        kind, local, remote, size = report["kind"], report["local"], report["remote"], report["size"]
        unit, data = report.get("unit", ""), base64.b64decode(report["data"])
        if local:
            self._lane_of[local] = lane
        if not unit:
            self._meet(kind, local, remote)
            self._count(kind, (self._same.get(local, local), self._same.get(remote, remote)), size)
        elif kind == "sends" and (relay := self._relay_at(remote)):
            self._relays[relay] += 1
            return
        to, text = self.lane_of(remote), report.get("text", "")
        self.transcript.add(lane, kind, to=to, data=data, size=size, text=text, unit=unit, at=report["at"])

    def _relay_at(self, address: str) -> datagram_relay | None:
        return next((relay for relay in self._relays if address in faces_of(relay)), None)

    def let_it_pass(self) -> None:
        """Return when the relays have dealt with all that was sent through them."""
        for relay, sent in self._relays.items():
            relay.wait_until_dealt_with(sent)

    def _meet(self, kind: str, local: str, remote: str) -> None:
        """Find out who is at the other end of a Unix socket without a path: callers are let in one after the other."""
        if kind == "connects" and local:
            self._callers[remote].append(local)
        elif kind == "accepts" and (callers := self._callers[local]):
            caller = callers.popleft()
            if remote not in self._lane_of:
                self._same[remote] = caller

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
        local, remote = wait["local"], self._same.get(wait["remote"], wait["remote"])
        if wait["way"] == "write" or wait["unit"]:
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


def faces_of(relay: datagram_relay) -> dict[str, str]:
    """The addresses of a relay as actors know them, each with the lane for which it speaks there."""
    return {f"{host}:{port}/udp": lane for (host, port), lane in relay.faces.items()}
