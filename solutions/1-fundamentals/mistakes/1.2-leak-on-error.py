'''
mistake = "Closes the socket at the end, so not when an exception flies"
code = "W08"
loses = ["Nothing is left open, whether the call goes well or not"]
told = ["a socket or file was left open", "with socket.create_connection"]
'''

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    deadline = time.monotonic() + timeout
    sock = socket.create_connection((host, port), timeout=timeout)
    sock.sendall(request)
    sock.shutdown(socket.SHUT_WR)
    reply = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no complete reply in time")
        sock.settimeout(left)
        piece = sock.recv(65536)
        if not piece:
            sock.close()
            return bytes(reply)
        reply += piece
        if len(reply) > max_bytes:
            raise ValueError("the reply is too long")
