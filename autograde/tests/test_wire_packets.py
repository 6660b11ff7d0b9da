"""Crafted and recorded packets: the two must agree, since nobody here decodes with the code that crafts."""

from __future__ import annotations

import ipaddress
from random import Random

import pytest

from autograde.wire.packets import (
    Packet,
    checksum_of,
    echo_request,
    exhibit,
    folded,
    icmp_part,
    ipv4_packet,
    tcp_part,
    udp_part,
)
from autograde.wire.recorded_packets import recorded_packets
from autograde.wire.transcript import recording

RECORDED = {what: packet for what, packet in recorded_packets()}


def addresses(packet: Packet) -> bytes:
    """Source and destination as they stand in the header."""
    both = (packet.decoded["source"], packet.decoded["destination"])
    return b"".join(ipaddress.IPv4Address(each).packed for each in both)


@pytest.mark.parametrize(
    ("data", "checksum"),
    [("", 0xFFFF), ("0001f203f4f5f6f7", 0x220D), ("ffff", 0), ("ff", 0x00FF), ("ffffffff0001", 0xFFFE)],
)
def test_the_internet_checksum(data: str, checksum: int) -> None:
    """The example of RFC 1071, an odd byte, and a sum that overflows twice."""
    assert checksum_of(bytes.fromhex(data)) == checksum


def test_an_echo_request_is_what_ping_sends() -> None:
    """The bytes of an echo request that a raw socket sent, and whose answer came."""
    assert echo_request(7, 1, b"ping me!") == bytes.fromhex("080093980007000170696e67206d6521")


@pytest.mark.parametrize("what", RECORDED)
def test_the_checksums_of_recorded_packets_are_what_is_said_about_them(what: str) -> None:
    """The IP header's holds in all; of the others only ICMP's was computed."""
    packet = RECORDED[what]
    assert folded(packet.raw[:20]) == 0xFFFF and packet.decoded["checksum_ok"]
    assert (folded(packet.raw[20:]) == 0xFFFF) == packet.decoded["transport"]["checksum_ok"]


@pytest.mark.parametrize("make", [udp_part, tcp_part, icmp_part])
@pytest.mark.parametrize("wrong", ["", "ip", "transport"])
def test_crafted_packets_have_the_checksums_they_say(make: type, wrong: str) -> None:
    """Both layers, computed over what the RFCs say they cover: options too, padding not."""
    random = Random(f"{make} {wrong}")
    for size in (0, 1, 30):
        part = make(random, random.randbytes(size))
        packet = ipv4_packet(part, random=random, options=b"\x01" * 8, padding=b"pad", wrong=wrong)
        raw, header = packet.raw[: packet.decoded["total_length"]], packet.decoded["header_length"]
        assert header == 28 and packet.raw == raw + b"pad"
        assert (folded(raw[:header]) == 0xFFFF) == packet.decoded["checksum_ok"] == (wrong != "ip")
        pseudo = (
            b"" if make is icmp_part else addresses(packet) + bytes([0, raw[9]]) + len(raw[header:]).to_bytes(2, "big")
        )
        holds = folded(pseudo + raw[header:]) == 0xFFFF
        assert holds == packet.decoded["transport"]["checksum_ok"] == (wrong != "transport")


def test_fragments_put_together_are_the_message() -> None:
    """Three fragments: flags, offsets and payloads fit, and only the first has a transport part."""
    random = Random(1)
    part = tcp_part(random, random.randbytes(60))
    cuts = (slice(0, 32), slice(32, 56), slice(56, None))
    fragments = [ipv4_packet(part, random=random, cut=cut) for cut in cuts]
    assert [each.decoded["fragment_offset"] for each in fragments] == [0, 32, 56]
    assert [each.raw[6:8].hex() for each in fragments] == ["2000", "2004", "0007"]
    assert len(b"".join(each.decoded["payload"] for each in fragments)) == len(part.raw)
    assert [each.decoded["transport"] is None for each in fragments] == [False, True, True]
    assert fragments[0].decoded["transport"]["checksum_ok"] is None


def test_an_exhibit_is_shown_whole_in_a_scene_of_its_own() -> None:
    """What was before is no part of its story."""
    with recording() as transcript:
        transcript.add("student", "notes", text="earlier")
        assert exhibit(b"\x00\xff" * 40, "a packet from a dream") == b"\x00\xff" * 40
    (event,) = transcript.last_scene()
    assert event.text == f"A packet from a dream, 80 bytes: {' '.join(['00 ff'] * 40)}"


def test_a_text_is_exhibited_as_python_writes_it() -> None:
    """Tabs and line ends can be told apart; of a very long one there is the beginning."""
    with recording() as transcript:
        assert exhibit("a\tb\r\n", "a file") == "a\tb\r\n"
        (event,) = transcript.last_scene()
        assert event.text == r"A file, as a str: 'a\tb\r\n'"
        exhibit("x" * 10_000)
        (event,) = transcript.last_scene()
        assert len(event.text) < 2100
