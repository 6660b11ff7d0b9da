'''
mistake = "Reads the reply with a single recv"
code = "W01"
loses = [
    "A long reply comes back whole",
    "The reply arrives one byte at a time",
    "A reset in mid-reply is raised, and no part of the reply is returned",
    "A server that drips, or falls silent late: TimeoutError for the whole call",
    "The time that sending takes counts, too",
    "Nothing is left open, whether the call goes well or not",
]
told = ["one recv is not one message", "here it ends", "Lesson 1.3"]
'''

import socket


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        reply = sock.recv(max_bytes + 1)
        if len(reply) > max_bytes:
            raise ValueError("the reply is too long")
        return reply
