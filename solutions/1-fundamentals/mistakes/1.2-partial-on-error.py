'''
mistake = "Catches the reset and returns the part of the reply that it has"
code = "W06"
loses = [
    "A reset in mid-reply is raised, and no part of the reply is returned",
    "Nothing is left open, whether the call goes well or not",
]
told = ["an error was turned into an answer", "wanted ConnectionError"]
'''

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    deadline = time.monotonic() + timeout
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        reply = bytearray()
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no complete reply in time")
            sock.settimeout(left)
            try:
                piece = sock.recv(65536)
            except ConnectionError:
                return bytes(reply)
            if not piece:
                return bytes(reply)
            reply += piece
            if len(reply) > max_bytes:
                raise ValueError("the reply is too long")
