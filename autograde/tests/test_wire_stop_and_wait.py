"""Stop-and-wait: the packets byte by byte, and both reference sides against each other and against bad partners."""

from __future__ import annotations

import threading
from random import Random

import pytest

from autograde.tests.observers import nothing_remains
from autograde.tests.test_wire_datagrams import plain_socket
from autograde.wire.datagram_faults import corrupts, drops, duplicates, reorders
from autograde.wire.datagram_peer import datagram_client, datagram_peer
from autograde.wire.datagram_relay import datagram_relay
from autograde.wire.failures import Unmet
from autograde.wire.steps import Step
from autograde.wire.stop_and_wait import (
    ack_packet,
    data_packet,
    final_packet,
    named_packet,
    packets_of,
    read_packet,
    receives_reliably,
    sends_reliably,
)

pytestmark = pytest.mark.usefixtures(nothing_remains.__name__)


def test_packets_byte_by_byte() -> None:
    """Type, number, CRC-32 over all else, payload; the numbers are zlib's."""
    assert data_packet(0, b"hello") == bytes.fromhex("01 00000000 fc7a52d3") + b"hello"
    assert ack_packet(0x01020304) == bytes.fromhex("02 01020304 2b9a80ac")
    assert final_packet(1) == bytes.fromhex("03 00000001 f685bd5b")


def test_packets_are_read_back_and_named() -> None:
    """What is damaged, short or of no known type is no packet."""
    whole = data_packet(7, b"abc")
    assert read_packet(whole) == (1, 7, b"abc") and whole.name == "DATA 7"
    for number in range(len(whole) * 8):
        damaged = bytearray(whole)
        damaged[number // 8] ^= 1 << number % 8
        assert read_packet(bytes(damaged)) is None
    assert named_packet(whole[:-1]) == "DATA 7 with a wrong CRC-32"
    assert (read_packet(b""), named_packet(b"hello there"), named_packet(whole[:8])) == (None, "", "")


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024])
def test_the_final_packet_comes_after_the_last_block(size: int) -> None:
    """No empty block, not even for no data."""
    packets = packets_of(bytes(size), 512)
    assert [read_packet(each) for each in packets[:-1]] == [
        (1, number, bytes(min(512, size - 512 * number))) for number in range(-(-size // 512))
    ]
    assert packets[-1] == final_packet(len(packets) - 1)


def test_both_sides_get_data_through_a_bad_path() -> None:
    """Loss, copies, disorder and flipped bits in both directions, replayed from a seed."""
    data = Random(5).randbytes(6000)
    is_through = threading.Event()
    says_so = Step("is done", lambda channel: is_through.set())
    faults = [drops(rate=0.2), duplicates(rate=0.1), reorders(rate=0.1), corrupts(rate=0.1)]
    with datagram_peer(receives_reliably(data)) as receiver:
        with datagram_relay((receiver.host, receiver.port), to_server=faults, to_client=faults, seed=5) as line:
            with datagram_client(line.address, sends_reliably(data, timeout=0.02), says_so):
                assert is_through.wait(30.0)
    assert len(line.to_server_seen) > 13


def test_a_receiver_wants_just_these_bytes() -> None:
    """Others are shown beside them."""
    with pytest.raises(Unmet) as unmet, datagram_peer(receives_reliably(b"hello")) as receiver:
        with datagram_client(receiver.address, sends_reliably(b"help")):
            receiver.wait_until_done()
    assert (unmet.value.wanted, unmet.value.got) == (b"hello", b"help")


def test_a_transfer_without_its_end_is_unmet() -> None:
    """The block ended, and the final packet had not come."""
    with pytest.raises(Unmet, match="wanted 5 bytes and the final packet, got 5 bytes and no final packet"):
        with datagram_peer(receives_reliably(b"hello")) as receiver, plain_socket() as sock:
            sock.sendto(data_packet(0, b"hello"), receiver.address)
            assert sock.recv(100) == ack_packet(0)


def test_a_receiver_acknowledges_what_it_has_and_nothing_else() -> None:
    """A copy is acknowledged again; a damaged packet, one too far ahead, and an acknowledgement are not."""
    with datagram_peer(receives_reliably(b"ab")) as receiver, plain_socket() as sock:
        for sent, acknowledged in (
            ([data_packet(0, b"a")], ack_packet(0)),
            ([data_packet(2, b"c"), data_packet(1, b"b")[:-1], ack_packet(1), data_packet(0, b"a")], ack_packet(0)),
            ([data_packet(1, b"b")], ack_packet(1)),
            ([final_packet(2)], ack_packet(2)),
            ([final_packet(2)], ack_packet(2)),
        ):
            for each in sent:
                sock.sendto(each, receiver.address)
            assert sock.recv(100) == acknowledged


def test_a_sender_that_is_never_acknowledged_is_unmet() -> None:
    """It sends again and again until the block ends; acknowledgements of other numbers do not count."""
    with pytest.raises(Unmet, match="DATA 0 was never acknowledged"), plain_socket() as sock:
        with datagram_client(sock.getsockname(), sends_reliably(b"hello", timeout=0.01)):
            for _ in range(3):
                data, sender = sock.recvfrom(100)
                assert data == data_packet(0, b"hello")
                sock.sendto(ack_packet(1), sender)
