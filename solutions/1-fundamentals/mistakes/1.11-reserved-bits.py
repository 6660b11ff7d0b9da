'''
mistake = "Takes the reserved bits for a part of the TCP header length"
code = "reserved"
loses = ["The reserved bits beside the TCP header length are no part of it"]
told = ["some bits of a byte belong to another field"]
'''

# %% answer-decode-packet
import ipaddress
import struct


def decode_packet(raw: bytes) -> dict:
    """The fields of an IPv4 packet and of the TCP, UDP or ICMP message in it. ValueError if it contradicts itself."""
    if len(raw) < 20:
        raise ValueError(f"an IPv4 header has at least 20 bytes, got {len(raw)}")
    first, tos, total, ident, shared, ttl, protocol = struct.unpack("!BBHHHBB", raw[:10])
    header = 4 * (first & 15)
    if first >> 4 != 4:
        raise ValueError(f"version {first >> 4} is not IPv4")
    if not 20 <= header <= total <= len(raw):
        raise ValueError(f"a header of {header} and a total of {total} bytes do not fit into {len(raw)}")
    payload, offset, more = raw[header:total], 8 * (shared & 0x1FFF), bool(shared & 0x2000)

    def pseudo(length: int) -> bytes:
        return raw[12:20] + struct.pack("!BBH", 0, protocol, length)

    def at_least(length: int) -> None:
        if len(payload) < length:
            raise ValueError(f"wanted a transport header of {length} bytes, got {len(payload)}")

    def icmp() -> dict:
        at_least(8)
        ok = checksum(payload) == 0
        fields = {"kind": "icmp", "type": payload[0], "code": payload[1], "rest": payload[4:8]}
        return {**fields, "checksum_ok": ok, "payload": payload[8:]}

    def udp() -> dict:
        at_least(8)
        source, destination, length, given = struct.unpack("!HHHH", payload[:8])
        if length < 8 or (length > len(payload) and not more):
            raise ValueError(f"a UDP length of {length} does not fit into {len(payload)} bytes")
        ok = checksum(pseudo(length) + payload[:length]) == 0 if given else None
        fields = {"kind": "udp", "source_port": source, "destination_port": destination, "length": length}
        return {**fields, "checksum_ok": ok, "payload": payload[8:length]}

    def tcp() -> dict:
        at_least(20)
        source, destination, seq, ack, words, bits, window, _, urgent = struct.unpack("!HHIIBBHHH", payload[:20])
        start = words >> 2
        if start < 20:
            raise ValueError(f"a TCP header has at least 20 bytes, not {start}")
        at_least(start)
        names = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
        return {
            "kind": "tcp",
            "source_port": source,
            "destination_port": destination,
            "sequence": seq,
            "acknowledgment": ack,
            "flags": [name for bit, name in enumerate(names) if bits >> bit & 1],
            "window": window,
            "checksum_ok": checksum(pseudo(len(payload)) + payload) == 0,
            "urgent_pointer": urgent,
            "options": payload[20:start],
            "payload": payload[start:],
        }

    decoders = {1: icmp, 6: tcp, 17: udp}
    transport = decoders[protocol]() if protocol in decoders and offset == 0 else None
    if transport and more:
        transport["checksum_ok"] = None
    return {
        "version": 4,
        "header_length": header,
        "tos": tos,
        "total_length": total,
        "identification": ident,
        "dont_fragment": bool(shared & 0x4000),
        "more_fragments": more,
        "fragment_offset": offset,
        "ttl": ttl,
        "protocol": protocol,
        "source": str(ipaddress.IPv4Address(raw[12:16])),
        "destination": str(ipaddress.IPv4Address(raw[16:20])),
        "options": raw[20:header],
        "checksum_ok": checksum(raw[:header]) == 0,
        "payload": payload,
        "transport": transport,
    }


def checksum(data: bytes) -> int:
    if len(data) % 2:
        data += b"\x00"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total
