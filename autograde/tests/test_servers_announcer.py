"""Announcers: heard by their own group only, on this machine only, as often and as badly as was ordered."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from random import Random

import pytest

from autograde.servers.announcer import QUERY, announcer, noisy, stray_answers
from autograde.servers.multicast import asker, member, random_group, why_no_multicast
from autograde.tests.programs import path_of, run_program

pytestmark = pytest.mark.skipif(bool(why_no_multicast()), reason=why_no_multicast() or "it works here")

PRINTER, SCANNER = {"name": "printer", "port": 9100}, {"name": "scanner", "pages": [1, None]}


def plain_asker(group: str, port: int, query: bytes) -> socket.socket:
    """A client made of nothing but the standard library's socket, after it has asked."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    sock.settimeout(10)
    sock.sendto(query, (group, port))
    return sock


def plain_member(group: str, port: int) -> socket.socket:
    """Somebody who shares the port with the announcers, with SO_REUSEADDR alone."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((group, port))
    joined = socket.inet_aton(group) + socket.inet_aton("127.0.0.1")
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
    sock.settimeout(10)
    return sock


@pytest.mark.drives(client="socket", server="announcer", feature="several answers, each twice")
def test_every_announcer_answers_the_asker_from_a_port_of_its_own() -> None:
    """Two announcers, each answer twice: four datagrams from two places; the query is recorded with its source."""
    with announcer(PRINTER, SCANNER, copies=2) as server:
        with plain_asker(server.group, server.port, QUERY) as client:
            answers = [client.recvfrom(65535) for _ in range(4)]
            source = ("127.0.0.1", client.getsockname()[1])
    assert [json.loads(data) for data, _ in answers] == [PRINTER, PRINTER, SCANNER, SCANNER]
    assert len({place for _, place in answers}) == 2 and {place[0] for _, place in answers} == {"127.0.0.1"}
    assert [(query.data, query.source, query.ttl) for query in server.queries] == [(QUERY, source, 1)]


def test_other_datagrams_are_heard_but_not_answered() -> None:
    """Only the exact query is one; the answers to a query that follows come first."""
    with announcer(PRINTER) as server, asker(server.group, server.port) as outside:
        for data in (b"", QUERY[:-1], QUERY + b"\n", bytes(60000), QUERY):
            outside.ask(data)
        assert [json.loads(data) for data, _ in outside.answers(1)] == [PRINTER]
        assert outside.answers(1, within=0.05) == []
    assert [len(heard.data) for heard in server.heard] == [0, len(QUERY) - 1, len(QUERY) + 1, 60000, len(QUERY)]
    assert len(server.queries) == 1 and server.queries[0].ttl == 0


def test_without_announcers_a_group_is_silent() -> None:
    """The query is recorded, and nobody answers."""
    with announcer() as server, asker(server.group, server.port) as outside:
        outside.ask(QUERY)
        assert outside.answers(1, within=0.1) == []
    assert [query.source for query in server.queries] == [outside.address]


def test_announcers_share_their_port_with_each_other_and_with_strangers() -> None:
    """Both servers and a plain socket hear the same query."""
    with announcer(PRINTER) as server, announcer(SCANNER, group=server.group, port=server.port) as second:
        with plain_member(server.group, server.port) as third, asker(server.group, server.port) as outside:
            outside.ask(QUERY)
            assert third.recv(100) == QUERY
            found = [json.loads(data)["name"] for data, _ in outside.answers(2)]
    assert sorted(found) == ["printer", "scanner"] and len(server.queries) == len(second.queries) == 1


def test_another_group_on_the_same_port_is_another_group() -> None:
    """A query to the neighbors' group is answered by the neighbors alone."""
    random = Random(4)
    one, other = random_group(random), random_group(random)
    with announcer(PRINTER, group=one) as server, announcer(SCANNER, group=other, port=server.port) as neighbor:
        with asker(server.group, server.port) as outside:
            outside.ask(QUERY, group=other)
            assert [json.loads(data) for data, _ in outside.answers(1)] == [SCANNER]
            outside.ask(QUERY)
            assert [json.loads(data) for data, _ in outside.answers(1)] == [PRINTER]
    assert len(server.heard) == len(neighbor.heard) == 1


def test_who_binds_to_every_address_hears_the_noise_of_other_groups() -> None:
    """The reason to bind to the group's address, as the system behaves: one socket hears it, the other does not."""
    random = Random(5)
    one, other = random_group(random), random_group(random)
    with member(one) as careful, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as careless:
        port = careful.getsockname()[1]
        careless.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        careless.bind(("", port))
        joined = socket.inet_aton(one) + socket.inet_aton("127.0.0.1")
        careless.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
        careless.settimeout(10)
        with noisy(other, port, [b"noise"]):
            assert careless.recv(100) == b"noise"
            with asker(one, port) as outside:
                outside.ask(b"speech")
            careful.settimeout(10)
            assert careful.recv(100) == b"speech"


