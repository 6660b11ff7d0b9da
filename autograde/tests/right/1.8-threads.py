"""A thread receives all the time and judges under a lock; the caller sends, and waits on a condition."""

import socket
import threading
import time


class Pinger:
    def __init__(self, sock, target, token):
        self.sock, self.target, self.token = sock, target, token
        self.changed = threading.Condition()
        self.current = 0
        self.done = set()
        self.times = []
        self.late = self.duplicates = self.foreign = 0
        self.running = True

    def probe(self, number):
        head = bytes([number >> 24 & 255, number >> 16 & 255, number >> 8 & 255, number & 255])
        return head + self.token + b"\x00" * (64 - 4 - len(self.token))

    def receive(self):
        while True:
            data, address = self.sock.recvfrom(1 << 16)
            with self.changed:
                if not self.running:
                    return
                self.judge(data, address)
                self.changed.notify()

    def judge(self, data, address):
        number = int.from_bytes(data[:4], "big")
        if address != self.target or not 1 <= number <= self.current or data != self.probe(number):
            self.foreign += 1
        elif number in self.done:
            self.duplicates += 1
        else:
            self.done.add(number)
            if number == self.current and time.monotonic() <= self.began + self.timeout:
                self.times.append((time.monotonic() - self.began) * 1000)
            else:
                self.late += 1

    def ping(self, number, timeout):
        with self.changed:
            self.current, self.timeout, self.began = number, timeout, time.monotonic()
            self.sock.sendto(self.probe(number), self.target)
            self.changed.wait_for(lambda: number in self.done, timeout)


def udp_ping(host, port, *, count=10, timeout=0.3, token=b"...."):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        pinger = Pinger(sock, (host, port), token)
        thread = threading.Thread(target=pinger.receive)
        thread.start()
        try:
            for number in range(1, count + 1):
                pinger.ping(number, timeout)
        finally:
            with pinger.changed:
                pinger.running = False
            sock.sendto(b"wake up", sock.getsockname())
            thread.join()
    times = pinger.times
    return {
        "sent": count,
        "received": len(times),
        "lost": count - len(pinger.done),
        "duplicates": pinger.duplicates,
        "late": pinger.late,
        "foreign": pinger.foreign,
        "rtt_ms": {"min": min(times), "avg": sum(times) / len(times), "max": max(times)} if times else None,
    }
