"""A relay for datagrams between the student's code and a server: it passes them on, or does to them what its rules say.

    with echo() as server, datagram_relay(server.address, to_student=[drops(2), duplicates(3)]) as line:
        udp_ping(line.host, line.port, count=5)

Every client address gets a socket of its own towards the server, so that the server can tell clients apart. One thread
does everything, in the order in which datagrams come.
"""

from __future__ import annotations

import contextlib
import heapq
import selectors
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from secrets import randbits
from typing import Any

from .connection import PATIENCE
from .datagram_faults import Delivery, Rule, fate
from .datagram_peer import Naming, nameless
from .deeds import name_of
from .party import STUDENT, Party, family_of
from .peer import bound

LARGEST = 65535
"""Bytes: no datagram is larger (RFC 768)."""


@dataclass
class Direction:
    """One way through the relay: from whom to whom, by which rules, and what has come so far.

    `seen` are the datagrams as they came; `kept` those that wait for later ones, each with how many are still to come.
    """

    source: str
    sink: str
    rules: Sequence[Rule]
    seed: str
    seen: list[bytes] = field(default_factory=list)
    kept: list[list[Any]] = field(default_factory=list)


class datagram_relay(Party):
    """Stands at `host` and `port` in front of the UDP server at `address` and passes datagrams on both ways.

    `to_server` and `to_student` are the rules of the two directions. `random` gives the seed of whatever is left to
    chance; the seed is in the story, and `seed` replays it. `to_server_seen` and `to_student_seen` are what came,
    before any rule. `names` says what the protocol calls a datagram, and `lane` is the relay's name in the story.

    Where the student's code is the server, or both, `client` and `server` say who the two are ("student" is the
    student's code), and `to_client` are the rules of the way back.
    """

    def __init__(
        self, address: tuple[str, int], *, to_server: Sequence[Rule] = (), to_student: Sequence[Rule] = (),
        to_client: Sequence[Rule] = (), random: Random | None = None, seed: int | None = None,
        host: str = "127.0.0.1", lane: str = "relay", client: str = STUDENT, server: str = "server",
        names: Naming = nameless,
    ) -> None:  # fmt: skip
        super().__init__(lane)
        if seed is None:
            seed = random.getrandbits(32) if random is not None else randbits(32)
        self.seed = seed
        self._target = address
        self._names = names
        self._to_server = Direction(client, server, to_server, f"{self.seed} to server")
        self._to_client = Direction(server, client, [*to_student, *to_client], f"{self.seed} to student")
        self._front = bound((host, 0), socket.SOCK_DGRAM)
        self._front.setblocking(False)
        self._backs: dict[Any, socket.socket] = {}
        self._stranger: socket.socket | None = None
        self._late: list[tuple[float, int, Direction, Any, Delivery]] = []
        self._dealt_with = 0
        self._progress = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=lane, daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Where it is to be sent to: (host, port)."""
        return self.host, self.port

    @property
    def host(self) -> str:
        """The numeric address that it is bound to."""
        return str(self._front.getsockname()[0])

    @property
    def port(self) -> int:
        """The port that the system gave it."""
        return int(self._front.getsockname()[1])

    @property
    def to_server_seen(self) -> list[bytes]:
        """The datagrams that came for the server, in order."""
        return list(self._to_server.seen)

    @property
    def to_client_seen(self) -> list[bytes]:
        """The datagrams that came for the client, in order."""
        return list(self._to_client.seen)

    to_student_seen = to_client_seen

    @property
    def faces(self) -> dict[tuple[str, int], str]:
        """Its own addresses, each with the lane for which it speaks there: to its clients for the server, and back."""
        backs = {sock.getsockname()[:2]: self._to_server.source for sock in list(self._backs.values())}
        return {self.address: self._to_server.sink, **backs}

    def wait_until_dealt_with(self, number: int, seconds: float = PATIENCE) -> bool:
        """Wait until that many datagrams, of both directions, have met their fate; False if not after `seconds`."""
        with self._progress:
            return self._progress.wait_for(lambda: self._dealt_with >= number, seconds)

    def describe(self) -> str:
        """The rules in one sentence, "" if there are none."""
        told = [
            f"to {name_of(direction.sink)}: " + "; ".join(rule.describe() for rule in direction.rules)
            for direction in (self._to_server, self._to_client)
            if direction.rules
        ]
        return f"The {self.lane}'s script, with seed {self.seed}: {', and '.join(told)}." if told else ""

    def _open(self) -> None:
        for party in self.transcript.parties:
            party.step_aside(self._target)

    def _begin(self) -> None:
        self._thread.start()

    def _join(self) -> None:
        self._thread.join()

    def _release(self) -> None:
        for sock in [self._front, *self._backs.values(), *([self._stranger] if self._stranger else [])]:
            sock.close()

    def _run(self) -> None:
        try:
            with selectors.DefaultSelector() as self._selector:
                self._selector.register(self._front, selectors.EVENT_READ)
                self._selector.register(self._ending, selectors.EVENT_READ)
                while self._step():
                    pass
        except BaseException as error:  # handed to the thread that owns the block
            self._note(error)

    def _step(self) -> bool:
        """Deal with what has come and with what is due. False when the block is over and nothing more is there."""
        ready = self._selector.select(self._until_the_next_is_due())
        came = [key for key, _ in ready if key.fileobj is not self._ending]
        for key in came:
            with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
                self._take_in(key.fileobj, key.data)  # type: ignore[arg-type]
        while self._late and self._late[0][0] <= time.monotonic():
            _, _, direction, client, delivery = heapq.heappop(self._late)
            self._deliver(direction, client, delivery)
        return bool(came) or len(ready) == 0

    def _until_the_next_is_due(self) -> float | None:
        return max(0.0, self._late[0][0] - time.monotonic()) if self._late else None

    def _take_in(self, sock: socket.socket, client: Any) -> None:
        """One datagram: from a client, if `client` is None, else for that client."""
        if client is None:
            data, client = sock.recvfrom(LARGEST)
            direction = self._to_server
        else:
            data = sock.recv(LARGEST)
            direction = self._to_client
        direction.seen.append(data)
        self._release_kept(direction, client, self._deal_with(direction, client, data))
        with self._progress:
            self._dealt_with += 1
            self._progress.notify_all()

    def _deal_with(self, direction: Direction, client: Any, data: bytes) -> list[list[Any]]:
        """Send on, keep or lose one datagram; what has newly to be kept."""
        number, newly_kept = len(direction.seen), []
        deliveries = fate(direction.rules, number, data, direction.seed)
        if not deliveries:
            self._record(direction, "is lost", data, f"datagram {number}")
        for delivery in deliveries:
            if delivery.behind:
                self._record(direction, "is held", data, f"datagram {number}")
                newly_kept.append([delivery.behind, client, delivery])
            elif delivery.seconds:
                self._record(direction, "is held", data, f"datagram {number}")
                due = time.monotonic() + delivery.seconds
                heapq.heappush(self._late, (due, number, direction, client, delivery))
            else:
                self._deliver(direction, client, delivery, data)
        return newly_kept

    def _release_kept(self, direction: Direction, client: Any, newly_kept: list[list[Any]]) -> None:
        """A datagram has come: those that waited for it leave now."""
        for waiting in direction.kept:
            waiting[0] -= 1
        for _, whose, delivery in [each for each in direction.kept if each[0] <= 0]:
            self._deliver(direction, whose, delivery)
        direction.kept = [each for each in direction.kept if each[0] > 0] + newly_kept

    def _deliver(self, direction: Direction, client: Any, delivery: Delivery, original: bytes | None = None) -> None:
        """Put a datagram on its last way. `original` is what came, if that was just now and not kept meanwhile."""
        if delivery.data == original and not delivery.remark and not delivery.from_stranger:
            self._record(direction, "sends", delivery.data, "")
        else:
            if original is not None and delivery.remark.startswith("changed"):
                self._record(direction, "is held", original, "")
            self.transcript.add(
                "stranger" if delivery.from_stranger else self.lane, "sends", to=direction.sink, data=delivery.data,
                text=delivery.remark or ("late" if original is None else ""), unit="datagram",
                name=self._names(delivery.data),
            )  # fmt: skip
        with contextlib.suppress(ConnectionRefusedError, BlockingIOError):  # nobody there, or no room: it gets lost
            self._exit_for(direction, client, delivery)

    def _exit_for(self, direction: Direction, client: Any, delivery: Delivery) -> None:
        to_server = direction is self._to_server
        if delivery.from_stranger:
            if self._stranger is None:
                self._stranger = bound((self.host, 0), socket.SOCK_DGRAM)
            self._stranger.sendto(delivery.data, self._target if to_server else client)
        elif to_server:
            self._back_of(client).send(delivery.data)
        else:
            self._front.sendto(delivery.data, client)

    def _back_of(self, client: Any) -> socket.socket:
        """The socket by which the server knows this client."""
        if client not in self._backs:
            sock = self._backs[client] = socket.socket(family_of(self._target), socket.SOCK_DGRAM)
            sock.connect(self._target)
            sock.setblocking(False)
            self._selector.register(sock, selectors.EVENT_READ, client)
        return self._backs[client]

    def _record(self, way: Direction, kind: str, data: bytes, text: str) -> None:
        self.transcript.add(
            way.source, kind, to=way.sink, via=self.lane, data=data, text=text, unit="datagram", name=self._names(data)
        )


__all__ = ["datagram_relay"]
