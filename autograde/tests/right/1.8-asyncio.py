"""A datagram endpoint of asyncio: a protocol puts what comes into a queue, and wait_for gives up on it."""

import asyncio
import statistics


class Arrivals(asyncio.DatagramProtocol):
    def __init__(self):
        self.queue = asyncio.Queue()
        self.closed = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, addr):
        self.queue.put_nowait((data, addr))

    def error_received(self, exc):
        print("error:", exc)

    def connection_lost(self, exc):
        self.closed.set_result(None)


def udp_ping(host, port, *, count=10, timeout=0.3, token=b"...."):
    return asyncio.run(ping(host, port, count, timeout, token))


async def ping(host, port, count, timeout, token):
    loop = asyncio.get_running_loop()
    transport, arrivals = await loop.create_datagram_endpoint(Arrivals, local_addr=("127.0.0.1", 0))
    outcome = {}  # by number: None while nothing has come
    tally = {"duplicates": 0, "late": 0, "foreign": 0}
    times = []
    try:
        for number in range(1, count + 1):
            outcome[number] = None
            start = loop.time()
            transport.sendto(probe(number, token), (host, port))
            try:
                async with asyncio.timeout_at(start + timeout):
                    while outcome[number] is None:
                        data, sender = await arrivals.queue.get()
                        about = int.from_bytes(data[:4], "big")
                        if sender[:2] != (host, port) or about not in outcome or data != probe(about, token):
                            tally["foreign"] += 1
                        elif outcome[about]:
                            tally["duplicates"] += 1
                        elif about == number:
                            times.append(1000.0 * (loop.time() - start))
                            outcome[about] = "in time"
                        else:
                            tally["late"] += 1
                            outcome[about] = "late"
            except TimeoutError:
                pass
    finally:
        transport.close()
        await arrivals.closed
    rtt = {"min": min(times), "avg": statistics.fmean(times), "max": max(times)} if times else None
    lost = sum(value is None for value in outcome.values())
    return {"sent": count, "received": len(times), "lost": lost, "rtt_ms": rtt, **tally}


def probe(number, token):
    return number.to_bytes(4, "big") + token + bytes(60 - len(token))
