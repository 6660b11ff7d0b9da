'''
mistake = "Returns the socket with the timeout of the attempt still on it"
loses = ["connect_any: the socket comes back in blocking mode"]
told = ["the socket came back with a timeout of 3 s"]
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
            sock = socket.create_connection(endpoint, timeout=left / (len(endpoints) - index))
        except OSError as error:
            errors.append(error)
            continue
        return sock, index
    failure = ConnectionError(f"none of {len(endpoints)} endpoints answered")
    failure.errors = errors
    raise failure
