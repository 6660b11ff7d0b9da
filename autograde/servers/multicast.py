"""Multicast that never leaves this machine: sockets pinned to the loopback interface, and somebody who asks a group.

    with asker(group, port) as outside:
        outside.ask(b"who is there?")
        answers = outside.answers(2)

Three settings pin it: the group is joined on 127.0.0.1, datagrams leave by 127.0.0.1, and their time to live is 0, so
that no router would pass them on either. It works on Linux; `why_no_multicast` says why it does not elsewhere.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import sys
import time
from collections.abc import Iterator
from random import Random
from types import TracebackType
from typing import Self

from .hosting import LOOPBACK

Address = tuple[str, int]

TTL = 0
"""Hops that our datagrams may take: none."""

MOST = 65535
"""At least as much as any datagram holds."""

IP_RECVTTL = 12
"""Asks Linux for the time to live of each datagram (ip(7)). Python 3.11 to 3.13 have no name for it."""


def random_group(random: Random) -> str:
    """A group of the range that is free for local use (RFC 2365, section 6.1: 239.255.0.0/16)."""
    return f"239.255.{random.randrange(1, 255)}.{random.randrange(1, 255)}"


def member(group: str, port: int = 0) -> socket.socket:
    """A socket that hears this group, and no other, on a port that it shares with other members.

    Being bound to the group's own address is what keeps other groups' datagrams out: a socket bound to every address
    would be given those of each group that anyone on this machine has joined (ip(7), IP_MULTICAST_ALL).
    """
    with contextlib.ExitStack() as undo:
        sock = undo.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        # Either of the two is enough for a neighbor to share the port with us, so that we do not dictate which.
        for sharing in ("SO_REUSEADDR", "SO_REUSEPORT"):
            if hasattr(socket, sharing):
                sock.setsockopt(socket.SOL_SOCKET, getattr(socket, sharing), 1)
        sock.bind((group, port))
        membership = socket.inet_aton(group) + socket.inet_aton(LOOPBACK)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        if sys.platform == "linux":
            sock.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
        undo.pop_all()
    return sock


def mouth() -> socket.socket:
    """A socket on 127.0.0.1 that sends to a group, or to one asker, without leaving this machine."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(LOOPBACK))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, TTL)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
    sock.bind((LOOPBACK, 0))
    return sock


def received(sock: socket.socket) -> tuple[bytes, Address, int | None]:
    """The next datagram, where it comes from, and its time to live where the system tells it."""
    data, extras, _, source = sock.recvmsg(MOST, socket.CMSG_SPACE(4))
    ttl = next((int.from_bytes(value, sys.byteorder) for _, kind, value in extras if kind == socket.IP_TTL), None)
    return data, source, ttl


class asker:
    """Somebody outside the group who asks it, and hears what is answered: for announcers that students write."""

    def __init__(self, group: str, port: int) -> None:
        self.group = group
        self.port = port

    def __enter__(self) -> Self:
        self._mouth = mouth()
        self.address: Address = self._mouth.getsockname()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._mouth.close()

    def ask(self, data: bytes, *, group: str = "") -> None:
        """Send one datagram to the group, or to another one on the same port."""
        self._mouth.sendto(data, (group or self.group, self.port))

    def answers(self, count: int, *, within: float = 2.0) -> list[tuple[bytes, Address]]:
        """The next `count` datagrams and their senders; fewer when no more have come within so many seconds."""
        return list(self._answers(count, time.monotonic() + within))

    def _answers(self, count: int, until: float) -> Iterator[tuple[bytes, Address]]:
        for _ in range(count):
            self._mouth.settimeout(max(0.001, until - time.monotonic()))
            try:
                yield self._mouth.recvfrom(MOST)
            except TimeoutError:
                return


@functools.cache
def why_no_multicast() -> str:
    """Why loopback multicast does not work on this machine, or "" if it does: one datagram is sent to find out."""
    if sys.platform == "win32":
        return "on Windows a socket cannot be bound to a group's address"
    group = random_group(Random())
    try:
        with member(group) as ear, asker(group, ear.getsockname()[1]) as outside:
            outside.ask(b"is anybody there?")
            ear.settimeout(2.0)
            ear.recv(MOST)
    except OSError as error:
        return f"this system does not carry multicast over its loopback interface ({type(error).__name__}: {error})"
    return ""


__all__ = ["asker", "member", "mouth", "random_group", "received", "why_no_multicast"]
