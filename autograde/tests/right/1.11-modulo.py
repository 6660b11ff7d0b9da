"""The sum as a remainder of one large number; checksums are computed anew and compared; ctypes lays the headers out."""

# %% answer-internet-checksum
def internet_checksum(data):
    number = int.from_bytes(bytes(data) + b"\0" * (len(data) % 2), "big")
    # 2**16 is 1 modulo 65535, so the words just add up; a sum that is not 0 never becomes 0 by folding
    remainder = number % 65535
    return 65535 - (remainder or (65535 if number else 0))


# %% answer-decode-packet
import ctypes
import ipaddress


class IP(ctypes.BigEndianStructure):
    _fields_ = [
        ("version", ctypes.c_uint8, 4),
        ("words", ctypes.c_uint8, 4),
        ("tos", ctypes.c_uint8),
        ("total_length", ctypes.c_uint16),
        ("identification", ctypes.c_uint16),
        ("shared", ctypes.c_uint16),
        ("ttl", ctypes.c_uint8),
        ("protocol", ctypes.c_uint8),
        ("checksum", ctypes.c_uint16),
        ("source", ctypes.c_uint32),
        ("destination", ctypes.c_uint32),
    ]


class UDP(ctypes.BigEndianStructure):
    _fields_ = [(n, ctypes.c_uint16) for n in ("source_port", "destination_port", "length", "checksum")]


class TCP(ctypes.BigEndianStructure):
    _fields_ = [
        ("source_port", ctypes.c_uint16),
        ("destination_port", ctypes.c_uint16),
        ("sequence", ctypes.c_uint32),
        ("acknowledgment", ctypes.c_uint32),
        ("words", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("window", ctypes.c_uint16),
        ("checksum", ctypes.c_uint16),
        ("urgent_pointer", ctypes.c_uint16),
    ]


FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]


def computed(data, at):
    """The checksum that should stand at `at`."""
    blank = data[:at] + b"\0\0" + data[at + 2 :]
    number = int.from_bytes(blank + b"\0" * (len(blank) % 2), "big")
    return 65535 - (number % 65535 or (65535 if number else 0))


def holds(data, at, given):
    # 0 and 65535 are the same number in this arithmetic
    return computed(data, at) % 65535 == given % 65535


def parse(layout, data):
    """The header and its fields (ctypes complains with ValueError if it does not fit)."""
    header = layout.from_buffer_copy(data)
    return header, {name[0]: getattr(header, name[0]) for name in layout._fields_}


def pick(fields, *names):
    return {name: fields[name] for name in names}


def decode_packet(raw):
    ip, fields = parse(IP, raw)
    header = ip.words * 4
    if ip.version != 4 or header < 20 or header > ip.total_length or ip.total_length > len(raw):
        raise ValueError("inconsistent IP header")
    payload = raw[header : ip.total_length]
    more, offset = ip.shared >> 13 & 1, (ip.shared & 8191) * 8
    transport = None
    if not offset and ip.protocol in (1, 6, 17):
        transport = {1: _icmp, 6: _tcp, 17: _udp}[ip.protocol](payload, raw[12:20], more)
        if more:
            transport["checksum_ok"] = None
    return {
        **pick(fields, "version", "tos", "total_length", "identification", "ttl", "protocol"),
        "header_length": header,
        "dont_fragment": bool(ip.shared >> 14 & 1),
        "more_fragments": bool(more),
        "fragment_offset": offset,
        "source": str(ipaddress.IPv4Address(ip.source)),
        "destination": str(ipaddress.IPv4Address(ip.destination)),
        "options": raw[20:header],
        "checksum_ok": holds(raw[:header], 10, ip.checksum),
        "payload": payload,
        "transport": transport,
    }


def _icmp(data, addresses, more):
    if len(data) < 8:
        raise ValueError("short ICMP")
    ok = holds(data, 2, int.from_bytes(data[2:4], "big"))
    return dict(kind="icmp", type=data[0], code=data[1], rest=data[4:8], checksum_ok=ok, payload=data[8:])


def _udp(data, addresses, more):
    udp, fields = parse(UDP, data)
    if udp.length < 8 or not more and udp.length > len(data):
        raise ValueError("bad UDP length")
    covered = addresses + b"\0\x11" + data[4:6] + data[: udp.length]
    ok = holds(covered, 18, udp.checksum) if udp.checksum else None
    return dict(pick(fields, "source_port", "destination_port", "length"), kind="udp", checksum_ok=ok, payload=data[8 : udp.length])


def _tcp(data, addresses, more):
    tcp, fields = parse(TCP, data)
    header = (tcp.words >> 4) * 4
    if not 20 <= header <= len(data):
        raise ValueError("bad TCP header length")
    covered = addresses + b"\0\x06" + len(data).to_bytes(2, "big") + data
    names = "source_port", "destination_port", "sequence", "acknowledgment", "window", "urgent_pointer"
    return {
        **pick(fields, *names),
        "kind": "tcp",
        "flags": [flag for bit, flag in enumerate(FLAGS) if tcp.bits & 1 << bit],
        "options": data[20:header],
        "checksum_ok": holds(covered, 28, tcp.checksum),
        "payload": data[header:],
    }


# %% answer-build-echo-request
def build_echo_request(ident, seq, payload):
    for number in (ident, seq):
        if number not in range(65536):
            raise ValueError(number)
    packet = bytearray(8 + len(payload))
    packet[0] = 8
    packet[4:6], packet[6:8] = ident.to_bytes(2, "big"), seq.to_bytes(2, "big")
    packet[8:] = payload
    total = sum(packet[0::2]) * 256 + sum(packet[1::2])
    while total > 65535:
        total = total % 65536 + total // 65536
    packet[2:4] = (65535 - total).to_bytes(2, "big")
    return bytes(packet)
