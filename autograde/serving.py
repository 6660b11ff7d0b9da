"""`serve`: a reference server to play with from a terminal or a notebook, with any fault, told as it happens.

The server stands behind a relay, which records what passes, and does what the scripts say: the very steps and rules
that a check would use.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rich.console import Console
from rich.table import Table

from autograde.servers.exhibits import BOTH, EXHIBITS, GROUP, Exhibit
from autograde.servers.ftp_relay import ftp_relay
from autograde.servers.hosting import Server
from autograde.wire.datagram_relay import datagram_relay
from autograde.wire.relay import relay, way
from autograde.wire.script import RULES, STEPS, BadScript, datagram_script, stream_script
from autograde.wire.story import sentences
from autograde.wire.transcript import Event, Transcript, recording


class Told(Transcript):
    """A transcript that is told on the console while it is written."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def add(self, lane: str, kind: str, **facts: object) -> Event:
        """Append the event, and tell it."""
        event = super().add(lane, kind, **facts)  # type: ignore[arg-type]
        for sentence in sentences([event]):
            words = sentence.replace("Your code", "The client").replace("your code", "the client")
            self._console.print(words, markup=False, soft_wrap=True)
        self.events.clear()  # it may go on for days
        return event


def serve(name: str | None, *, to_client: str, to_server: str, seed: int | None, quiet: bool) -> int:
    """Run the server until Ctrl-C. Returns 0, or 2 for a name or script that is none."""
    console = Console(highlight=False)
    if name is None:
        console.print(_catalog())
        return 0
    if name not in EXHIBITS:
        console.print(f"There is no server {name!r}. There are: {', '.join(EXHIBITS)}.", markup=False)
        return 2
    try:
        with ExitStack() as stack, recording(Transcript() if quiet else Told(console)):
            server = EXHIBITS[name].open(stack)
            address = stack.enter_context(_relayed(name, server, to_client, to_server, seed))
            _introduce(console, name, EXHIBITS[name], server, address)
            threading.Event().wait()
    except BadScript as problem:
        console.print(str(problem), markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("\nEnded.")
    return 0


@contextmanager
def _relayed(name: str, server: Server, to_client: str, to_server: str, seed: int | None) -> Iterator[tuple[str, int]]:
    """The address at which clients meet the relay; that of the server itself where no relay can stand in between."""
    kind = EXHIBITS[name].kind
    if kind == GROUP:
        yield server.address
    elif kind == BOTH:
        rules = datagram_script(to_server), datagram_script(to_client)
        with datagram_relay(server.address, to_server=rules[0], to_student=rules[1], seed=seed) as line:
            yield line.address
    else:
        chosen = way(stream_script(to_client), stream_script(to_server))
        front = ftp_relay(server.address, data=[chosen]) if name == "ftp" else relay(server.address, chosen)
        with front as line:
            yield line.host, line.port


def _introduce(console: Console, name: str, exhibit: Exhibit, server: Server, address: tuple[str, int]) -> None:
    host, port = address
    console.print(f"[bold]{name}[/] listens at {host} port {port} ({exhibit.kind}): {exhibit.summary}.")
    if exhibit.kind == BOTH:
        console.print(f"Over TCP, and without any fault, it is at port {server.port}.")
    for line in exhibit.tries:
        console.print("    " + line.format(host=host, port=port), markup=False)
    console.print("Ctrl-C ends it.\n")


def _catalog() -> Table:
    table = Table("Name", "What it is", "By", box=None, pad_edge=False)
    for name, exhibit in EXHIBITS.items():
        table.add_row(name, exhibit.summary, exhibit.kind)
    table.caption = f"On streams: {', '.join(STEPS)}. On datagrams: {', '.join(RULES)}."
    table.caption_justify = "left"
    return table
