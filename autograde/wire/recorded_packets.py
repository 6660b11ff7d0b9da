"""Three packets as they were seen on a loopback interface (Linux, 2026), with what a decoder finds in them.

Nobody computes a TCP or UDP checksum on loopback: the system leaves it to a network card that is not there, and only
the sum of the pseudo-header stands in the packet. So it is wrong in two of these, as it is in most captures.
"""

from __future__ import annotations

from typing import Any

from .packets import Packet

_UDP = bytes.fromhex(
    "4500 002d dc34 4000 4011 6089 7f00 0001 7f00 0001a5d7 0009 0019 fe2c 6973 2061 6e79 626f 6479 2074 6865 7265 3f"
)
_SYN = bytes.fromhex(
    "4500 003c 1c27 4000 4006 2093 7f00 0001 7f00 0001"
    "8348 88ff 21c8 b85a 0000 0000 a002 ffd7 fe30 0000 0204 ffd7 0402 080a a74b 93f0 0000 0000 0103 030a"
)
_UNREACHABLE = bytes.fromhex("45c0 0049 06cc 0000 4001 7526 7f00 0001 7f00 0001 0303 5f60 0000 0000") + _UDP


def recorded_packets() -> list[tuple[str, Packet]]:
    """Each with what it is: a UDP datagram, a TCP SYN with options, and the ICMP message that a port is closed."""
    udp = {"kind": "udp", "source_port": 42455, "destination_port": 9, "length": 25}
    syn = {
        "kind": "tcp", "source_port": 33608, "destination_port": 35071, "sequence": 566802522, "acknowledgment": 0,
        "flags": ["SYN"], "window": 65495, "urgent_pointer": 0, "options": _SYN[40:],
    }  # fmt: skip
    unreachable = {"kind": "icmp", "type": 3, "code": 3, "rest": bytes(4)}
    return [
        ("a UDP datagram recorded on loopback", _found(_UDP, 56372, 17, udp, 28, True)),
        ("a TCP segment recorded on loopback", _found(_SYN, 7207, 6, syn, 60, True)),
        ("an ICMP message recorded on loopback", _found(_UNREACHABLE, 1740, 1, unreachable, 28, False, 0xC0)),
    ]


def _found(
    raw: bytes, ident: int, protocol: int, fields: dict[str, Any], payload_at: int, dont: bool, tos: int = 0
) -> Packet:
    header = {
        "version": 4, "header_length": 20, "tos": tos, "total_length": len(raw), "identification": ident,
        "dont_fragment": dont, "more_fragments": False, "fragment_offset": 0, "ttl": 64, "protocol": protocol,
        "source": "127.0.0.1", "destination": "127.0.0.1", "options": b"", "checksum_ok": True, "payload": raw[20:],
    }  # fmt: skip
    transport = {**fields, "checksum_ok": protocol == 1, "payload": raw[payload_at:]}
    return Packet(raw, {**header, "transport": transport})


__all__ = ["recorded_packets"]
