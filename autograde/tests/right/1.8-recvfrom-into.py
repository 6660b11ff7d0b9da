"""One buffer for all datagrams, a timeout in the socket options' stead, and counting with Counter."""

from collections import Counter
from socket import AF_INET, SOCK_DGRAM, socket
from time import monotonic_ns

SIZE = 64


def classify(data, sender, here, sent, answered):
    if sender != here:
        return "foreign"
    if data not in sent:
        return "foreign"
    if sent[data] in answered:
        return "duplicates"
    return "received" if sent[data] == len(sent) else "late"


def udp_ping(host, port, *, count=10, timeout=0.3, token=b"...."):
    seen, sent, answered, nanoseconds = Counter(), {}, set(), []
    buffer = bytearray(65536)
    with socket(AF_INET, SOCK_DGRAM) as sock:
        for i in range(count):
            probe = bytearray(SIZE)
            probe[0:4] = (i + 1).to_bytes(4, "big")
            probe[4 : 4 + len(token)] = token
            sent[bytes(probe)] = i + 1
            start = monotonic_ns()
            sock.sendto(probe, (host, port))
            kind = ""
            while kind != "received":
                left = timeout - (monotonic_ns() - start) / 1e9
                if left <= 0:
                    break
                sock.settimeout(left)
                try:
                    size, sender = sock.recvfrom_into(buffer)
                except TimeoutError:
                    break
                data = bytes(buffer[:size])
                kind = classify(data, sender, (host, port), sent, answered)
                seen[kind] += 1
                if kind in ("received", "late"):
                    answered.add(sent[data])
                if kind == "received":
                    nanoseconds.append(monotonic_ns() - start)
    report = {kind: seen[kind] for kind in ("received", "duplicates", "late", "foreign")}
    report["sent"] = count
    report["lost"] = count - report["received"] - report["late"]
    report["rtt_ms"] = None
    if nanoseconds:
        milliseconds = sorted(each / 1e6 for each in nanoseconds)
        average = sum(milliseconds) / len(milliseconds)
        report["rtt_ms"] = {"min": milliseconds[0], "avg": min(max(average, milliseconds[0]), milliseconds[-1]), "max": milliseconds[-1]}
    return report
