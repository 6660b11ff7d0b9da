'''
mistake = "Forgets to invert the sum"
loses = [
    "The checksum is what is missing to a sum of all ones",
    "An echo request is built byte by byte",
    "An odd byte at the end is the high half of a word",
    "A sum that overflows twice is folded twice",
    "An echo request whose numbers do not fit is a ValueError",
    "Nothing is left behind, nothing is changed, and the same packet is decoded the same again",
    "A megabyte is summed in linear time",
]
told = ["only then invert"]
'''

# %% answer-internet-checksum
import struct


def internet_checksum(data: bytes) -> int:
    """The Internet checksum of RFC 1071."""
    if len(data) % 2:
        data += b"\x00"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total

# %% answer-build-echo-request
import struct


def build_echo_request(ident: int, seq: int, payload: bytes) -> bytes:
    """An ICMP echo request, ready to be sent. ValueError for numbers that do not fit."""
    if not (0 <= ident <= 0xFFFF and 0 <= seq <= 0xFFFF):
        raise ValueError(f"identifier and sequence number have 16 bits, got {ident} and {seq}")
    packet = struct.pack("!BBHHH", 8, 0, 0, ident, seq) + payload
    return packet[:2] + struct.pack("!H", checksum(packet)) + packet[4:]


def checksum(data: bytes) -> int:
    if len(data) % 2:
        data += b"\x00"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total
