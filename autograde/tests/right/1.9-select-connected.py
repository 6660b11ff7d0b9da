"""The sender connects its socket and waits in select; the receiver keeps blocks in a dictionary; struct packs."""

# %% answer-send-reliable
import binascii
import select
import socket
import struct
import time

HEADER = struct.Struct("!BII")


def encode(kind, number, payload=b""):
    start = struct.pack("!BI", kind, number)
    return HEADER.pack(kind, number, binascii.crc32(payload, binascii.crc32(start))) + payload


def send_reliable(data, addr, *, timeout=0.1, max_tries=20, block=512):
    view = memoryview(data)
    count = -(-len(data) // block)
    statistics = {"blocks": count, "sent": 0, "resent": 0}
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.connect(addr)
        sock.setblocking(False)
        for number in range(count + 1):
            payload = bytes(view[number * block : (number + 1) * block])
            transmit(sock, encode(1 if number < count else 3, number, payload), number, timeout, max_tries, statistics)
        return statistics
    finally:
        sock.close()


def transmit(sock, packet, number, timeout, max_tries, statistics):
    wanted = encode(2, number)
    for attempt in range(max_tries):
        try:
            sock.send(packet)
        except ConnectionRefusedError:
            pass  # what the packet before has met
        statistics["sent"] += 1
        statistics["resent"] += attempt > 0
        end = time.perf_counter() + timeout
        while True:
            remaining = end - time.perf_counter()
            if remaining <= 0 or not select.select([sock], [], [], remaining)[0]:
                break
            try:
                if sock.recv(100) == wanted:
                    return
            except (ConnectionRefusedError, BlockingIOError):
                continue
    raise TimeoutError(number)


# %% answer-recv-reliable
import select
import struct
import time
import zlib


def decode(datagram):
    if len(datagram) < 9:
        return None
    kind, number, checksum = struct.unpack_from("!BII", datagram)
    payload = datagram[9:]
    if checksum != zlib.crc32(datagram[:5] + payload) or kind not in (1, 3) or (kind == 3 and payload):
        return None
    return kind, number, payload


def acknowledgement(number):
    start = struct.pack("!BI", 2, number)
    return start + struct.pack("!I", zlib.crc32(start))


def recv_reliable(sock, *, idle=2.0, linger=1.0, max_bytes=1 << 20):
    blocks = {}
    partner = final = None
    heard = time.monotonic()
    while True:
        wait = heard + (idle if final is None else linger) - time.monotonic()
        if wait <= 0 or not select.select([sock], [], [], wait)[0]:
            if final is None:
                raise TimeoutError("nothing came")
            return b"".join(blocks[number] for number in range(final))
        datagram, address = sock.recvfrom(1 << 16)
        decoded = decode(datagram)
        if decoded is None or (partner is not None and address != partner):
            continue
        kind, number, payload = decoded
        if number > len(blocks):
            continue
        partner, heard = address, time.monotonic()
        if kind == 3 and number == len(blocks):
            final = number
        elif kind == 1 and final is None:
            blocks.setdefault(number, payload)
            if sum(map(len, blocks.values())) > max_bytes:
                raise ValueError("too much")
        sock.sendto(acknowledgement(number), address)
