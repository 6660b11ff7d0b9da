'''
mistake = "Sends the packet again whenever an acknowledgement comes that is not the one it waits for"
code = "W23"
loses = [
    "Sender: acknowledgements that come twice cause no storm of packets",
]
told = ["only a timeout is a reason to send again", "were sent again"]
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
        if source == addr and answer[:1] == b"\x02" and len(answer) == 9:
            return False
    return False


def packet(kind: int, number: int, payload: bytes = b"") -> bytes:
    head = bytes([kind]) + number.to_bytes(4, "big")
    return head + zlib.crc32(head + payload).to_bytes(4, "big") + payload
