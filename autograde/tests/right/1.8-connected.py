"""A connected socket and select: strangers are never heard, refusals are swallowed from send and recv; struct packs."""

import select
import socket
import struct
from time import perf_counter


def udp_ping(host: str, port: int, *, count: int = 10, timeout: float = 0.3, token: bytes = b"....") -> dict:
    probes = [struct.pack(f"!I{len(token)}s{60 - len(token)}x", n, token) for n in range(1, count + 1)]
    states = ["unsent"] * count
    totals = {"sent": 0, "received": 0, "lost": 0, "duplicates": 0, "late": 0, "foreign": 0}
    times = []
    sock = socket.socket(type=socket.SOCK_DGRAM)
    try:
        sock.connect((host, port))
        sock.setblocking(False)
        for index, probe in enumerate(probes):
            states[index] = "waiting"
            totals["sent"] += 1
            began = perf_counter()
            try:
                sock.send(probe)
            except ConnectionRefusedError:
                pass
            while states[index] == "waiting":
                remaining = began + timeout - perf_counter()
                if remaining <= 0 or not select.select([sock], [], [], remaining)[0]:
                    states[index] = "given up"
                    continue
                now = perf_counter()
                try:
                    data = sock.recv(2000)
                except (ConnectionRefusedError, BlockingIOError):
                    continue
                try:
                    which = probes.index(data)
                except ValueError:
                    which = count
                if which > index:
                    totals["foreign"] += 1
                elif states[which] == "answered":
                    totals["duplicates"] += 1
                else:
                    if which == index:
                        times.append((now - began) * 1e3)
                    else:
                        totals["late"] += 1
                    states[which] = "answered"
    finally:
        sock.close()
    totals["received"] = len(times)
    totals["lost"] = states.count("given up")
    totals["rtt_ms"] = dict(min=min(times), avg=sum(times) / len(times), max=max(times)) if times else None
    return totals
