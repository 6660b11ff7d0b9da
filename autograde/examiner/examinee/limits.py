"""What a check can put an examinee under, scarcity above all: one unit each, found by name in `LIMITS`.

A limit is a class with one value: `sentence` tells the reader of a story what was limited, `apply` does it inside a
fresh examinee before the answer cell is run. To add one, write the class and put it into the table.
"""

from __future__ import annotations

from . import clock, memory, resolver, stingy
from .descriptors import open_descriptors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class Limit(Protocol):
        """One kind of scarcity."""

        def __init__(self, value: Any) -> None: ...

        @property
        def sentence(self) -> str:
            """What is limited, for the reader of a story."""

        def apply(self) -> None:
            """Limit this process."""


class SendAtMost:
    """F09: `send` and `sendmsg` of a stream take at most so many bytes (a list: in the first call, …, in all later)."""

    def __init__(self, value: int | list[int]) -> None:
        self.sizes = stingy.sizes_from(value)

    @property
    def sentence(self) -> str:
        """What is limited."""
        return f"each send() takes at most {_in_turn(self.sizes)}, as it may on any busy network"

    def apply(self) -> None:
        """Replace the methods of socket.socket."""
        stingy.make_send_stingy(self.sizes)


class RecvAtMost:
    """F01: `recv`, `recv_into` and `recvmsg` of a stream give at most so many bytes."""

    def __init__(self, value: int | list[int]) -> None:
        self.sizes = stingy.sizes_from(value)

    @property
    def sentence(self) -> str:
        """What is limited."""
        return f"each recv() gives at most {_in_turn(self.sizes)}, as it may on any network"

    def apply(self) -> None:
        """Replace the methods of socket.socket."""
        stingy.make_recv_stingy(self.sizes)


class Memory:
    """F28: so many bytes of memory beyond what a fresh examinee uses, the arguments and results of calls included."""

    def __init__(self, value: int) -> None:
        self.size = int(value)

    @property
    def sentence(self) -> str:
        """What is limited."""
        return f"the program may use {self.size / 1e6:,.0f} MB of memory"

    def apply(self) -> None:
        """Set the resource limit."""
        memory.limit(self.size)


class Descriptors:
    """F28: so many descriptors (sockets, files) beyond those of a fresh examinee."""

    def __init__(self, value: int) -> None:
        self.count = int(value)

    @property
    def sentence(self) -> str:
        """What is limited."""
        return f"the program may have {self.count} sockets and files open at once"

    def apply(self) -> None:
        """Set the resource limit, which is on the number of the highest descriptor."""
        import resource

        taken, number, free = open_descriptors(), 0, self.count
        while free:
            free -= number not in taken
            number += 1
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


class ClockJumps:
    """F27: the wall clock moves by so many seconds between any two readings of it; negative ones move it back."""

    def __init__(self, value: float) -> None:
        self.seconds = float(value)

    @property
    def sentence(self) -> str:
        """What is done."""
        way = "back" if self.seconds < 0 else "forward"
        return f"somebody sets the wall clock {way} by {abs(self.seconds):,g} s, again and again"

    def apply(self) -> None:
        """Replace what reads the wall clock."""
        clock.make_it_jump(self.seconds)


class Resolver:
    """Names are looked up in a table, and nobody is asked (see resolver.py): addresses in their order, or an error."""

    def __init__(self, value: dict[str, list[str] | str]) -> None:
        self.table = resolver.checked(value)

    @property
    def sentence(self) -> str:
        """What the table says."""
        return f"names are looked up in a table: {'; '.join(map(_entry, self.table.items()))}"

    def apply(self) -> None:
        """Replace what looks up names."""
        resolver.install(self.table)


LIMITS: dict[str, type[Limit]] = {
    "send_at_most": SendAtMost,
    "recv_at_most": RecvAtMost,
    "memory": Memory,
    "descriptors": Descriptors,
    "clock_jumps": ClockJumps,
    "resolver": Resolver,
}
"""Every limit by the name that `limits(...)` takes."""


def describe(limits: dict[str, Any]) -> list[str]:
    """One sentence for each limit. Raises `TypeError` for a name that `LIMITS` does not list."""
    if unknown := limits.keys() - LIMITS.keys():
        raise TypeError(f"no such limit: {', '.join(sorted(unknown))}; there are {', '.join(LIMITS)}")
    return [LIMITS[name](value).sentence for name, value in limits.items()]


def apply(limits: dict[str, Any]) -> None:
    """Put this process under the limits."""
    for name, value in limits.items():
        LIMITS[name](value).apply()


def _in_turn(sizes: list[int]) -> str:
    *first, last = (f"{size:,} byte" + ("" if size == 1 else "s") for size in sizes)
    return f"{', then '.join(first)}, then {last}" if first else last


def _entry(entry: tuple[str, list[str] | str]) -> str:
    name, answer = entry
    if isinstance(answer, str):
        return f"{name} gives {answer} (“{resolver.TEXTS[answer]}”)"
    more = f" and {len(answer) - 3} more" if len(answer) > 4 else ""
    return f"{name} is {', '.join(answer[: 3 if more else 4])}{more}"
