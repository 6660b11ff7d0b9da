'''
mistake = "Never says that the request is complete, so both sides wait"
code = "half-close"
loses = [
    "A short question gets its reply",
    "A long reply comes back whole",
    "Bytes that are no text pass unchanged, both ways",
    "The reply arrives one byte at a time",
    "An empty reply is b''",
    "A reset in mid-reply is raised, and no part of the reply is returned",
    "A refused connection is raised",
    "A server that never answers: TimeoutError, in time",
    "A server that drips, or falls silent late: TimeoutError for the whole call",
    "Nobody answers the attempt to connect: TimeoutError, in time",
    "A server that never reads a request of 8 MB: TimeoutError, in time",
    "The time that sending takes counts, too",
    "A request of 8 MB goes out whole, though send takes only a part at a time",
    "A reply of max_bytes is fine; an endless one is a ValueError",
    "Nothing is left open, whether the call goes well or not",
    "Waiting does not burn the processor",
]
told = ["both sides wait", "sock.shutdown(socket.SHUT_WR)"]
'''

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    deadline = time.monotonic() + timeout
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.sendall(request)
        reply = b""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no complete reply in time")
            sock.settimeout(left)
            piece = sock.recv(65536)
            if not piece:
                return reply
            reply += piece
            if len(reply) > max_bytes:
                raise ValueError("the reply is too long")
