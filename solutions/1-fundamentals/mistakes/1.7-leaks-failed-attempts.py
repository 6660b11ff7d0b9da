'''
mistake = "Closes no socket of an attempt that failed"
code = "W08"
loses = ["connect_any leaves nothing open but the socket that it returns"]
told = ["a socket or file was left open", "once connected to"]
'''


# %% answer-connect-any
import socket
import time


def connect_any(endpoints, *, timeout):
    deadline = time.monotonic() + timeout
    errors = []
    for index, endpoint in enumerate(endpoints):
        left = max(deadline - time.monotonic(), 0.001)
        sock = socket.socket(socket.AF_INET6 if ":" in endpoint[0] else socket.AF_INET)
        sock.settimeout(left / (len(endpoints) - index))
        try:
            sock.connect(endpoint)
        except OSError as error:
            errors.append(error)
            continue
        sock.settimeout(None)
        return sock, index
    failure = ConnectionError(f"none of {len(endpoints)} endpoints answered")
    failure.errors = errors
    raise failure
