'''
mistake = "Takes the timeout off for sending, as if that could not wait"
code = "forever"
loses = ["A server that never reads a request of 8 MB: TimeoutError, in time"]
told = ["did not end within 3 s", "reads nothing more", "sock.sendall(request)"]
'''

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    deadline = time.monotonic() + timeout
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.settimeout(None)
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        reply = bytearray()
        while True:
            sock.settimeout(max(deadline - time.monotonic(), 0.001))
            piece = sock.recv(65536)
            if not piece:
                return bytes(reply)
            reply += piece
            if len(reply) > max_bytes:
                raise ValueError("the reply is too long")
            if time.monotonic() > deadline:
                raise TimeoutError("no complete reply in time")
