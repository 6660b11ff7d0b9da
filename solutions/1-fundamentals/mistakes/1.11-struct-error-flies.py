'''
mistake = "Lets struct complain about numbers that do not fit"
loses = [
    "An echo request whose numbers do not fit is a ValueError",
]
told = ["wanted ValueError"]
'''

# %% answer-build-echo-request
import struct


def build_echo_request(ident: int, seq: int, payload: bytes) -> bytes:
    """An ICMP echo request, ready to be sent. ValueError for numbers that do not fit."""
    packet = struct.pack("!BBHHH", 8, 0, 0, ident, seq) + payload
    return packet[:2] + struct.pack("!H", checksum(packet)) + packet[4:]


def checksum(data: bytes) -> int:
    if len(data) % 2:
        data += b"\x00"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total
