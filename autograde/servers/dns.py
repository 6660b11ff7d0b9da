"""A DNS server on loopback, over UDP and TCP on the same port, whose messages are dnspython's.

    with dns([("www.loopback.example", "A", "192.0.2.1")], script=["silence", ("wrong identifier", "right")]) as server:
        lookup("www.loopback.example", "A", server.address)
    assert [query.replies for query in server.queries] == [("silence",), ("wrong identifier", "right")]

It answers from its records: aliases with the whole chain, NXDOMAIN for names it does not know, and with the flag TC and
less than everything when the answer is too big for UDP. `script` says what becomes of the first queries over UDP, one
entry each, and `tcp_script` the same over TCP; after that all answers are right. An entry is a key of `REPLIES` or of
`hostile_dns.KINDS`, or several of them, sent one after another. `repeat("silence")` goes on for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from .accepting import stop_accepting
from .hostile_dns import KINDS
from .hosting import LOOPBACK, LoopServer

Address = tuple[str, int]

REPLIES = {
    "right": "answers rightly",
    "other case": "answers rightly, but writes the name in the other letter case, which means the same",
    "silence": "does not answer",
    "truncated": "says that the answer does not fit (TC), and gives nothing of it",
    "server failure": "answers SERVFAIL",
    "refused": "answers REFUSED",
    "wrong identifier": "sends a forged answer with another identifier (F29)",
    "wrong question": "sends a forged answer to another question (F29)",
    "for another name": "answers the right question with a record of another name",
    "another name as well": "answers rightly, but puts a record of another name first",
    "the query itself": "sends the query back as it came",
    "from another port": "lets a stranger on another port send a forged answer (F18; UDP only)",
    "from another address": "lets a stranger with the address 127.0.0.2 do so from the same port (F18; IPv4 on Linux)",
    "hangs up": "ends the connection instead of answering (TCP only)",
    "length says more": "gives a length that is larger than what follows, then ends the connection (F30; TCP only)",
    "length says less": "gives a length that is smaller than what follows (F30; TCP only)",
}
"""What can become of a query, as clauses for "the server ...". The hostile messages come on top, by their names."""

ONLY_TCP = ("hangs up", "length says more", "length says less")
ONLY_UDP = ("from another port", "from another address")
ELSEWHERE = {"udp": ONLY_TCP, "tcp": ONLY_UDP}

RECORDS = [
    ("loopback.example", "NS", "ns.loopback.example."),
    ("loopback.example", "MX", "10 mail.loopback.example."),
    ("loopback.example", "MX", "20 www.loopback.example."),
    ("loopback.example", "TXT", '"a course" "in network programming"'),
    ("ns.loopback.example", "A", "192.0.2.53"),
    ("mail.loopback.example", "A", "192.0.2.25"),
    ("www.loopback.example", "A", "192.0.2.80"),
    ("www.loopback.example", "A", "192.0.2.81"),
    ("www.loopback.example", "AAAA", "2001:db8::80"),
    ("bücher.loopback.example", "A", "192.0.2.90"),
    ("web.loopback.example", "CNAME", "www.loopback.example."),
    ("old.loopback.example", "CNAME", "older.loopback.example."),
    ("older.loopback.example", "CNAME", "web.loopback.example."),
    ("lost.loopback.example", "CNAME", "nowhere.loopback.example."),
    ("left.loopback.example", "CNAME", "right.loopback.example."),
    ("right.loopback.example", "CNAME", "left.loopback.example."),
    *(("big.loopback.example", "TXT", f'"{i:03} {"x" * 196}"') for i in range(20)),
]
"""A zone for lessons and for playing: name, type, and value as in a zone file. `big` is too big for UDP."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a client sent: `over` is "udp" or "tcp", `replies` what became of it, by name.

    `problem` says why it could not be read; then `name` and `type` are "".
    """

    name: str
    type: str
    ident: int
    over: str
    source: Address
    data: bytes
    replies: tuple[str, ...] = ()
    problem: str = ""


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: dns) -> None:
        self._server = server

    def connection_made(self, transport: Any) -> None:
        self._server.transports.add(transport)

    def datagram_received(self, data: bytes, source: Any) -> None:
        for kind, reply in self._server.replies_to(data, source, "udp"):
            self._server.send(reply, source, kind)


class _Stream(asyncio.Protocol):
    """One connection: messages with their length in two bytes before them (RFC 1035, section 4.2.2)."""

    def __init__(self, server: dns) -> None:
        self._server = server
        self._buffer = bytearray()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._server.transports.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.transports.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 2:
            end = 2 + int.from_bytes(self._buffer[:2], "big")
            if len(self._buffer) < end:
                break
            message = bytes(self._buffer[2:end])
            del self._buffer[:end]
            self._answer(message)

    def _answer(self, message: bytes) -> None:
        for kind, reply in self._server.replies_to(message, self._transport.get_extra_info("peername"), "tcp"):
            lie = {"length says more": 10, "length says less": -10}.get(kind, 0)
            if kind != "hangs up":
                self._transport.write((len(reply) + lie).to_bytes(2, "big") + reply)
            if kind in ("hangs up", "length says more"):
                self._transport.close()


class dns(LoopServer):
    """The server. `host` may be "::1"; what is random in a hostile message comes from `random`."""

    name = "DNS"

    def __init__(
        self,
        records: Iterable[tuple[str, str, str]] = RECORDS,
        *,
        script: Iterable[str | tuple[str, ...]] = (),
        tcp_script: Iterable[str | tuple[str, ...]] = (),
        host: str = LOOPBACK,
        random: Random | None = None,
    ) -> None:
        from . import dns_answers  # takes longer to import than the rest of a check takes to run

        super().__init__()
        self.host = host
        self.queries: list[Query] = []
        self.transports: set[Any] = set()
        self._answers = dns_answers
        self._zone = dns_answers.Zone(records)
        self._scripts: dict[str, Iterator[str | tuple[str, ...]]] = {"udp": iter(script), "tcp": iter(tcp_script)}
        self._random = Random() if random is None else random

    def replies_to(self, data: bytes, source: Address, over: str) -> list[tuple[str, bytes]]:
        """Record what came, and say what to send, each with its name. Raises `ValueError` for an unknown name."""
        ident = int.from_bytes(data[:2], "big")
        try:
            query = self._answers.read_query(data)
        except self._answers.MalformedQuery as error:
            self.queries.append(Query("", "", ident, over, source[:2], data, ("format error",), str(error)))
            reply = self._answers.format_error(data)
            return [("format error", reply)] if reply else []
        kinds = self._next_entry(over)
        name, asked_type = self._answers.asked(query)
        self.queries.append(Query(name, asked_type, ident, over, source[:2], data, kinds))
        return [(kind, self._make(kind, query, over)) for kind in kinds if kind != "silence"]

    def _next_entry(self, over: str) -> tuple[str, ...]:
        entry = next(self._scripts[over], "right")
        kinds = (entry,) if isinstance(entry, str) else tuple(entry)
        for kind in kinds:
            if kind not in (*REPLIES, *KINDS) or kind in ELSEWHERE[over]:
                raise ValueError(f"there is no reply {kind!r} over {over}")
        return kinds

    def _make(self, kind: str, query: Any, over: str) -> bytes:
        how = "right" if kind in ONLY_TCP else kind
        return self._answers.reply_bytes(how, self._zone, query, over=over, random=self._random)

    def send(self, reply: bytes, to: Address, kind: str) -> None:
        """Send a datagram, as the server or as a stranger. asyncio's own way to send leaves empty ones out."""
        if kind in ONLY_UDP:
            own = ("127.0.0.2", self.port) if kind == "from another address" else (self.host, 0)
            with socket.socket(_family(self.host), socket.SOCK_DGRAM) as stranger:
                stranger.bind(own)
                stranger.sendto(reply, to)
        else:
            with contextlib.suppress(BlockingIOError):  # a datagram for which there is no room is lost
                self._udp.sendto(reply, to)

    async def _open(self) -> None:
        self._udp, tcp = one_port_for_udp_and_tcp(self.host)
        self.port = tcp.getsockname()[1]
        await self._loop.create_datagram_endpoint(lambda: _Datagrams(self), sock=self._udp)
        self._listener = await self._loop.create_server(lambda: _Stream(self), sock=tcp)

    async def _close(self) -> None:
        await stop_accepting(self._listener)
        for transport in list(self.transports):
            transport.abort()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def one_port_for_udp_and_tcp(host: str = LOOPBACK) -> tuple[socket.socket, socket.socket]:
    """A UDP and a listening TCP socket with the same port number: the system picks it for TCP, we try it for UDP."""
    for _ in range(100):
        tcp = socket.create_server((host, 0), family=_family(host))
        udp = socket.socket(_family(host), socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname()[:2])
        except OSError:  # somebody has this port for UDP
            tcp.close()
            udp.close()
        else:
            return udp, tcp
    raise OSError(f"found no port on {host} that is free for both UDP and TCP")


__all__ = ["RECORDS", "REPLIES", "Query", "dns", "one_port_for_udp_and_tcp"]
