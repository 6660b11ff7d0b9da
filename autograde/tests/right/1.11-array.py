"""Sums with array and byteswap; lets struct notice what is too short and turns that into a ValueError."""

# %% answer-internet-checksum
import array
import sys


def internet_checksum(data: bytes) -> int:
    words = array.array("H", data + b"\0" * (len(data) % 2))
    if sys.byteorder == "little":
        words.byteswap()
    total = sum(words)
    total = (total >> 16) + (total & 0xFFFF)
    total += total >> 16
    return ~total & 0xFFFF


# %% answer-decode-packet
import socket
import struct
from collections import namedtuple

Ip = namedtuple("Ip", "first tos total_length identification shared ttl protocol sum source destination")
Tcp = namedtuple("Tcp", "source_port destination_port sequence acknowledgment words bits window sum urgent_pointer")


def require(condition, what):
    if not condition:
        raise ValueError(what)


def ones(*pieces):
    data = b"".join(pieces)
    data += b"\0" * (len(data) & 1)
    total = sum(struct.unpack("!%dH" % (len(data) / 2), data))
    while total != total & 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total == 0xFFFF


def decode_packet(raw: bytes) -> dict:
    try:
        return decoded(raw)
    except struct.error as error:
        raise ValueError(f"too short: {error}") from None


def decoded(raw):
    ip = Ip._make(struct.unpack_from("!BBHHHBBH4s4s", raw))
    size = (ip.first & 15) << 2
    require(ip.first >> 4 == 4, "version")
    require(size >= 20, "header length")
    require(size <= ip.total_length <= len(raw), "total length")
    result = {name: getattr(ip, name) for name in ("tos", "total_length", "identification", "ttl", "protocol")}
    result.update(version=4, header_length=size, options=raw[20:size], payload=raw[size : ip.total_length])
    result.update(source=socket.inet_ntoa(ip.source), destination=socket.inet_ntoa(ip.destination))
    result.update(dont_fragment=bool(ip.shared & 0x4000), more_fragments=bool(ip.shared & 0x2000))
    result.update(fragment_offset=ip.shared % 0x2000 * 8, checksum_ok=ones(raw[:size]), transport=None)
    if result["fragment_offset"] == 0:
        match ip.protocol:
            case 1:
                result["transport"] = icmp(result)
            case 6:
                result["transport"] = tcp(result, ip.source + ip.destination)
            case 17:
                result["transport"] = udp(result, ip.source + ip.destination)
    if result["transport"] is not None and result["more_fragments"]:
        result["transport"]["checksum_ok"] = None
    return result


def icmp(packet):
    data = packet["payload"]
    kind, code, _, rest = struct.unpack_from("!BBH4s", data)
    return {"kind": "icmp", "type": kind, "code": code, "rest": rest, "checksum_ok": ones(data), "payload": data[8:]}


def udp(packet, addresses):
    data = packet["payload"]
    source, destination, length, given = struct.unpack_from("!4H", data)
    require(length >= 8 and (packet["more_fragments"] or length <= len(data)), "UDP length")
    ok = ones(addresses, struct.pack("!HH", 17, length), data[:length]) if given else None
    return {
        "kind": "udp", "source_port": source, "destination_port": destination, "length": length,
        "checksum_ok": ok, "payload": data[8:length],
    }


def tcp(packet, addresses):
    data = packet["payload"]
    header = Tcp._make(struct.unpack_from("!HHLLBBHHH", data))
    start = header.words // 16 * 4
    require(20 <= start <= len(data), "TCP header length")
    names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]
    return {
        "kind": "tcp",
        **{name: value for name, value in header._asdict().items() if name not in ("words", "bits", "sum")},
        "flags": [names[bit] for bit in range(8) if header.bits & (1 << bit)],
        "options": data[20:start],
        "checksum_ok": ones(data, addresses, struct.pack("!HH", 6, len(data))) if len(data) % 2 == 0
        else ones(addresses, struct.pack("!HH", 6, len(data)), data),
        "payload": data[start:],
    }


# %% answer-build-echo-request
import struct


def build_echo_request(ident: int, seq: int, payload: bytes) -> bytes:
    def packed(checksum):
        return struct.pack(f"!BBHHH{len(payload)}s", 8, 0, checksum, ident, seq, payload)

    try:
        data = packed(0)
    except struct.error as error:
        raise ValueError("identifier and sequence number have 16 bits") from error
    total = sum(int.from_bytes(data[i : i + 2].ljust(2, b"\0"), "big") for i in range(0, len(data), 2))
    while total > 0xFFFF:
        total = (total >> 16) + (total & 0xFFFF)
    return packed(total ^ 0xFFFF)
