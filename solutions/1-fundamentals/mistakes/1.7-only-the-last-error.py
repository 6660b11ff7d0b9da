'''
mistake = "Raises the last error, and forgets the others"
loses = ["connect_any: when all fail, errors has the exception of each endpoint, in their order"]
told = ["`errors` of the exception is None"]
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
        sock.settimeout(None)
        return sock, index
    raise ConnectionError(f"none of {len(endpoints)} endpoints answered") from errors[-1]
