"""One thread sends while the caller reads; both are joined on every way out."""

import socket
import threading
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    stop_at = time.monotonic() + timeout
    with socket.create_connection((host, port), timeout=timeout) as sock:

        def send():
            try:
                sock.sendall(request)
                sock.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        sender = threading.Thread(target=send)
        sender.start()
        try:
            reply = b""
            chunks = []
            while True:
                remaining = stop_at - time.monotonic()
                if remaining <= 0:
                    raise TimeoutError
                sock.settimeout(remaining)
                chunk = sock.recv(65536)
                if chunk == b"":
                    return reply.join(chunks)
                chunks.append(chunk)
                if sum(map(len, chunks)) > max_bytes:
                    raise ValueError(max_bytes)
        finally:
            sock.close()
            sender.join()
