'''
mistake = "Reads everything first and compares with max_bytes afterwards"
code = "W13"
loses = ["A reply of max_bytes is fine; an endless one is a ValueError"]
told = ["more came than was allowed", "wanted ValueError"]
'''

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    deadline = time.monotonic() + timeout
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        size, reply = 0, b""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no complete reply in time")
            sock.settimeout(left)
            piece = sock.recv(65536)
            if not piece:
                break
            size += len(piece)
            reply = reply + piece if size <= max_bytes else reply
        if size > max_bytes:
            raise ValueError("the reply is too long")
        return reply
