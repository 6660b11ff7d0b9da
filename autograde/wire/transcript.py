"""The record of one conversation: who did what, when, with which bytes.

Every peer, client, stand-in and lesson actor writes to a `Transcript`; the story (`story.py`) and the pictures
(`picture.py`) are two readings of the same record, so a failed check and a lesson's demo are drawn by the same code.

A transcript is what its writers *saw*. A peer sees bytes and ends arrive; it cannot see how the other side chopped
them into `send` calls, nor whether an end was `shutdown` or `close`. The words used for the events keep to that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

KEPT = 4096
"""Bytes of one event's data that are kept; its `size` always counts all of them."""

KINDS = {
    "calls": "a function of the student was called (`text`: the call)",
    "returns": "that call returned (`text`: the value)",
    "raises": "that call raised (`text`: the exception)",
    "hangs": "that call was cut off at its deadline (`text`: where)",
    "listens": "a listening socket is ready (`text`: the address)",
    "connects": "asked for a connection (`to`: whom)",
    "accepts": "accepted a connection (`to`: from whom)",
    "sends": "handed `size` bytes to the system, for `to`",
    "receives": "got `size` bytes from `to`",
    "sees the end": "read the end of the stream: `to` will send nothing more",
    "half-closes": "told `to` that nothing more will be sent (shutdown)",
    "closes": "closed the connection",
    "resets": "aborted the connection: `to` gets a reset instead of an end",
    "sees a reset": "found that `to` aborted the connection",
    "is lost": "what was sent for `to` went no further than `via` (datagrams)",
    "is held": "what was sent for `to` is kept back by `via`, which sends it later (datagrams)",
    "misses": "the script of this party was not met (`text`: what was missed)",
    "waits": "does nothing, on purpose (`text`: until when)",
    "is blocked": "is inside a call that cannot go on yet (`text`: the call)",
    "system call": "made a call that moves no bytes (`text`: the call; lessons only)",
    "notes": "anything else worth a sentence (`text`)",
}
"""Every kind of event, and what its fields mean."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one party did or saw. `at` is in seconds of `time.monotonic`.

    `via` is the relay between `lane` and `to`: a `sends` went through it as it was. `unit` is "datagram" where the
    bytes are one datagram, and "" where they are a part of a stream. `name` is what its protocol calls it, if known.
    """

    at: float
    lane: str
    kind: str
    to: str = ""
    data: bytes = b""
    size: int = 0
    text: str = ""
    via: str = ""
    unit: str = ""
    name: str = ""


@dataclass
class Transcript:
    """A list of events that only grows, safe to write from several threads."""

    events: list[Event] = field(default_factory=list)
    parties: list[Any] = field(default_factory=list)
    """The scripted parties of the present scene; a failed check asks them what their scripts missed."""
    scene: int = 0
    """Index of the first event of the present scene: one conversation, where several follow each other."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    """Held by who does something and writes it down, when nothing that follows from it may be written down before."""

    def add(
        self,
        lane: str,
        kind: str,
        *,
        to: str = "",
        data: bytes = b"",
        size: int | None = None,
        text: str = "",
        via: str = "",
        unit: str = "",
        name: str = "",
        at: float | None = None,
    ) -> Event:
        """Append one event. Raises `ValueError` for a kind that `KINDS` does not list."""
        if kind not in KINDS:
            raise ValueError(f"no such kind of event: {kind!r}")
        size = len(data) if size is None else size
        at = time.monotonic() if at is None else at
        event = Event(at, lane, kind, to, bytes(data[:KEPT]), size, text, via, unit, name)
        with self.lock:
            self.events.append(event)
        return event

    def begin_scene(self) -> None:
        """A new conversation begins; what was before is no part of its story."""
        self.scene = len(self.events)
        self.parties.clear()

    def last_scene(self) -> Transcript:
        """The present conversation alone."""
        return Transcript(self.events[self.scene :], list(self.parties))

    def __iter__(self) -> Iterator[Event]:
        with self.lock:
            return iter(list(self.events))

    def __len__(self) -> int:
        return len(self.events)

    def lanes(self) -> list[str]:
        """The parties, in the order of their first appearance."""
        seen: dict[str, None] = {}
        for event in self:
            seen.setdefault(event.lane)
            if event.to:
                seen.setdefault(event.to)
        return list(seen)


PASSING = {"accepts", "sends", "receives", "sees the end", "half-closes", "closes", "resets", "sees a reset"}
"""The kinds of event that a relay sees for itself."""


class Pen(Transcript):
    """What a party writes into `whole` with. One behind a relay leaves to the relay what that sees (`is_aside`)."""

    def __init__(self, whole: Transcript) -> None:
        super().__init__(lock=whole.lock)
        self._whole = whole
        self.is_aside = False

    def add(self, lane: str, kind: str, **facts: Any) -> Event:
        """Append the event there, or to nobody's record."""
        leaves_it = self.is_aside and kind in PASSING
        return super().add(lane, kind, **facts) if leaves_it else self._whole.add(lane, kind, **facts)


_current: ContextVar[Transcript | None] = ContextVar("transcript", default=None)


@contextmanager
def recording(transcript: Transcript | None = None) -> Iterator[Transcript]:
    """Make a transcript the one that peers, clients and calls made in this block write to."""
    transcript = Transcript() if transcript is None else transcript
    token = _current.set(transcript)
    try:
        yield transcript
    finally:
        _current.reset(token)


def current() -> Transcript:
    """The transcript being recorded; a new, unshared one outside any `recording` block."""
    transcript = _current.get()
    return Transcript() if transcript is None else transcript  # an empty one is falsy, but it is the one
