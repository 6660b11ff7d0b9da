'''
mistake = "Asks a non-blocking socket again and again"
code = "W16"
loses = ["Waiting does not burn the processor"]
told = ["busy waiting", "processor time"]
'''

import socket
import time


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    deadline = time.monotonic() + timeout
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        sock.setblocking(False)
        reply = bytearray()
        while True:
            if time.monotonic() > deadline:
                raise TimeoutError("no complete reply in time")
            try:
                piece = sock.recv(65536)
            except BlockingIOError:
                continue
            if not piece:
                return bytes(reply)
            reply += piece
            if len(reply) > max_bytes:
                raise ValueError("the reply is too long")
