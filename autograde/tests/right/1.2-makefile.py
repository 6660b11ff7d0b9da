"""Reads through a file object: a buffered reader on a raw socket file, with the deadline set before each read."""

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    end = time.monotonic() + timeout
    with socket.create_connection((host, port), timeout) as sock, sock.makefile("rb", buffering=0) as stream:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        reply = bytearray()
        while True:
            sock.settimeout(max(0.001, end - time.monotonic()))
            piece = stream.read(4096)
            if not piece:
                return bytes(reply)
            reply += piece
            if len(reply) > max_bytes:
                raise ValueError("too long")
            if time.monotonic() > end:
                raise TimeoutError("too late")
