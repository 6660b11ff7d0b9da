'''
mistake = "Sends all probes at once and then receives"
loses = [
    "The next probe is not sent before the one before is answered",
    "Round-trip times are in milliseconds",
    "A reply that comes after its timeout is late, and is not taken for the next one",
    "Times are those of the received probes: a late reply has none, and does not count",
    "A reply that others overtake is late, too",
]
told = ["one thing at a time was asked for", "wanted nothing yet, got the datagram probe 2"]
'''

import socket
import time


def udp_ping(host, port, *, count=10, timeout=0.3, token=b"...."):
    sent = {}
    times, dup, foreign = {}, 0, 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for n in range(1, count + 1):
            p = (n.to_bytes(4, "big") + token).ljust(64, b"\0")
            sent[p] = time.monotonic()
            sock.sendto(p, (host, port))
        end = time.monotonic() + timeout
        while len(times) < count and (left := end - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                data, who = sock.recvfrom(65535)
            except TimeoutError:
                break
            if data not in sent or who != (host, port): foreign += 1
            elif data in times: dup += 1
            else: times[data] = 1000 * (time.monotonic() - sent[data])
    t = list(times.values())
    return {"sent": count, "received": len(t), "lost": count - len(t), "duplicates": dup, "late": 0, "foreign": foreign,
      "rtt_ms": {"min": min(t), "avg": sum(t)/len(t), "max": max(t)} if t else None}
