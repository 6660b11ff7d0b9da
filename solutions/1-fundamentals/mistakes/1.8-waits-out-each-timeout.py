'''
mistake = "Waits until the timeout is over, though the reply has come"
loses = [
    "Every probe is answered",
    "Every probe has the layout of the table",
    "The next probe is not sent before the one before is answered",
    "Round-trip times are in milliseconds",
    "A lost probe costs its timeout, and the next one is matched to its own reply",
    "A duplicate is counted as one, and shifts nothing",
    "What only looks like a reply is foreign",
    "When nothing comes back, all are lost and there are no times",
    "Where nobody listens, every probe is lost, and no exception flies",
    "Somebody sets the clock back by an hour, again and again",
    "Nothing is left open, whether replies come or not",
    "Waiting does not burn the processor",
]
told = ["the wait for a probe is over when its reply is there"]
'''
import socket
import time


def udp_ping(host: str, port: int, *, count: int = 10, timeout: float = 0.3, token: bytes = b"....") -> dict:
    """Probe an echo server and report what came back."""
    sent, answered, times = set(), set(), []
    late = duplicates = foreign = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for number in range(1, count + 1):
            probe = (number.to_bytes(4, "big") + token).ljust(64, b"\0")
            sent.add(probe)
            start = time.monotonic()
            sock.sendto(probe, (host, port))
            while (left := start + timeout - time.monotonic()) > 0:
                sock.settimeout(left)
                try:
                    data, sender = sock.recvfrom(65535)
                except TimeoutError:
                    break
                if sender != (host, port) or data not in sent:
                    foreign += 1
                elif data in answered:
                    duplicates += 1
                else:
                    answered.add(data)
                    if data == probe:
                        times.append(1000 * (time.monotonic() - start))
                        continue
                    late += 1
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
