'''
mistake = "Notes the deadline only when the request has been sent"
code = "W05"
loses = ["The time that sending takes counts, too"]
told = ["with timeout=0.6 it may take 0.9 s in all", "reads whatever comes"]
'''

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.sendall(request)
        deadline = time.monotonic() + timeout
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
