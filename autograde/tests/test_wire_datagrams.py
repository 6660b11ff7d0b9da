"""Datagrams: the scripted peer, and the relay with each of its rules, seen by plain sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from autograde.tests.observers import nothing_remains
from autograde.wire.datagram_faults import (
    Rule,
    corrupts,
    drops,
    duplicates,
    fate,
    holds,
    intrudes,
    reorders,
    shortens,
)
from autograde.wire.datagram_peer import datagram_peer, echoes, expects_datagram
from autograde.wire.datagram_relay import datagram_relay
from autograde.wire.failures import Unmet
from autograde.wire.places import closed_port
from autograde.wire.steps import sends
from autograde.wire.transcript import recording

pytestmark = pytest.mark.usefixtures(nothing_remains.__name__)

QUIET = 0.05
"""Seconds after which a datagram that has not come on loopback is not coming."""


@contextmanager
def plain_socket(timeout: float = 5.0) -> Iterator[socket.socket]:
    """An unconnected UDP socket on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(timeout)
        yield sock


def received(sock: socket.socket) -> list[bytes]:
    """Every datagram that has come, until it is quiet."""
    sock.settimeout(QUIET)
    got = []
    try:
        while True:
            got.append(sock.recv(65535))
    except TimeoutError:
        return got


def sent_through(*rules: Rule, count: int = 5, seed: int = 1) -> list[bytes]:
    """What arrives of the datagrams b"1", b"2", … that were sent through a relay with these rules, in order."""
    with plain_socket() as server, plain_socket() as client:
        with datagram_relay(server.getsockname(), to_server=rules, random=Random(seed)) as line:
            for number in range(1, count + 1):
                client.sendto(b"%d" % number, line.address)
            return received(server)


def test_a_scripted_datagram_peer_answers_and_records() -> None:
    """One datagram in, one out, each an event of its own."""
    with recording() as transcript, datagram_peer(expects_datagram(b"PING"), sends(b"PONG")) as server:
        with plain_socket() as sock:
            sock.sendto(b"PING", server.address)
            assert sock.recv(100) == b"PONG"
    assert [(event.kind, event.data, event.unit) for event in transcript] == [
        ("receives", b"PING", "datagram"),
        ("sends", b"PONG", "datagram"),
    ]


@pytest.mark.parametrize(
    ("sent", "problem"), [(b"PANG", "got b'PANG'"), (b"PING ", "got b'PING '"), (None, "got none")]
)
def test_another_datagram_or_none_is_unmet(sent: bytes | None, problem: str) -> None:
    """Datagrams are compared whole."""
    with pytest.raises(Unmet, match=problem), datagram_peer(expects_datagram(b"PING")) as server:
        with plain_socket() as sock:
            if sent is not None:
                sock.sendto(sent, server.address)
                server.wait_until_done(0.2)


def test_an_echo_answers_everybody(tmp_path: Path) -> None:
    """Each sender gets its own datagrams back, over UDP and over a Unix path, empty ones too."""
    with datagram_peer(echoes()) as server, plain_socket() as one, plain_socket() as other:
        for sock, data in ((one, b"a"), (other, b"b"), (one, b"")):
            sock.sendto(data, server.address)
            assert sock.recv(100) == data
    with datagram_peer(echoes(1), path=str(tmp_path / "s")) as server:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.bind(str(tmp_path / "c"))
            sock.sendto(b"hello", server.address)
            assert sock.recv(100) == b"hello"


def test_without_rules_everything_passes_both_ways() -> None:
    """A relay in front of an echo is invisible, for several clients at once."""
    with (
        recording() as transcript,
        datagram_peer(echoes()) as server,
        datagram_relay((server.host, server.port)) as line,
    ):
        with plain_socket() as one, plain_socket() as other:
            one.sendto(b"from one", line.address)
            other.sendto(b"from other", line.address)
            assert one.recv(100) == b"from one"
            assert other.recv(100) == b"from other"
    assert sorted(line.to_server_seen) == sorted(line.to_student_seen) == [b"from one", b"from other"]
    passed = [(event.lane, event.to, event.via) for event in transcript if event.via]
    assert sorted(passed) == [("server", "student", "relay")] * 2 + [("student", "server", "relay")] * 2


@pytest.mark.parametrize(
    ("rules", "arrived"),
    [
        ([drops(2, 4)], [b"1", b"3", b"5"]),
        ([drops(when=lambda data: data == b"3")], [b"1", b"2", b"4", b"5"]),
        ([duplicates(1), duplicates(3, times=2)], [b"1", b"1", b"2", b"3", b"3", b"3", b"4", b"5"]),
        ([reorders(1)], [b"2", b"1", b"3", b"4", b"5"]),
        ([reorders(1, behind=3)], [b"2", b"3", b"4", b"1", b"5"]),
        ([reorders(2, 3)], [b"1", b"2", b"4", b"3", b"5"]),
        ([reorders(5)], [b"1", b"2", b"3", b"4"]),
        ([shortens(2, to=0)], [b"1", b"", b"3", b"4", b"5"]),
        ([duplicates(2), reorders(2)], [b"1", b"3", b"2", b"2", b"4", b"5"]),
        ([drops(1), duplicates(1)], [b"2", b"3", b"4", b"5"]),
    ],
)
def test_rules_with_numbers_do_just_what_they_say(rules: list[Rule], arrived: list[bytes]) -> None:
    """Loss, duplication, another order and shortening, alone and one after the other."""
    assert sent_through(*rules) == arrived


