'''
mistake = "Gives the first endpoint all the time that is left"
code = "W05"
loses = ["connect_any: of eleven endpoints, a black hole gets an eleventh of the time"]
told = ["a black hole before ten others gets 0.3 s"]
'''


# %% answer-connect-any
import socket
import time


def connect_any(endpoints, *, timeout):
    deadline = time.monotonic() + timeout
    errors = []
    for index, endpoint in enumerate(endpoints):
        left = max(deadline - time.monotonic(), 0.001)
        try:
            sock = socket.create_connection(endpoint, timeout=left)
        except OSError as error:
            errors.append(error)
            continue
        sock.settimeout(None)
        return sock, index
    failure = ConnectionError(f"none of {len(endpoints)} endpoints answered")
    failure.errors = errors
    raise failure
