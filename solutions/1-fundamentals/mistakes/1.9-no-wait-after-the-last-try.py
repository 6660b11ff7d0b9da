'''
mistake = "Gives up as soon as it has sent for the last time"
loses = ["Sender: the last try has its timeout, too, and its acknowledgement counts"]
told = ["TimeoutError"]
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
            for tries in range(1, max_tries + 1):
                sock.sendto(each, addr)
                sent += 1
                is_last = tries == max_tries > 1
                if is_acknowledged(sock, addr, number, time.monotonic() + (0 if is_last else timeout)):
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
    return head + zlib.crc32(head + payload).to_bytes(4, "big") + payload
