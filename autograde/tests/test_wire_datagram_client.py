"""The scripted datagram client, a relay in front of what it speaks to, and datagrams that have a name."""

from __future__ import annotations

import contextlib

import pytest

from autograde.tests.observers import nothing_remains
from autograde.tests.test_wire_datagrams import plain_socket
from autograde.wire.datagram_faults import drops, duplicates
from autograde.wire.datagram_peer import (
    datagram_client,
    datagram_peer,
    echoes,
    expects_datagram,
    hears,
    hears_nothing,
    returns,
)
from autograde.wire.datagram_relay import datagram_relay
from autograde.wire.failures import Unmet
from autograde.wire.picture import sequence
from autograde.wire.probes import probes
from autograde.wire.show import Named, brief
from autograde.wire.steps import sends
from autograde.wire.story import sentences
from autograde.wire.transcript import recording

pytestmark = pytest.mark.usefixtures(nothing_remains.__name__)


def numbered(data: bytes) -> str:
    """What the protocol of these tests calls a datagram."""
    return f"WORD {data.decode()}" if data.isdigit() else ""


def test_a_client_speaks_first_and_wants_an_answer() -> None:
    """The mirror image of the peer, to a socket that a check lends to the student's code."""
    with recording() as transcript, plain_socket() as sock:
        with datagram_client(sock.getsockname(), sends(b"PING"), expects_datagram(b"PONG")):
            data, sender = sock.recvfrom(100)
            sock.sendto(data.replace(b"I", b"O"), sender)
    assert [(event.lane, event.kind, event.data, event.unit) for event in transcript] == [
        ("client", "sends", b"PING", "datagram"),
        ("client", "receives", b"PONG", "datagram"),
    ]


def test_a_client_that_gets_another_answer_is_unmet() -> None:
    """And says what came instead."""
    with pytest.raises(Unmet, match="wanted a datagram b'PONG', got b'PANG'"), plain_socket() as sock:
        with datagram_client(sock.getsockname(), sends(b"PING"), expects_datagram(b"PONG")) as client:
            sock.sendto(b"PANG", sock.recvfrom(100)[1])
            client.wait_until_done()


def test_a_relay_in_front_of_the_students_socket_knows_who_is_who() -> None:
    """It records what passes, once, in the names of the two; each way has its rules."""
    with recording() as transcript, plain_socket() as sock:
        with (
            datagram_relay(
                sock.getsockname(), to_server=[duplicates(1)], to_client=[drops(1)], client="sender", server="student"
            ) as line,
            datagram_client(line.address, sends(b"hello"), expects_datagram(b"three"), lane="sender"),
        ):
            for answer in (b"one", b"three"):
                data, sender = sock.recvfrom(100)
                assert data == b"hello"
                sock.sendto(answer, sender)
        script = line.describe()
    assert "to your code: delivers datagram 1 twice (F14" in script and "and to the sender: loses datagram 1" in script
    assert (line.to_server_seen, line.to_client_seen) == ([b"hello"], [b"one", b"three"])
    assert sorted((event.lane, event.kind, event.to, event.via, event.data) for event in transcript) == [
        ("relay", "sends", "student", "", b"hello"),
        ("sender", "sends", "student", "relay", b"hello"),
        ("student", "is lost", "sender", "relay", b"one"),
        ("student", "sends", "sender", "relay", b"three"),
    ]


def test_named_datagrams_are_told_by_their_names() -> None:
    """In scripts, in sentences, in pictures, and in what was missed; what has no name is told by its bytes."""
    assert brief(Named(b"1", "WORD 1")) == "WORD 1" and brief(Named(b"1", "")) == "b'1'"
    script = [expects_datagram(Named(b"1", "WORD 1")), sends(Named(b"2", "WORD 2")), expects_datagram(b"x")]
    with recording() as transcript:
        with pytest.raises(Unmet, match="wanted a datagram b'x', got WORD 3"):
            with datagram_peer(*script, names=numbered) as server, plain_socket() as sock:
                sock.sendto(b"1", server.address)
                assert sock.recv(100) == b"2"
                sock.sendto(b"3", server.address)
                server.wait_until_done()
    assert "expects a datagram WORD 1; sends WORD 2; expects a datagram b'x'" in server.describe()
    told = sentences(transcript)
    assert told[0] == "The server read the datagram WORD 1 (1 byte)."
    assert told[1] == "The server sent the datagram WORD 2 (1 byte)."
    assert "WORD 2" in sequence(transcript).svg


def test_a_relay_names_what_it_loses_and_what_it_passes() -> None:
    """The same names, whoever records."""
    with recording() as transcript, datagram_peer(echoes()) as server:
        with (
            datagram_relay((server.host, server.port), to_server=[drops(1)], names=numbered) as line,
            plain_socket() as sock,
        ):
            sock.sendto(b"1", line.address)
            sock.sendto(b"2", line.address)
            assert sock.recv(100) == b"2"
    assert [(event.kind, event.name) for event in transcript] == [
        ("is lost", "WORD 1"), ("sends", "WORD 2"), ("sends", "WORD 2"),
    ]  # fmt: skip
    assert (
        sentences(transcript)[0] == "Your code sent datagram 1, WORD 1 (1 byte), to the server, but the relay lost it."
    )


def test_what_came_is_sent_back_when_the_script_says_so() -> None:
    """Late, twice, or changed: whatever it was, so that a script needs to know no protocol."""
    script = [hears(), hears(), returns(1), returns(2, bytes.upper, "in capitals"), returns(1)]
    with recording() as transcript, datagram_peer(*script, names=numbered) as server, plain_socket() as sock:
        sock.sendto(b"1", server.address)
        sock.sendto(b"two", server.address)
        assert [sock.recv(100) for _ in range(3)] == [b"1", b"TWO", b"1"]
    assert "sends datagram 1 back; sends datagram 2 back in capitals" in server.describe()
    assert [event.name for event in transcript] == ["WORD 1", "", "WORD 1", "", "WORD 1"]


def test_a_datagram_that_does_not_come_is_unmet() -> None:
    """And counted."""
    with pytest.raises(Unmet, match="wanted 2 datagrams and got 1 datagram"), plain_socket() as sock:
        with datagram_peer(hears(), hears()) as server:
            sock.sendto(b"1", server.address)


@pytest.mark.parametrize("is_early", [True, False])
def test_nothing_may_come_too_early(is_early: bool) -> None:
    """What was sent before it was asked for is already there."""
    with contextlib.suppress(Unmet), datagram_peer(hears(), hears_nothing(0.1), returns(1), hears()) as server:
        with plain_socket() as sock:
            sock.sendto(b"1", server.address)
            if is_early:
                sock.sendto(b"2", server.address)
                server.wait_until_done()
            else:
                assert sock.recv(100) == b"1"
                sock.sendto(b"2", server.address)
    assert isinstance(server.failure, Unmet) == is_early
    if isinstance(server.failure, Unmet):
        assert server.failure.is_early and "got the datagram b'2'" in server.failure.problem


def test_probes_have_their_layout() -> None:
    """The number in network order, the token, zero bytes; only a whole one has a name."""
    probe = probes(b"k3x9")
    assert probe(258) == b"\x00\x00\x01\x02k3x9" + bytes(56)
    assert (probe.name(probe(258)), probe.name(probe(258)[:-1]), probe.name(b"")) == ("probe 258", "", "")
