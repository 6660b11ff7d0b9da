'''
mistake = "Packs numbers as this machine has them"
code = "W11"
loses = [
    "Sender: a short message is one block and a final packet",
    "Sender: each packet waits for the acknowledgement of the one before",
    "Receiver: blocks are put together, and each is acknowledged",
    "Sender: what is lost, or whose acknowledgement is lost, is sent again",
    "Sender: acknowledgements that come twice cause no storm of packets",
    "Sender: a damaged acknowledgement, and what is no acknowledgement at all, does not count",
    "Sender: an acknowledgement of another packet, or from a stranger, does not count",
    "Sender: it gives up with TimeoutError after max_tries, be it silent or noisy there",
    "Sender: the last try has its timeout, too, and its acknowledgement counts",
    "Sender: nothing, just less than a block, a block, two blocks, and 200 KB",
    "Receiver: a block that comes again is acknowledged again, and kept once",
    "Receiver: what is damaged, or not yet its turn, is neither kept nor acknowledged",
    "Receiver: packets of a stranger are not kept",
    "Receiver: it stays, and repeats the last acknowledgement if that was lost",
    "Receiver: each packet that comes again prolongs its stay",
    "Receiver: when the sender vanishes it raises TimeoutError, and returns no part",
    "Receiver: every size up to max_bytes; one byte more is a ValueError",
    "Nothing is left open, and the socket that was lent is not closed",
    "Waiting does not burn the processor",
]
told = ["the network's byte order is big-endian"]
'''

# %% answer-send-reliable
import socket
import time
import zlib


def send_reliable(
    data: bytes, addr: tuple[str, int], *, timeout: float = 0.1, max_tries: int = 20, block: int = 512
) -> dict:
    """Get `data` to the receiver at `addr`. TimeoutError if a packet is not acknowledged."""
    blocks = [data[start : start + block] for start in range(0, len(data), block)]
    packets = [packet(1, number, payload) for number, payload in enumerate(blocks)]
    packets.append(packet(3, len(blocks)))
    sent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for number, each in enumerate(packets):
            for _ in range(max_tries):
                sock.sendto(each, addr)
                sent += 1
                if is_acknowledged(sock, addr, number, time.monotonic() + timeout):
                    break
            else:
                raise TimeoutError(f"packet {number} was not acknowledged after {max_tries} tries")
    return {"blocks": len(blocks), "sent": sent, "resent": sent - len(packets)}


def is_acknowledged(sock: socket.socket, addr: tuple[str, int], number: int, deadline: float) -> bool:
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            answer, source = sock.recvfrom(65535)
        except TimeoutError:
            return False
        if source == addr and answer == packet(2, number):
            return True
    return False


def packet(kind: int, number: int, payload: bytes = b"") -> bytes:
    head = bytes([kind]) + number.to_bytes(4, "little")
    return head + zlib.crc32(head + payload).to_bytes(4, "little") + payload

# %% answer-recv-reliable
import socket
import time
import zlib


def recv_reliable(sock: socket.socket, *, idle: float = 2.0, linger: float = 1.0, max_bytes: int = 1 << 20) -> bytes:
    """The data of one transfer to `sock`. TimeoutError if the sender falls silent, ValueError if it sends too much."""
    sender, blocks, size, is_complete = None, [], 0, False
    deadline = time.monotonic() + idle
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            data, source = sock.recvfrom(65535)
        except TimeoutError:
            break
        kind, number, payload = data[:1], int.from_bytes(data[1:5], "little"), data[9:]
        is_whole = len(data) >= 9 and zlib.crc32(data[:5] + payload).to_bytes(4, "little") == data[5:9]
        if not is_whole or kind not in (b"\x01", b"\x03") or source != (sender or source) or number > len(blocks):
            continue
        sender = source
        if number == len(blocks) and kind == b"\x01" and not is_complete:
            size += len(payload)
            if size > max_bytes:
                raise ValueError(f"more than {max_bytes} bytes came")
            blocks.append(payload)
        elif number == len(blocks):
            is_complete = True
        head = b"\x02" + data[1:5]
        sock.sendto(head + zlib.crc32(head).to_bytes(4, "little"), source)
        deadline = time.monotonic() + (linger if is_complete else idle)
    if not is_complete:
        raise TimeoutError(f"no packet of the transfer for {idle} s")
    return b"".join(blocks)
