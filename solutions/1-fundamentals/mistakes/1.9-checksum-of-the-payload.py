'''
mistake = "The sender computes the CRC-32 over the payload alone"
loses = [
    "Sender: a short message is one block and a final packet",
    "Sender: each packet waits for the acknowledgement of the one before",
    "Your sender and your receiver understand each other",
    "Sender: what is lost, or whose acknowledgement is lost, is sent again",
    "Sender: acknowledgements that come twice cause no storm of packets",
    "Sender: a damaged acknowledgement, and what is no acknowledgement at all, does not count",
    "Sender: an acknowledgement of another packet, or from a stranger, does not count",
    "Sender: it gives up with TimeoutError after max_tries, be it silent or noisy there",
    "Sender: the last try has its timeout, too, and its acknowledgement counts",
    "Sender: nothing, just less than a block, a block, two blocks, and 200 KB",
    "Both: a path that loses 30 % each way, and the last acknowledgement too",
    "Both: a path that doubles, reorders and damages",
    "Nothing is left open, and the socket that was lent is not closed",
    "Waiting does not burn the processor",
]
told = ["with a wrong CRC-32"]
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
    head = bytes([kind]) + number.to_bytes(4, "big")
    return head + zlib.crc32(payload).to_bytes(4, "big") + payload
