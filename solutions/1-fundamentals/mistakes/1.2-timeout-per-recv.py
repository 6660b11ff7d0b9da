'''
mistake = "Sets a timeout for each recv, not a deadline for the whole call"
code = "W05"
loses = [
    "A server that drips, or falls silent late: TimeoutError for the whole call",
    "The time that sending takes counts, too",
]
told = ["a timeout per call is not a deadline", "did not end within"]
'''

import socket


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        reply = bytearray()
        while piece := sock.recv(65536):
            reply += piece
            if len(reply) > max_bytes:
                raise ValueError("the reply is too long")
        return bytes(reply)