def test_strays_come_before_the_answers() -> None:
    """Everything that is no answer, and then one: to the same place."""
    strays = stray_answers(Random(6))
    with announcer(PRINTER, strays=[stray.data for stray in strays]) as server:
        with asker(server.group, server.port) as outside:
            outside.ask(QUERY)
            got = [data for data, _ in outside.answers(len(strays) + 1)]
    assert got == [*(stray.data for stray in strays), json.dumps(PRINTER).encode()]


def test_every_stray_has_the_flaw_that_it_names() -> None:
    """Read with the standard library: no JSON object of a decent size can be had from any of them."""
    for seed in range(50):
        for stray in stray_answers(Random(seed)):
            try:
                read = json.loads(stray.data.decode())
            except (ValueError, RecursionError):
                continue
            assert not isinstance(read, dict) or len(stray.data) > 1400, (seed, stray.name)
    assert stray_answers(Random(1)) == stray_answers(Random(1)) != stray_answers(Random(2))


def test_answers_can_be_late() -> None:
    """What is ordered to be late does not come earlier than that."""
    with announcer(PRINTER, delay=0.2) as server, asker(server.group, server.port) as outside:
        asked = time.monotonic()
        outside.ask(QUERY)
        assert len(outside.answers(1, within=10)) == 1 and time.monotonic() - asked > 0.19


def test_an_answer_that_is_due_after_the_block_is_not_sent(nothing_remains: None) -> None:
    """The block does not wait for it."""
    with asker("239.255.1.1", 1) as outside:
        with announcer(PRINTER, delay=60) as server:
            outside.group, outside.port = server.group, server.port
            outside.ask(QUERY)
            assert outside.answers(1, within=0.05) == []


def test_chatter_never_stops_and_reaches_whoever_said_something() -> None:
    """The group hears it, and so does an asker, who gets the answer in the midst of it."""
    with announcer(PRINTER) as server, noisy(server.group, server.port, [b"one", b"two"], every=0.001) as noise:
        with plain_member(server.group, server.port) as third, asker(server.group, server.port) as outside:
            outside.ask(QUERY)
            heard: set[bytes] = set()
            while len(heard) < 3:
                heard |= {data for data, _ in outside.answers(1, within=10)}
            assert heard == {b"one", b"two", json.dumps(PRINTER).encode()}
            words = [third.recv(100) for _ in range(20)]
            assert {b"one", b"two"} <= set(words) <= {b"one", b"two", QUERY} and noise.said >= 19
    assert len(server.queries) == 1 < len(server.heard)


def test_they_leave_nothing(nothing_remains: None, capfd: pytest.CaptureFixture[str]) -> None:
    """Askers that vanish before they are answered, and a second life of the same group and port."""
    with announcer(PRINTER, copies=20) as server, noisy(server.group, server.port):
        for _ in range(20):
            with asker(server.group, server.port) as outside:
                outside.ask(QUERY)
    with announcer(PRINTER, group=server.group, port=server.port) as again:
        with asker(again.group, again.port) as outside:
            outside.ask(QUERY)
            assert len(outside.answers(1)) == 1
    assert capfd.readouterr() == ("", "")


def test_groups_are_of_the_range_for_local_use() -> None:
    """239.255.0.0/16, and different in each run."""
    groups = {random_group(Random(seed)) for seed in range(50)}
    assert len(groups) > 40 and all(group.startswith("239.255.") for group in groups)


@pytest.mark.drives(client="socat", server="announcer", feature="query and answers")
def test_socat_asks() -> None:
    """socat sends its input to the group and prints what comes back."""
    with announcer(PRINTER, SCANNER) as server:
        group = f"UDP4-DATAGRAM:{server.group}:{server.port},ip-multicast-if=127.0.0.1,ip-multicast-ttl=0"
        done = run_program("socat", "-t1", "-", group, stdin=QUERY)
    assert done.stdout.decode() == json.dumps(PRINTER) + json.dumps(SCANNER), done.stderr
    assert server.queries[0].ttl == 0


@pytest.mark.drives(client="socat", server="noisy member", feature="chatter in the group, shared port")
def test_socat_listens_to_the_group() -> None:
    """socat joins the group on the loopback interface and hears the chatter."""
    group = random_group(Random())
    with noisy(group, 0, [b"blah\n"]) as server:
        joined = f"UDP4-RECV:{server.port},bind={group},reuseaddr,ip-add-membership={group}:127.0.0.1"
        with subprocess.Popen([path_of("socat"), "-u", joined, "-"], stdout=subprocess.PIPE) as socat:
            assert socat.stdout is not None
            try:
                assert [socat.stdout.readline() for _ in range(3)] == [b"blah\n"] * 3
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(socat.pid, signal.SIGKILL)
