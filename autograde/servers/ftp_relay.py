"""A relay in front of an FTP server: its control connection, and every data connection that is agreed upon there.

    with ftp(tree) as server, ftp_relay(server.address, data=[way(to_student=[passes(100), resets()])]) as line:
        mirror(line.host, line.port, ...)

FTP names the port of each data connection on its control connection (RFC 959, section 3.2). The relay opens a relay
of its own for each and names that one instead, so that both are recorded: as the lanes "control", "data 1", "data 2", …
"""

from __future__ import annotations

import contextvars
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from autograde.wire.passage import passes_lines
from autograde.wire.relay import relay, way

from .ftp import data_endpoint, with_data_endpoint


@contextmanager
def ftp_relay(address: tuple[str, int], *, data: Sequence[way] = (), control: way | None = None) -> Iterator[relay]:
    """The relay of the control connection, which leads to the others.

    `data` says what happens to the first, second, … data connection (the last one to all later ones). `control` does so
    for the control connection; its script towards the student runs before anything is put into the replies.
    """
    context = contextvars.copy_context()  # the record of this block, also for what the relay's thread begins
    ways = tuple(data) or (way(),)
    opened = 0

    def change(reply: bytes) -> bytes:
        nonlocal opened
        endpoint = data_endpoint(reply)
        if endpoint is None:
            return reply
        opened += 1
        chosen = ways[min(opened, len(ways)) - 1]
        # A server that refuses a transfer stops listening for its data, perhaps before the relay has got there.
        between = relay((address[0], endpoint[1]), chosen, server=f"data {opened}", server_may_be_gone=True)
        line = context.run(behind.enter_context, between)
        # A foreign address stays in the reply: whoever believes it goes past the relay, to the server's trap.
        host = endpoint[0] if endpoint[0] not in ("", address[0]) else line.host
        return with_data_endpoint(reply, host, line.port)

    given = control or way()
    steps = way([*given.to_student, passes_lines(change)], given.to_server)
    with ExitStack() as behind, relay(address, steps, server="control") as front:
        yield front


__all__ = ["ftp_relay"]
