"""Looks the name up first, connects without blocking, waits in select, and goes by error numbers."""

# %% answer-probe
import errno
import select
import socket

ENDINGS = {0: "open", errno.ECONNREFUSED: "refused", errno.ETIMEDOUT: "timeout"}


def probe(host: str, port: int, *, timeout: float) -> str:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)[0]
    except socket.gaierror:
        return "unresolved"
    sock = socket.socket(family, kind, proto)
    try:
        sock.setblocking(False)
        code = sock.connect_ex(address)
        if code == errno.EINPROGRESS:
            if not select.select([], [sock], [], timeout)[1]:
                return "timeout"
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return ENDINGS.get(code, "unreachable")
    finally:
        sock.close()


# %% answer-connect-any
import errno
import os
import selectors
import socket
import time


def connect_any(endpoints, *, timeout):
    started, problems = time.monotonic(), []
    remaining = list(endpoints)
    while remaining:
        share = (started + timeout - time.monotonic()) / len(remaining)
        sock, problem = attempt(remaining.pop(0), share)
        if sock is not None:
            return sock, len(problems)
        problems.append(problem)
    nobody = ConnectionError("nobody")
    nobody.errors = tuple(problems)
    raise nobody


def attempt(endpoint, seconds):
    try:
        info = socket.getaddrinfo(*endpoint, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        return None, error
    sock = socket.socket(info[0])
    sock.setblocking(False)
    code = sock.connect_ex(info[4])
    if code == errno.EINPROGRESS:
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_WRITE)
            ready = selector.select(max(seconds, 0))
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if ready else errno.ETIMEDOUT
    if code:
        sock.close()
        return None, OSError(code, os.strerror(code))
    sock.setblocking(True)
    return sock, None
