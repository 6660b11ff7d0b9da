"""The servers that a lesson about clients talks to: whole ones, each behind a relay that writes down what passes.

    services = Services()
    web = services.open(site(...))
    line = services.relay(web, "web")
    ...                                     # a client talks to line.host and line.port
    services.picture("What the wire saw")
    services.close()                        # fails if the lesson left a socket or a thread behind

The client runs in the notebook itself. How a stream was cut into pieces is a matter of timing, so pictures of whole
messages join what one side said before the other spoke; that an end was seen is left out, because both sides may end at
the same moment.
"""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any, TypeVar

from autograde.wire.picture import Picture, sequence
from autograde.wire.relay import relay, way
from autograde.wire.transcript import Event, Transcript, recording

TOLD = {"connects", "sends", "resets", "raises", "waits", "notes"}
"""The kinds of event that a picture of messages shows."""

Thing = TypeVar("Thing")
_open: list[Services] = []


class Services:
    """Servers and relays for the length of a lesson, and the record of what passed the relays."""

    def __init__(self) -> None:
        while _open:  # the first cell, run again, ends what it started before
            _open.pop().end()
        self.transcript = Transcript()
        self._stack = ExitStack()
        self._sockets, self._threads = sockets(), set(threading.enumerate())
        self._first = 0
        _open.append(self)

    def open(self, server: AbstractContextManager[Thing]) -> Thing:
        """Start a server; it ends with `close`."""
        return self._stack.enter_context(server)

    def relay(self, server: Any, name: str, *ways: way) -> relay:
        """A relay in front of a server that is called `name` in pictures. `ways`: what it does to each connection."""
        with recording(self.transcript):
            return self.open(relay(server.address, *ways, lane="relay", server=name))

    def new_scene(self) -> None:
        """Start the next picture here: what happened so far is left out of it."""
        with self.transcript.lock:  # whoever has just sent something to the lesson writes it down first
            self._first = len(self.transcript)

    def messages(self) -> list[Event]:
        """What was said in this scene, joined."""
        return list(joined(list(self.transcript)[self._first :]))

    def picture(self, title: str, *, rows: int = 60) -> Picture:
        """The sequence diagram of this scene, a row for each message."""
        return sequence(self.messages(), title=title, rows=rows)

    def close(self) -> None:
        """End all servers. Raises AssertionError if the lesson left a socket or a thread behind."""
        self.end()
        gc.collect()
        left = len(sockets() - self._sockets)
        more = [thread.name for thread in threading.enumerate() if thread not in self._threads and thread.is_alive()]
        assert not left, f"the lesson left {left} sockets open"
        assert not more, f"the lesson left threads: {', '.join(more)}"
        print("Nothing is left open: every server has ended, and every socket is closed.")

    def end(self) -> None:
        """End all servers, whatever they are doing."""
        if self in _open:
            _open.remove(self)
        self._stack.close()


def joined(events: Iterable[Event]) -> Iterator[Event]:
    """The messages of a conversation: sends of one lane to another that follow each other are one."""
    last: Event | None = None
    for event in events:
        if event.kind not in TOLD:
            continue
        event = replace(event, via="")
        if last is not None and event.kind == last.kind == "sends" and (event.lane, event.to) == (last.lane, last.to):
            last = replace(last, data=last.data + event.data, size=last.size + event.size)
            continue
        if last is not None:
            yield last
        last = event
    if last is not None:
        yield last


def sockets() -> set[int]:
    """The descriptors of all Python sockets that are open in this process."""
    found = [thing for thing in gc.get_objects() if isinstance(thing, socket.socket)]
    return {number for thing in found if (number := thing.fileno()) >= 0}


__all__ = ["Services", "joined", "sockets"]
