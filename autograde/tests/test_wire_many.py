"""Conversations in large numbers: nothing is left of a thousand in a row, nor of a hundred at once."""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import psutil  # type: ignore[import-untyped]
import pytest

from autograde.tests.observers import read_all
from autograde.wire.datagram_faults import drops, duplicates
from autograde.wire.datagram_peer import datagram_peer, echoes
from autograde.wire.datagram_relay import datagram_relay
from autograde.wire.passage import passes
from autograde.wire.peer import client, peer
from autograde.wire.places import closed_port
from autograde.wire.relay import relay
from autograde.wire.splits import every_split
from autograde.wire.steps import expects, sends
from autograde.wire.stream_faults import cuts_off_after, drips, floods, resets, stalls, trickles
from autograde.wire.transcript import recording


def plain() -> None:
    """A request and its reply."""
    with peer(expects(b"PING\n", then_eof=True), sends(b"PONG\n")) as server, _connected(server) as sock:
        sock.sendall(b"PING\n")
        sock.shutdown(socket.SHUT_WR)
        assert read_all(sock) == b"PONG\n"


def on_ipv6() -> None:
    """A trickle on the other family."""
    with peer(trickles(b"abc", pause=0), host="::1") as server, _connected(server) as sock:
        assert read_all(sock) == b"abc"


def reset() -> None:
    """Half a reply and a reset."""
    with peer(sends(b"half"), resets()) as server, contextlib.suppress(ConnectionError), _connected(server) as sock:
        read_all(sock)


def cut_off() -> None:
    """A relay that lets three bytes through."""
    with peer(sends(b"hello")) as server, relay(server.address, to_student=[passes(3), resets()]) as line:
        with contextlib.suppress(ConnectionError), _connected(line) as sock:
            read_all(sock)


def passed_on() -> None:
    """A relay that does nothing."""
    with peer(cuts_off_after(3, b"hello")) as server, relay(server.address) as line, _connected(line) as sock:
        assert read_all(sock) == b"hel"


def endless() -> None:
    """Parties that would never end by themselves, left in the middle."""
    for step in (stalls(), floods(), drips(every=0.001)):
        with peer(step) as server, _connected(server):
            pass


def refused() -> None:
    """A port where nobody listens."""
    with closed_port() as address, contextlib.suppress(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def datagrams() -> None:
    """An echo behind a relay that loses the first and doubles the second."""
    rules = [drops(1), duplicates(2)]
    with datagram_peer(echoes()) as server, datagram_relay((server.host, server.port), to_server=rules) as line:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(5)
            for data in (b"1", b"2"):
                sock.sendto(data, line.address)
            assert sock.recv(9) == sock.recv(9) == b"2"


def from_memory() -> None:
    """Every cut of a small sample."""
    for split in every_split(b"abc", following=b"d"):
        with split.socket() as sock:
            assert read_all(sock).startswith(b"abc")


def as_client() -> None:
    """A scripted client of a plain server."""
    with socket.create_server(("127.0.0.1", 0)) as listener, client(listener.getsockname(), sends(b"hi")):
        sock, _ = listener.accept()
        with sock:
            assert read_all(sock) == b"hi"


KINDS: list[Callable[[], None]] = [
    plain, on_ipv6, reset, cut_off, passed_on, endless, refused, datagrams, from_memory, as_client,
]  # fmt: skip


@contextlib.contextmanager
def _connected(server: peer | relay) -> Iterator[socket.socket]:
    with socket.create_connection((server.host, server.port), timeout=10) as sock:
        yield sock


def left_over() -> dict[str, object]:
    """What a conversation could leave behind in this process and on this machine."""
    gc.collect()  # what tests before this one have dropped is not ours
    own = psutil.Process()
    return {
        "threads": threading.active_count(),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "children": len(own.children(recursive=True)),
        "ports": sorted(each.laddr.port for each in own.net_connections() if each.status == psutil.CONN_LISTEN),
    }


def recorded(kind: Callable[[], None]) -> None:
    with recording():
        kind()


def test_a_thousand_conversations_leave_nothing() -> None:
    """One after another, of every kind."""
    before = left_over()
    for kind in islice(cycle(KINDS), 1000):
        recorded(kind)
    assert left_over() == before


def test_a_hundred_conversations_at_once_leave_nothing() -> None:
    """All of them stand at the same time, each with its own record."""
    before = left_over()
    with ThreadPoolExecutor(100) as pool:
        for done in [pool.submit(recorded, kind) for kind in islice(cycle(KINDS), 100)]:
            done.result()
    assert left_over() == before


def test_starting_and_ending_a_peer_takes_about_a_millisecond(
    capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None]
) -> None:
    """The benchmark: the median of 200, printed; ten times the aim would be a fault even on a busy machine."""
    seconds = []
    for _ in range(200):
        started = time.perf_counter()
        with peer(sends(b"x")) as server:
            server.connect().close()
        seconds.append(time.perf_counter() - started)
    median = statistics.median(seconds) * 1000
    record_property("median_ms", median)
    with capsys.disabled():
        print(f"\n[benchmark] a scripted peer, started, visited and ended: {median:.2f} ms (median of 200)")
    assert median < 10
