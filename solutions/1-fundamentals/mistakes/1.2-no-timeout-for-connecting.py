'''
mistake = "Sets no timeout before the connection is there"
code = "forever"
loses = ["Nobody answers the attempt to connect: TimeoutError, in time"]
told = ["did not end within 3 s", "nobody answers", "socket.create_connection((host, port))"]
'''

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    deadline = time.monotonic() + timeout
    with socket.create_connection((host, port)) as sock:
        sock.settimeout(timeout)
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
