"""F24: many scripted clients at once.

    with crowd(50, address, sends(b"hello\\n"), expects(b"HELLO\\n")) as clients:
        ...

All of them are there before the first one plays its first step, so that a server meets them together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from .codes import FAULTS
from .party import Address
from .peer import client
from .steps import Channel, Step

MEETING = 10.0
"""Seconds that a client waits for the others to connect. A server that refuses one of them holds up nobody longer."""


@contextmanager
def crowd(size: int, address: Address, *steps: Step | Callable[[int], Sequence[Step]]) -> Iterator[list[client]]:
    """F24: `size` clients of the server at `address`, in lanes "client 1", "client 2", …

    A step may also be a function that is given the number of the client (from 1 on) and returns the steps of that one.
    At the end of the block all of them end; the first whose script was not met fails it.
    """
    meeting = threading.Barrier(size)
    with ExitStack() as stack:
        everybody = [
            stack.enter_context(client(address, _meets(meeting), *_steps_of(steps, number), lane=f"client {number}"))
            for number in range(1, size + 1)
        ]
        stack.callback(meeting.abort)  # called first: who never got a connection must not keep the others waiting
        yield everybody


def _steps_of(steps: Sequence[Step | Callable[[int], Sequence[Step]]], number: int) -> list[Step]:
    return [one for each in steps for one in ([each] if isinstance(each, Step) else each(number))]


def _meets(meeting: threading.Barrier) -> Step:
    """Wait until every client of the crowd is connected."""

    def run(channel: Channel) -> None:
        try:
            meeting.wait(MEETING)
        except threading.BrokenBarrierError:
            channel.note("notes", text="not every client of the crowd was connected; this one began nevertheless")

    return Step(f"waits for {meeting.parties - 1} others ({FAULTS['F24'].name})", run)


__all__ = ["crowd"]
