'''
mistake = "Calls send once and does not look at its result"
code = "W02"
loses = ["A request of 8 MB goes out whole, though send takes only a part at a time"]
told = ["send may take only part of the data"]
'''

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    deadline = time.monotonic() + timeout
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.send(request)
        sock.shutdown(socket.SHUT_WR)
        reply = bytearray()
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no complete reply in time")
            sock.settimeout(left)
            piece = sock.recv(65536)
            if not piece:
                return bytes(reply)
            reply += piece
            if len(reply) > max_bytes:
                raise ValueError("the reply is too long")
