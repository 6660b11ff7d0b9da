'''
mistake = "Gives each recvfrom the whole timeout, so that noise keeps it from sending again"
code = "W05"
loses = [
    "Sender: it gives up with TimeoutError after max_tries, be it silent or noisy there",
]
told = ["did not end within"]
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
    sock.settimeout(deadline - time.monotonic())
    while True:
        try:
            answer, source = sock.recvfrom(65535)
        except TimeoutError:
            return False
        if source == addr and answer == packet(2, number):
            return True
    return False


def packet(kind: int, number: int, payload: bytes = b"") -> bytes:
    head = bytes([kind]) + number.to_bytes(4, "big")
    return head + zlib.crc32(head + payload).to_bytes(4, "big") + payload