def test_a_held_datagram_comes_late() -> None:
    """What was sent behind it overtakes it; it still arrives."""
    with plain_socket() as server, plain_socket() as client:
        with datagram_relay(server.getsockname(), to_server=[holds(1, seconds=0.1)]) as line:
            client.sendto(b"1", line.address)
            client.sendto(b"2", line.address)
            assert [server.recv(9), server.recv(9)] == [b"2", b"1"]


def test_corruption_flips_as_many_bits_as_it_says() -> None:
    """The length stays, and the seed decides which bits."""
    for bits in (1, 3):
        (got,) = sent_through(corrupts(1, bits=bits), count=1)
        assert len(got) == 1 and (got[0] ^ ord("1")).bit_count() == bits


def test_a_stranger_sends_from_another_port() -> None:
    """Before the real answer comes one from somebody else, with the same bytes or with others."""
    with datagram_peer(echoes()) as server:
        rules = [intrudes(1), intrudes(2, data=b"me instead")]
        with datagram_relay((server.host, server.port), to_student=rules) as line, plain_socket() as sock:
            for data, forged in ((b"one", b"one"), (b"two", b"me instead")):
                sock.sendto(data, line.address)
                (first, stranger), (second, known) = sock.recvfrom(99), sock.recvfrom(99)
                assert (first, second) == (forged, data)
                assert known == line.address != stranger


def test_chance_is_replayed_from_the_seed() -> None:
    """The same seed loses the same datagrams, another one others; about as many as the rate says."""
    lossy = [drops(rate=0.3), duplicates(rate=0.2), corrupts(rate=0.1)]
    first, second, other = (
        [fate(lossy, number, b"data", f"{seed} to server") for number in range(1, 1001)] for seed in (1, 1, 2)
    )
    assert first == second != other
    assert 240 < sum(not deliveries for deliveries in first) < 360


def test_the_seed_of_a_story_replays_it() -> None:
    """A relay with that seed does the same again, whoever drew it."""
    with datagram_relay(("127.0.0.1", 9), to_student=[drops(rate=0.5)], random=Random(3)) as line:
        told = line.describe()
    with datagram_relay(("127.0.0.1", 9), to_student=[drops(rate=0.5)], seed=line.seed) as again:
        assert again.describe() == told


def test_the_script_names_the_seed_and_the_faults() -> None:
    """What a student reads above the story."""
    with datagram_relay(("127.0.0.1", 9), to_student=[drops(2, 5), corrupts(rate=0.25)], random=Random(3)) as line:
        assert line.describe() == (
            f"The relay's script, with seed {line.seed}: to your code: loses datagrams 2, 5 (F15, lost datagrams); "
            "flips a bit in 25 % of the datagrams (F17, corrupted datagrams)."
        )


def test_what_happened_to_each_datagram_is_recorded() -> None:
    """Lost, again, kept and late, changed, from a stranger: one word each in the record."""
    rules = [drops(1), duplicates(2), reorders(3), shortens(5, to=0), intrudes(6)]
    with recording() as transcript:
        assert len(sent_through(*rules, count=6)) == 7
    assert [(event.lane, event.kind, event.data, event.text) for event in transcript] == [
        ("student", "is lost", b"1", "datagram 1"),
        ("student", "sends", b"2", ""),
        ("relay", "sends", b"2", "again"),
        ("student", "is held", b"3", "datagram 3"),
        ("student", "sends", b"4", ""),
        ("relay", "sends", b"3", "late"),
        ("student", "is held", b"5", ""),
        ("relay", "sends", b"", "changed: cut to 0 bytes"),
        ("stranger", "sends", b"6", ""),
        ("student", "sends", b"6", ""),
    ]


@pytest.mark.parametrize("wrong", [{}, {"rate": 1.5}, {"numbers": (0,)}, {"numbers": (1,), "rate": 0.5}])
def test_a_rule_must_say_to_which_datagrams_it_applies(wrong: dict[str, object]) -> None:
    """Not at all, in two ways, or impossibly: a sentence for the author."""
    numbers = wrong.pop("numbers", ())
    with pytest.raises(ValueError, match="rate"):
        drops(*numbers, **wrong)  # type: ignore[arg-type, misc]


def test_a_server_that_is_gone_loses_datagrams() -> None:
    """Nobody listens behind the relay: the datagrams are lost, and the relay goes on."""
    with closed_port(datagrams=True) as address, datagram_relay(address) as line, plain_socket() as sock:
        for _ in range(3):
            sock.sendto(b"hello", line.address)
        assert received(sock) == []
        assert line.to_server_seen == [b"hello"] * 3


def test_a_relay_says_for_whom_it_speaks_where() -> None:
    """Before the server it stands for the client, before the client for the server; both by the names given."""
    with plain_socket() as server, plain_socket() as client:
        with datagram_relay(server.getsockname(), client="ship", server="lighthouse") as line:
            assert not line.wait_until_dealt_with(1, 0.01)
            client.sendto(b"hello", line.address)
            assert line.wait_until_dealt_with(1)
            _, back = server.recvfrom(100)
            assert line.faces == {line.address: "lighthouse", back: "ship"}
            assert [(event.lane, event.to) for event in line.transcript] == [("ship", "lighthouse")]
