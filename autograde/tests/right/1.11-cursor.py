"""A reader that moves through the bytes and refuses to pass their end; int.from_bytes instead of struct; all in one cell."""

import socket


def internet_checksum(data: bytes) -> int:
    total = 0
    for place in range(0, len(data) - 1, 2):
        total += data[place] << 8 | data[place + 1]
    if len(data) & 1:
        total += data[-1] << 8
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def bytes(self, n):
        if n < 0 or self.at + n > len(self.data):
            raise ValueError(f"wanted {n} bytes at {self.at}, got {len(self.data) - self.at}")
        self.at += n
        return self.data[self.at - n : self.at]

    def number(self, n):
        return int.from_bytes(self.bytes(n), "big")

    def rest(self):
        return self.bytes(len(self.data) - self.at)


def decode_packet(raw):
    reader, packet = Reader(raw), {}
    first = reader.number(1)
    packet["version"], packet["header_length"] = first >> 4, (first & 0xF) * 4
    if packet["version"] != 4:
        raise ValueError("not version 4")
    packet["tos"] = reader.number(1)
    packet["total_length"] = reader.number(2)
    packet["identification"] = reader.number(2)
    shared = reader.number(2)
    packet["dont_fragment"] = shared & 0x4000 != 0
    packet["more_fragments"] = shared & 0x2000 != 0
    packet["fragment_offset"] = (shared & 0x1FFF) << 3
    packet["ttl"], packet["protocol"] = reader.number(1), reader.number(1)
    reader.bytes(2)
    packet["source"] = socket.inet_ntoa(reader.bytes(4))
    packet["destination"] = socket.inet_ntoa(reader.bytes(4))
    packet["options"] = reader.bytes(packet["header_length"] - 20)
    packet["checksum_ok"] = not internet_checksum(raw[: packet["header_length"]])
    packet["payload"] = reader.bytes(packet["total_length"] - packet["header_length"])
    packet["transport"] = None
    decoder = DECODERS.get(packet["protocol"])
    if decoder and not packet["fragment_offset"]:
        packet["transport"] = decoder(Reader(packet["payload"]), raw[12:20], packet["more_fragments"])
    return packet


def verify(data, addresses, protocol, is_fragment):
    if is_fragment:
        return None
    pseudo = addresses + bytes([0, protocol]) + len(data).to_bytes(2, "big") if addresses else b""
    return internet_checksum(pseudo + data) == 0


def icmp(reader, addresses, is_fragment):
    kind, code = reader.number(1), reader.number(1)
    reader.bytes(2)
    rest = reader.bytes(4)
    ok = verify(reader.data, b"", 1, is_fragment)
    return {"kind": "icmp", "type": kind, "code": code, "rest": rest, "checksum_ok": ok, "payload": reader.rest()}


def udp(reader, addresses, is_fragment):
    result = {"kind": "udp"}
    for name in ("source_port", "destination_port", "length"):
        result[name] = reader.number(2)
    has_checksum = reader.number(2) != 0
    size = result["length"] - 8
    if size < 0:
        raise ValueError("a UDP length below 8")
    left = len(reader.data) - reader.at
    result["payload"] = reader.bytes(min(size, left) if is_fragment else size)
    covered = reader.data[: result["length"]]
    result["checksum_ok"] = verify(covered, addresses, 17, is_fragment) if has_checksum else None
    return result


def tcp(reader, addresses, is_fragment):
    result = {"kind": "tcp"}
    for name, size in (("source_port", 2), ("destination_port", 2), ("sequence", 4), ("acknowledgment", 4)):
        result[name] = reader.number(size)
    header = (reader.number(1) >> 4) * 4
    flags = reader.number(1)
    result["flags"] = [n for i, n in enumerate("FIN SYN RST PSH ACK URG ECE CWR".split()) if flags & 2**i]
    result["window"] = reader.number(2)
    reader.bytes(2)
    result["urgent_pointer"] = reader.number(2)
    result["options"] = reader.bytes(header - 20)
    result["payload"] = reader.rest()
    result["checksum_ok"] = verify(reader.data, addresses, 6, is_fragment)
    return result


DECODERS = {1: icmp, 6: tcp, 17: udp}


def build_echo_request(ident, seq, payload):
    try:
        numbers = ident.to_bytes(2, "big") + seq.to_bytes(2, "big")
    except OverflowError as error:
        raise ValueError(f"does not fit into 16 bits: {ident}, {seq}") from error
    checksum = internet_checksum(b"\x08\x00" + numbers + payload)
    return b"\x08\x00" + checksum.to_bytes(2, "big") + numbers + payload
