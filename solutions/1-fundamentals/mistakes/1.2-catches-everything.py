'''
mistake = "Catches every error and returns what it has, or nothing"
code = "W06"
loses = [
    "A reset in mid-reply is raised, and no part of the reply is returned",
    "A refused connection is raised",
    "A server that never answers: TimeoutError, in time",
    "A server that drips, or falls silent late: TimeoutError for the whole call",
    "Nobody answers the attempt to connect: TimeoutError, in time",
    "A server that never reads a request of 8 MB: TimeoutError, in time",
    "The time that sending takes counts, too",
    "A reply of max_bytes is fine; an endless one is a ValueError",
    "Nothing is left open, whether the call goes well or not",
]
told = ["an error was turned into an answer", "wanted ConnectionRefusedError", "wanted TimeoutError"]
'''

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    reply = bytearray()
    try:
        deadline = time.monotonic() + timeout
        with socket.create_connection((host, port), timeout=timeout) as sock:
            sock.sendall(request)
            sock.shutdown(socket.SHUT_WR)
            while len(reply) <= max_bytes and (left := deadline - time.monotonic()) > 0:
                sock.settimeout(left)
                piece = sock.recv(65536)
                if not piece:
                    break
                reply += piece
    except Exception:
        pass
    return bytes(reply[:max_bytes])
