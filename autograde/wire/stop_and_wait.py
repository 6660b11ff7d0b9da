"""The stop-and-wait protocol of exercise 1.9: its packets, and both of its sides as steps of a script.

    with datagram_peer(receives_reliably(data), names=named_packet) as server:
        send_reliable(data, server.address)
    with datagram_client(sock.getsockname(), sends_reliably(data), names=named_packet):
        assert recv_reliable(sock) == data

A packet is a type (1 byte: DATA, ACK or FINAL), a sequence number (4 bytes), a CRC-32 (4 bytes) over everything else in
it, and the payload of a DATA packet; numbers are in network order. Blocks are numbered from 0, and the final packet has
the number after the last one's. Every block, and the final packet, is sent again until an ACK with its number comes.

Both sides go by the rules: the sender sends nothing again but after its timeout (RFC 1123, section 4.2.3.1), and the
receiver acknowledges what it already has, and lingers until its block ends.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator

from .datagram_peer import DatagramChannel
from .failures import Stopped, Unmet
from .show import Named, count
from .steps import Step

DATA, ACK, FINAL = 1, 2, 3
NAMES = {DATA: "DATA", ACK: "ACK", FINAL: "FINAL"}

HEADER = 9
"""Bytes before the payload."""


def packet(kind: int, sequence: int, payload: bytes = b"") -> Named:
    """The bytes of a packet, with their checksum."""
    head = bytes([kind]) + sequence.to_bytes(4, "big")
    return as_packet(head + zlib.crc32(head + payload).to_bytes(4, "big") + payload)


def as_packet(data: bytes) -> Named:
    """Bytes with the name that stories give them, be they a good packet or a damaged one."""
    return Named(data, named_packet(data))


def data_packet(sequence: int, payload: bytes) -> Named:
    """The block with this number."""
    return packet(DATA, sequence, payload)


def ack_packet(sequence: int) -> Named:
    """The acknowledgement of the block, or of the final packet, with this number."""
    return packet(ACK, sequence)


def final_packet(sequence: int) -> Named:
    """The final packet, after so many blocks."""
    return packet(FINAL, sequence)


def read_packet(data: bytes) -> tuple[int, int, bytes] | None:
    """Type, sequence number and payload; None for what is no packet, or a damaged one."""
    if len(data) < HEADER or not is_whole(data) or data[0] not in NAMES:
        return None
    return data[0], int.from_bytes(data[1:5], "big"), bytes(data[HEADER:])


def is_whole(data: bytes) -> bool:
    """Whether the checksum holds."""
    return zlib.crc32(data[:5] + data[HEADER:]) == int.from_bytes(data[5:HEADER], "big")


def named_packet(data: bytes) -> str:
    """What a packet is called in a story: "DATA 3", or "DATA 3 with a wrong CRC-32"; "" for what is no packet."""
    if len(data) < HEADER or data[0] not in NAMES:
        return ""
    name = f"{NAMES[data[0]]} {int.from_bytes(data[1:5], 'big')}"
    return name if is_whole(data) else f"{name} with a wrong CRC-32"


def packets_of(data: bytes, block: int) -> list[Named]:
    """Everything that a sender has to get through, in order."""
    blocks = [data[start : start + block] for start in range(0, len(data), block)]
    return [*(data_packet(number, each) for number, each in enumerate(blocks)), final_packet(len(blocks))]


def sends_reliably(data: bytes, *, block: int = 512, timeout: float = 0.05, max_tries: int = 100) -> Step:
    """The reference sender: get `data` through. Fails (`Unmet`) if a packet is not acknowledged, or the block ends."""

    def run(channel: DatagramChannel) -> None:
        for each in packets_of(data, block):
            if not _gets_through(channel, each, timeout, max_tries):
                raise Unmet(f"{each.name} was never acknowledged")

    return Step(f"sends {count(len(data))} by stop-and-wait, {block:,} in a block", run)


def _gets_through(channel: DatagramChannel, each: Named, timeout: float, max_tries: int) -> bool:
    try:
        return any(_is_acknowledged(channel, each, timeout) for _ in range(max_tries))
    except Stopped:
        return False


def _is_acknowledged(channel: DatagramChannel, each: Named, timeout: float) -> bool:
    """Send a packet once and wait for its acknowledgement, whatever else comes meanwhile."""
    channel.send(each)
    until = time.monotonic() + timeout
    wanted = ACK, int.from_bytes(each[1:5], "big"), b""
    try:
        while (left := until - time.monotonic()) > 0:
            if read_packet(channel.receive(seconds=left)) == wanted:
                return True
    except TimeoutError:
        pass
    return False


def receives_reliably(data: bytes, *, at_first: Callable[[int], Iterable[bytes]] | None = None) -> Step:
    """The reference receiver: wants exactly `data`, and fails (`Unmet`) if something else, or not all of it, comes.

    When all has come it goes on to acknowledge what is sent again, until the block ends. With `at_first` it takes the
    first copy of each packet for damaged, and answers it with what that returns for its number, which should be no
    acknowledgement of it: a sender that believes them loses the packet.
    """

    def run(channel: DatagramChannel) -> None:
        got = bytearray()
        try:
            for payload in _new_payloads(channel, at_first):
                got += payload
        except Stopped:
            problem = f"wanted {count(len(data))} and the final packet, got {count(len(got))} and no final packet"
            raise Unmet(problem, wanted=data, got=bytes(got)) from None
        if got != data:
            raise Unmet(f"wanted {count(len(data))}, got others: {count(len(got))}", wanted=data, got=bytes(got))
        _linger(channel)

    how = "" if at_first is None else ", and answers the first copy of each packet with something else"
    return Step(f"receives {count(len(data))} by stop-and-wait{how}", run)


def _new_payloads(channel: DatagramChannel, at_first: Callable[[int], Iterable[bytes]] | None) -> Iterator[bytes]:
    """The blocks in order, each once, all acknowledged, until the final packet is."""
    expected, refused = 0, -1
    while True:
        kind, sequence, payload = read_packet(channel.receive()) or (0, 0, b"")
        if kind not in (DATA, FINAL) or sequence > expected:
            continue
        if at_first is not None and sequence > refused:
            refused = sequence
            for answer in at_first(sequence):
                channel.send(answer)
            continue
        channel.send(ack_packet(sequence))
        if sequence == expected:
            if kind == FINAL:
                return
            yield payload
            expected += 1


def _linger(channel: DatagramChannel) -> None:
    """Acknowledge what still comes: an acknowledgement may have been lost."""
    while True:
        kind, sequence, _ = read_packet(channel.receive(endless=True)) or (0, 0, b"")
        if kind in (DATA, FINAL):
            channel.send(ack_packet(sequence))


__all__ = [
    "ack_packet", "as_packet", "data_packet", "final_packet", "named_packet", "packet", "packets_of", "read_packet",
    "receives_reliably", "sends_reliably",
]  # fmt: skip
