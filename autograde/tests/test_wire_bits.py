"""The bit ruler: fields of a header, filled with real bytes."""

from __future__ import annotations

import struct

import pytest

from autograde.tests.drawings import elements, overlapping_texts, texts, texts_outside, without_color
from autograde.wire.bits import ICMP_ECHO, IPV4, TCP, UDP, Field, numbers
from autograde.wire.picture import Picture, bit_ruler

PACKET = bytes.fromhex("4500004afa054000400642a67f0000017f000001")
SEGMENT = bytes.fromhex("926589083385ef0c8871799a80180040fe3e0000")


def test_a_header_is_read_bit_by_bit() -> None:
    """As struct reads it, and below the borders of bytes."""
    found = dict(zip((field.name for field in IPV4), numbers(IPV4, PACKET), strict=True))
    length, identification, _, _, _, checksum = struct.unpack("!2xHHHBBH8x", PACKET)
    assert (found["version"], found["IHL"], found["flags"], found["fragment offset"]) == (4, 5, 0b010, 0)
    assert (found["total length"], found["identification"], found["checksum"]) == (length, identification, checksum)


def test_the_words_say_every_field_and_its_place() -> None:
    """Addresses dotted, checksums in hexadecimal, flags by name; what is wrong is said to be."""
    lines = bit_ruler(TCP, SEGMENT, title="Segment", wrong=["checksum"]).alt.splitlines()
    assert lines[0] == "Segment:" and lines[1] == "  source port: 37477 (bytes 0 to 1)"
    assert lines[5:8] == [
        "  offset: 8 (bits 96 to 99)", "  reserved: 0 (bits 100 to 103)", "  flags: ACK PSH (byte 13)",
    ]  # fmt: skip
    assert lines[9] == "  checksum: 0xfe3e (bytes 16 to 17) ← wrong"
    assert "  destination: 127.0.0.1 (bytes 16 to 19)" in bit_ruler(IPV4, PACKET).alt
    assert "  flags: DF (bits 48 to 50)" in bit_ruler(IPV4, PACKET).alt


def test_a_wrong_field_is_known_without_color() -> None:
    """A cross before its value, and a dashed border."""
    right, wrong = bit_ruler(TCP, SEGMENT), bit_ruler(TCP, SEGMENT, wrong=["checksum"])
    assert "✗ 0xfe3e" in texts(wrong) and "0xfe3e" in texts(right)
    dashed = [box for box in elements(wrong, "rect") if box.get("stroke-dasharray")]
    assert len(dashed) == 1 and without_color(right) != without_color(wrong)


def test_a_field_may_go_on_in_the_next_row() -> None:
    """Twelve bytes of options are three rows of four."""
    options = (Field("a", 16), Field("options", 96), Field("b", 16))
    assert len(elements(bit_ruler(options, bytes(16)), "rect")) == 1 + 4 + 1
    assert bit_ruler(options, bytes(16)).alt.splitlines()[2] == "  options: 0 (bytes 2 to 13)"


def test_too_few_bytes_and_unknown_fields_are_refused() -> None:
    """A ruler with invented zeros would lie."""
    with pytest.raises(ValueError, match="need 160 bits, and there are 152"):
        bit_ruler(IPV4, PACKET[:-1])
    with pytest.raises(ValueError, match="no field 'crc'"):
        bit_ruler(UDP, bytes(8), wrong=["crc"])


@pytest.mark.parametrize(
    "picture",
    [
        bit_ruler(IPV4, b"\xff" * 20, title="ones", wrong=["flags", "checksum"]),
        bit_ruler(TCP, b"\xff" * 20, title="all flags"),
        bit_ruler(UDP, bytes(8), title="zeros"),
        bit_ruler(ICMP_ECHO, bytes(8), title="ping"),
        bit_ruler([Field("a name that is too long", 1)] * 32, b"\xff" * 4, title="single bits"),
        bit_ruler([], b"", title="nothing"),
    ],
    ids=lambda picture: picture.title,
)
def test_names_and_values_stay_in_their_fields(picture: Picture) -> None:
    """Whatever does not fit is shortened."""
    assert overlapping_texts(picture) == [] and texts_outside(picture) == []
