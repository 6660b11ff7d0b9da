"""Tries every address of a name itself, with objects and match statements."""

# %% answer-probe
import socket


def probe(host, port, *, timeout):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.settimeout(timeout)
        try:
            sock.connect((host, port))
        except OSError as error:
            match error:
                case socket.gaierror():
                    return "unresolved"
                case TimeoutError():
                    return "timeout"
                case ConnectionRefusedError():
                    return "refused"
                case _:
                    return "unreachable"
        return "open"


# %% answer-connect-any
import contextlib
import socket
import time


class Budget:
    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def part(self, of):
        return max((self.end - time.monotonic()) / of, 0.001)


def connect_any(endpoints, *, timeout):
    budget = Budget(timeout)
    failure = ConnectionError("no endpoint could be reached")
    failure.errors = []
    for index, (host, port) in enumerate(endpoints):
        try:
            return connect(host, port, budget.part(len(endpoints) - index)), index
        except OSError as error:
            failure.errors.append(error.with_traceback(None))
    raise failure


def connect(host, port, seconds):
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    budget, last = Budget(seconds), OSError("no address")
    for number, (family, kind, proto, _, address) in enumerate(addresses):
        with contextlib.ExitStack() as stack:
            sock = stack.enter_context(socket.socket(family, kind, proto))
            sock.settimeout(budget.part(len(addresses) - number))
            try:
                sock.connect(address)
            except OSError as error:
                last = error
                continue
            stack.pop_all()
            sock.settimeout(None)
            return sock
    raise last
