"""Reads into one buffer that was made once, a byte larger than what is allowed."""

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    end = time.monotonic() + timeout
    buffer = memoryview(bytearray(max_bytes + 1))
    filled = 0
    sock = socket.socket()
    try:
        sock.settimeout(timeout)
        sock.connect((host, port))
        rest = memoryview(request)
        while rest:
            sock.settimeout(left(end))
            rest = rest[sock.send(rest) :]
        sock.shutdown(socket.SHUT_WR)
        while filled <= max_bytes:
            sock.settimeout(left(end))
            n = sock.recv_into(buffer[filled:])
            if n == 0:
                return buffer[:filled].tobytes()
            filled += n
        raise ValueError(f"more than {max_bytes} bytes")
    finally:
        sock.close()


def left(end):
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
