"""Addresses at which a connection does not come about: nobody listens, or nobody answers.

with closed_port() as (host, port):
    with raises(ConnectionRefusedError):
        ask(host, port, b"PING\\n")
"""

from __future__ import annotations

import contextlib
import selectors
import socket
from collections.abc import Iterator

from .party import family_of
from .peer import bound
from .transcript import current

ENOUGH = 0.05
"""Seconds in which loopback answers a connection attempt if anybody is going to."""

FILLERS = 64
"""Connection attempts after which a queue that is still not full never will be."""


@contextlib.contextmanager
def closed_port(host: str = "127.0.0.1", *, datagrams: bool = False) -> Iterator[tuple[str, int]]:
    """F12: the address of a port on which nobody listens. For the block it stays reserved: nobody else can take it.

    With `datagrams` a UDP port. It is held by a socket that is connected elsewhere, so that the system refuses what
    others send there, with an ICMP message which only a connected sender is told of (udp(7)).
    """
    with bound((host, 0), socket.SOCK_DGRAM if datagrams else socket.SOCK_STREAM) as sock:
        if datagrams:
            sock.connect(sock.getsockname())  # to itself: nobody else can be meant
        port = sock.getsockname()[1]
        _set_the_scene(f"Nobody listens on {host}:{port}.")
        yield host, port


@contextlib.contextmanager
def black_hole(host: str = "127.0.0.1") -> Iterator[tuple[str, int]]:
    """F13: the address of a port at which an attempt to connect gets no answer, neither yes nor no.

    A listener that accepts nobody, with its queue filled: Linux then drops further attempts in silence. Other systems
    may refuse them instead, which this finds out: it then raises `NotImplementedError`.
    """
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(bound((host, 0)))
        listener.listen(0)
        address = listener.getsockname()[:2]
        _fill(stack, address)
        _set_the_scene(f"At {host}:{address[1]} nobody answers.")
        yield address


def _fill(stack: contextlib.ExitStack, address: tuple[str, int]) -> None:
    """Connect until an attempt gets no answer."""
    for _ in range(FILLERS):
        sock = stack.enter_context(socket.socket(family_of(address)))
        sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            sock.connect(address)
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_WRITE)
            if not selector.select(ENOUGH):
                return
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            break
    raise NotImplementedError("this system refuses connections to a full queue instead of dropping them")


def _set_the_scene(sentence: str) -> None:
    """A place is a conversation of its own, unless somebody is already playing."""
    transcript = current()
    if not any(party.is_playing for party in transcript.parties):
        transcript.begin_scene()
    transcript.add("server", "notes", text=sentence)


__all__ = ["black_hole", "closed_port"]
