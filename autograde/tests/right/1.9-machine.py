"""Bytes in, events out: state machines that know no socket, in one cell, with thin loops around them."""

import socket
import time
import zlib
from dataclasses import dataclass, field

DATA, ACK, FINAL = b"\1", b"\2", b"\3"


@dataclass(frozen=True)
class Packet:
    kind: bytes
    number: int
    payload: bytes = b""

    def encoded(self):
        numbered = self.kind + bytes.fromhex(f"{self.number:08x}")
        return numbered + bytes.fromhex(f"{zlib.crc32(numbered + self.payload):08x}") + self.payload

    @classmethod
    def decoded(cls, data):
        if len(data) >= 9:
            packet = cls(data[:1], int(data[1:5].hex(), 16), data[9:])
            if packet.encoded() == data:
                return packet
        return None


def send_reliable(data, addr, *, timeout=0.1, max_tries=20, block=512):
    queue = [Packet(DATA, i // block, data[i : i + block]) for i in range(0, len(data), block)]
    queue.append(Packet(FINAL, len(queue)))
    sent = resent = 0
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        for packet in queue:
            tries, due = 0, 0.0
            while True:
                now = time.monotonic()
                if now >= due:
                    if tries == max_tries:
                        raise TimeoutError(f"{packet.number} was sent {tries} times")
                    sock.sendto(packet.encoded(), addr)
                    tries, due = tries + 1, now + timeout
                    sent, resent = sent + 1, resent + (tries > 1)
                    continue
                sock.settimeout(due - now)
                try:
                    answer, who = sock.recvfrom(4096)
                except TimeoutError:
                    continue
                if who == addr and Packet.decoded(answer) == Packet(ACK, packet.number):
                    break
    return dict(blocks=len(queue) - 1, sent=sent, resent=resent)


@dataclass
class Receiver:
    max_bytes: int
    source: object = None
    blocks: list = field(default_factory=list)
    size: int = 0
    complete: bool = False

    def feed(self, data, source):
        """The answer to a datagram, or None if it means nothing."""
        packet = Packet.decoded(data)
        if packet is None or packet.kind == ACK or packet.kind not in DATA + FINAL:
            return None
        if self.source not in (None, source) or packet.number > len(self.blocks):
            return None
        self.source = source
        if packet.number == len(self.blocks):
            self.take(packet)
        return Packet(ACK, packet.number).encoded()

    def take(self, packet):
        if packet.kind == FINAL:
            self.complete = True
        elif not self.complete:
            self.blocks.append(packet.payload)
            self.size += len(packet.payload)
            if self.size > self.max_bytes:
                raise ValueError(f"{self.size} bytes, and {self.max_bytes} are allowed")


def recv_reliable(sock, *, idle=2.0, linger=1.0, max_bytes=1 << 20):
    receiver = Receiver(max_bytes)
    last = time.monotonic()
    while True:
        patience = last + (linger if receiver.complete else idle) - time.monotonic()
        if patience <= 0:
            break
        sock.settimeout(patience)
        try:
            data, source = sock.recvfrom(65536)
        except TimeoutError:
            break
        answer = receiver.feed(data, source)
        if answer is not None:
            sock.sendto(answer, source)
            last = time.monotonic()
    sock.settimeout(None)
    if receiver.complete:
        return b"".join(receiver.blocks)
    raise TimeoutError("the sender has vanished")
