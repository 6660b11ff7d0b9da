'''
mistake = "Takes whatever comes for the reply to the latest probe"
code = "W19"
loses = [
    "A duplicate is counted as one, and shifts nothing",
    "A reply that comes after its timeout is late, and is not taken for the next one",
    "Times are those of the received probes: a late reply has none, and does not count",
    "A reply that others overtake is late, too",
    "What only looks like a reply is foreign",
    "A stranger's datagram is no reply",
    "Noise does not prolong the wait",
]
told = ["whose reply is it?", "a late reply is not the reply to the next probe"]
'''

import socket
import time


def udp_ping(host: str, port: int, *, count: int = 10, timeout: float = 0.3, token: bytes = b"....") -> dict:
    """Probe an echo server and report what came back."""
    times = []
    late = duplicates = foreign = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for number in range(1, count + 1):
            probe = (number.to_bytes(4, "big") + token).ljust(64, b"\0")
            start = time.monotonic()
            sock.sendto(probe, (host, port))
            while (left := start + timeout - time.monotonic()) > 0:
                sock.settimeout(left)
                try:
                    data, sender = sock.recvfrom(65535)
                except TimeoutError:
                    break
                times.append(1000 * (time.monotonic() - start))
                break
    rtt = {"min": min(times), "avg": sum(times) / len(times), "max": max(times)} if times else None
    return {
        "sent": count,
        "received": len(times),
        "lost": count - len(times) - late,
        "duplicates": duplicates,
        "late": late,
        "foreign": foreign,
        "rtt_ms": rtt,
    }
