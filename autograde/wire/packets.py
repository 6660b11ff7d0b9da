"""IPv4 packets, crafted field by field and recorded, each with what a decoder must find in it (exercise 1.11).

    packet = ipv4_packet(udp_part(score.random, b"hello"), random=score.random, options=b"\\x01" * 4)
    assert decode_packet(packet.raw) == packet.decoded

A part is a TCP, UDP or ICMP message that waits for its packet: its checksum needs the packet's addresses (RFC 9293,
section 3.1). What is not said about a packet is drawn from `random`.
"""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from .party import STUDENT
from .show import count
from .transcript import current

Exhibited = TypeVar("Exhibited", bytes, str)

ICMP, TCP, UDP = 1, 6, 17

TCP_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
"""From the lowest bit to the highest."""


@dataclass(frozen=True, slots=True)
class Packet:
    """The bytes of a packet, and the dictionary that `decode_packet` must make of them."""

    raw: bytes
    decoded: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A transport message without its checksum, which belongs at `checksum_at`; `fields` is what it decodes to.

    `header` bytes of it are no payload, `length` is what of it the checksum covers. `has_checksum`: UDP may go without.
    """

    protocol: int
    raw: bytes
    fields: dict[str, Any]
    header: int
    checksum_at: int
    length: int
    has_checksum: bool = True


def checksum_of(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    return 0xFFFF - folded(data)


def folded(data: bytes) -> int:
    """The sum of the 16-bit words with their carries added in, until none is left."""
    total: int = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + bytes(len(data) % 2)))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def udp_part(random: Random, payload: bytes, *, has_checksum: bool = True, following: bytes = b"") -> Part:
    """A UDP datagram; `following` are bytes behind its length."""
    ports = _ports(random)
    length = 8 + len(payload)
    raw = struct.pack("!HHHH", *ports, length, 0) + payload + following
    fields = {"kind": "udp", "source_port": ports[0], "destination_port": ports[1], "length": length}
    return Part(UDP, raw, fields, 8, 6, length, has_checksum)


def tcp_part(random: Random, payload: bytes, *, flags: int | None = None, options: bytes = b"") -> Part:
    """A TCP segment; `options` must be whole words of 4 bytes."""
    ports, sequence, acknowledgment = _ports(random), random.getrandbits(32), random.getrandbits(32)
    flags = random.randrange(1, 256) if flags is None else flags
    window, urgent, header = random.randrange(1, 1 << 16), random.randrange(1 << 16), 20 + len(options)
    raw = struct.pack("!HHIIBBHHH", *ports, sequence, acknowledgment, header << 2, flags, window, 0, urgent)
    fields = {
        "kind": "tcp", "source_port": ports[0], "destination_port": ports[1],
        "sequence": sequence, "acknowledgment": acknowledgment,
        "flags": [name for bit, name in enumerate(TCP_FLAGS) if flags >> bit & 1],
        "window": window, "urgent_pointer": urgent, "options": options,
    }  # fmt: skip
    return Part(TCP, raw + options + payload, fields, header, 16, header + len(payload))


def icmp_part(random: Random, payload: bytes) -> Part:
    """An ICMP message; `rest` are the four bytes that mean something else in each type."""
    kind, code, rest = random.choice([0, 3, 8, 11]), random.randrange(256), random.randbytes(4)
    raw = struct.pack("!BBH", kind, code, 0) + rest + payload
    return Part(ICMP, raw, {"kind": "icmp", "type": kind, "code": code, "rest": rest}, 8, 2, len(raw))


def echo_request(ident: int, seq: int, payload: bytes) -> bytes:
    """An ICMP echo request (RFC 792), which stands alone: its checksum covers no addresses."""
    raw = struct.pack("!BBHHH", 8, 0, 0, ident, seq) + payload
    return raw[:2] + checksum_of(raw).to_bytes(2, "big") + raw[4:]


def _ports(random: Random) -> tuple[int, int]:
    return random.randrange(1, 1 << 16), random.randrange(1, 1 << 16)


def ipv4_packet(
    part: Part, *, random: Random, options: bytes = b"", padding: bytes = b"", wrong: str = "",
    dont_fragment: bool = False, cut: slice = slice(None), protocol: int | None = None,
) -> Packet:  # fmt: skip
    """A packet around `part`.

    `options` are IP options, whole words of 4 bytes; `padding` follows after the total length, as in a short Ethernet
    frame. `wrong` ("ip" or "transport") names a checksum that is to be wrong. `cut` makes it a fragment, of these bytes
    of the part. `protocol` puts another number over the part, of a protocol that nobody here decodes.
    """
    source, destination = (ipaddress.IPv4Address(random.getrandbits(32)) for _ in range(2))
    whole = _with_checksum(part, source.packed + destination.packed, is_wrong=wrong == "transport")
    payload, offset = whole[cut], cut.start or 0
    more = offset + len(payload) < len(whole)
    number = part.protocol if protocol is None else protocol
    header, fields = _header(random, payload, options, number, dont_fragment, more, offset, source, destination)
    raw = header[:10] + _spoiled(checksum_of(header), wrong == "ip").to_bytes(2, "big") + header[12:]
    transport = None
    if offset == 0 and protocol is None:
        is_ok = None if more or not part.has_checksum else wrong != "transport"
        transport = {**part.fields, "checksum_ok": is_ok, "payload": payload[part.header : part.length]}
    decoded = {**fields, "checksum_ok": wrong != "ip", "payload": payload, "transport": transport}
    return Packet(raw + payload + padding, decoded)


def _header(
    random: Random, payload: bytes, options: bytes, protocol: int, dont: bool, more: bool, offset: int,
    source: ipaddress.IPv4Address, destination: ipaddress.IPv4Address,
) -> tuple[bytes, dict[str, Any]]:  # fmt: skip
    """An IP header whose checksum is still 0, and its fields."""
    length = 20 + len(options)
    tos, ident, ttl = random.randrange(256), random.randrange(1 << 16), random.randrange(1, 256)
    shared = dont << 14 | more << 13 | offset // 8
    start = struct.pack(
        "!BBHHHBBH", 4 << 4 | length // 4, tos, length + len(payload), ident, shared, ttl, protocol, 0
    )  # fmt: skip
    fields = {
        "version": 4, "header_length": length, "tos": tos, "total_length": length + len(payload),
        "identification": ident, "dont_fragment": dont, "more_fragments": more, "fragment_offset": offset,
        "ttl": ttl, "protocol": protocol, "source": str(source), "destination": str(destination), "options": options,
    }  # fmt: skip
    return start + source.packed + destination.packed + options, fields


def _with_checksum(part: Part, addresses: bytes, *, is_wrong: bool) -> bytes:
    """The part, complete: TCP and UDP count the addresses in, and a UDP checksum of 0 is sent as 0xffff."""
    if not part.has_checksum:
        return part.raw
    covered = part.raw[: part.length]
    pseudo = b"" if part.protocol == ICMP else addresses + struct.pack("!BBH", 0, part.protocol, part.length)
    value = checksum_of(pseudo + covered)
    if part.protocol == UDP:
        value = value or 0xFFFF
    at = part.checksum_at
    return part.raw[:at] + _spoiled(value, is_wrong).to_bytes(2, "big") + part.raw[at + 2 :]


def _spoiled(checksum: int, is_wrong: bool) -> int:
    """The same, or one that does not hold, and is not 0, which would mean that there is none."""
    return checksum if not is_wrong else checksum ^ 0x0100 or 0x0200


def exhibit(raw: Exhibited, what: str = "a packet") -> Exhibited:
    """Begin a scene of the story with all of `raw` and return it: bytes in hexadecimal, to be decoded by hand, or text.

    A call shows only the ends of what is long; of a text no more than 2,000 characters are shown here.
    """
    transcript = current()
    transcript.begin_scene()
    article, _, rest = what.partition(" ")
    size, shown = (count(len(raw)), raw.hex(" ")) if isinstance(raw, bytes) else ("as a str", repr(raw)[:2000])
    text = f"{article.capitalize()} {rest}, {size}: {shown}"
    transcript.add(STUDENT, "notes", text=text)
    return raw


__all__ = [
    "Packet", "Part", "checksum_of", "echo_request", "exhibit", "icmp_part", "ipv4_packet", "tcp_part", "udp_part",
]  # fmt: skip
