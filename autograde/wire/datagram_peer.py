"""Scripted partners on a datagram socket, UDP or Unix: a server, and a client that speaks first.

    with datagram_peer(expects_datagram(b"PING"), sends(b"PONG")) as server:
        ...
    with datagram_client(address, sends(b"PING"), expects_datagram(b"PONG")):
        ...

`sends` sends one datagram to whoever sent the latest one; `delays` and `stalls` do what they do on a stream. When its
steps are done it falls silent, and the port stays taken until the block ends.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable

from .connection import READ, WRITE, Connection, Ending
from .failures import Stopped, Unmet
from .party import STUDENT, Address, Scripted, family_of
from .peer import bound
from .show import Named, brief, count, name_in_protocol
from .steps import Step
from .transcript import Transcript

LARGEST = 65535

Naming = Callable[[bytes], str]
"""What the protocol calls a datagram, such as "DATA 3"; "" for one that it does not know."""


def nameless(data: bytes) -> str:
    """No protocol: datagrams are told by their bytes."""
    return ""


class DatagramChannel(Connection):
    """A datagram socket in the hands of a script. It answers the latest sender, at first `partner`.

    `heard` are the datagrams that have come.
    """

    def __init__(
        self, sock: socket.socket, lane: str, transcript: Transcript, ending: Ending, *,
        names: Naming = nameless, partner: Address | None = None,
    ) -> None:  # fmt: skip
        super().__init__(sock, lane, STUDENT, transcript, ending)
        self.names = names
        self.partner = partner
        self.heard: list[Named] = []

    def receive(self, most: int = LARGEST, *, endless: bool = False, seconds: float | None = None) -> Named:
        """The next datagram, whole. Raises `TimeoutError` if none comes for `seconds`."""
        while True:
            self.ending.wait(self.sock, READ, endless=endless, seconds=seconds)
            with contextlib.suppress(BlockingIOError):
                data, self.partner = self.sock.recvfrom(LARGEST)
                self.heard.append(Named(data, self.names(data)))
                self._record("receives", self.heard[-1])
                return self.heard[-1]

    def send(self, data: bytes | memoryview, *, endless: bool = False) -> None:
        """Send one datagram to the latest sender. Raises `Unmet` if there was none yet."""
        if not self.partner:
            raise Unmet(f"nobody had sent the {self.lane} anything to answer")
        self.ending.wait(self.sock, WRITE, endless=endless)
        self._record("sends", Named(bytes(data), name_in_protocol(data) or self.names(bytes(data))))
        with contextlib.suppress(ConnectionRefusedError, FileNotFoundError):  # who asked has gone: datagrams get lost
            self.sock.sendto(data, self.partner)

    def _record(self, kind: str, data: bytes) -> None:
        self.transcript.add(
            self.lane, kind, to=self.other, data=data, size=len(data), unit="datagram", name=name_in_protocol(data)
        )

    def half_close(self) -> None:
        """Datagrams know no end: nothing happens."""

    def close(self) -> None:
        """Datagrams know no end: the socket stays until the block is over, so that nobody else gets its port."""
        with contextlib.suppress(Stopped):
            self.ending.pause(1e6)

    reset = close


class datagram_peer(Scripted):
    """A scripted datagram server that plays `steps` at a port that the system picks, or at `path` (a Unix socket).

    `names` says what its protocol calls a datagram, for the story.
    """

    def __init__(
        self, *steps: Step, host: str = "127.0.0.1", path: str | None = None, lane: str = "server",
        names: Naming = nameless,
    ) -> None:  # fmt: skip
        super().__init__(lane, steps)
        self.path = path
        self._names = names
        self._sock = bound(path if path is not None else (host, 0), socket.SOCK_DGRAM)

    @property
    def address(self) -> Address:
        """Where it is to be sent to: (host, port), or the path."""
        return self.path if self.path is not None else (self.host, self.port)

    @property
    def host(self) -> str:
        """The numeric address that it is bound to."""
        return str(self._sock.getsockname()[0])

    @property
    def port(self) -> int:
        """The port that the system gave it."""
        return int(self._sock.getsockname()[1])

    def _meet(self) -> socket.socket:
        return self._sock

    def _channel(self, sock: socket.socket) -> Connection:
        return DatagramChannel(sock, self.lane, self.pen, self._ending, names=self._names)

    def _release(self) -> None:
        self._sock.close()
        if self.path is not None:
            os.unlink(self.path)


class datagram_client(Scripted):
    """The mirror image: plays `steps` from a port of its own, and speaks first, to the socket at `address`."""

    def __init__(
        self, address: Address, *steps: Step, lane: str = "client", names: Naming = nameless
    ) -> None:  # fmt: skip
        super().__init__(lane, steps)
        self._target = address
        self._names = names

    def _open(self) -> None:
        if any(getattr(party, "address", None) == self._target for party in self.transcript.parties):
            self.pen.is_aside = True  # a relay is there, which records what passes

    def _meet(self) -> socket.socket:
        return socket.socket(family_of(self._target), socket.SOCK_DGRAM)

    def _channel(self, sock: socket.socket) -> Connection:
        return DatagramChannel(sock, self.lane, self.pen, self._ending, names=self._names, partner=self._target)


def expects_datagram(data: bytes) -> Step:
    """Receive one datagram that is exactly `data`. Fails (`Unmet`) if it is not, or none comes."""

    def run(channel: DatagramChannel) -> None:
        try:
            got = channel.receive()
        except Stopped:
            raise Unmet(f"wanted a datagram {brief(data)}, got none", wanted=data, got=b"") from None
        if got != data:
            raise Unmet(f"wanted a datagram {brief(data)}, got {brief(got)}", wanted=data, got=got)

    return Step(f"expects a datagram {brief(data)}", run)


def hears() -> Step:
    """Receive one datagram, whatever it is. Fails (`Unmet`) if none comes."""

    def run(channel: DatagramChannel) -> None:
        try:
            channel.receive()
        except Stopped:
            number = len(channel.heard) + 1
            raise Unmet(f"wanted {count(number, 'datagram')} and got {count(number - 1, 'datagram')}") from None

    return Step("receives a datagram", run)


def hears_nothing(seconds: float) -> Step:
    """For so long nothing may come. Fails (`Unmet`) at once if something does: it was sent too early."""

    def run(channel: DatagramChannel) -> None:
        try:
            early = channel.receive(endless=True, seconds=seconds)
        except TimeoutError:
            return
        raise Unmet(f"wanted nothing yet, got the datagram {brief(early)}", is_early=True)

    return Step(f"expects nothing for {seconds:g} s", run)


def returns(number: int, change: Callable[[bytes], bytes] = bytes, what: str = "") -> Step:
    """F14, F16, F17: send back the datagram that came as the `number`-th, as `change` returns it; `what` says how.

    It is sent when the script comes to it: late if others have come since, twice if the script says so.
    """

    def run(channel: DatagramChannel) -> None:
        original = channel.heard[number - 1]
        name = f"{original.name} {what}".strip() if original.name else ""
        channel.send(Named(change(original), name))

    return Step(f"sends datagram {number} back {what}".rstrip(), run)


def echoes(n: int | None = None, change: Callable[[bytes], bytes] = bytes) -> Step:
    """Send each of the next `n` datagrams (default: all) back to its sender, as `change` returns it."""

    def run(channel: DatagramChannel) -> None:
        left = n
        while left != 0:
            channel.send(change(channel.receive(endless=True)))
            left = None if left is None else left - 1

    amount = "every datagram" if n is None else f"the next {count(n, 'datagram')}"
    return Step(f"answers {amount} with " + ("the same" if change is bytes else "what it makes of it"), run)


__all__ = ["datagram_client", "datagram_peer", "echoes", "expects_datagram", "hears", "hears_nothing", "returns"]
