'''
mistake = "Gives each endpoint 0.2 s at least, and the whole has no limit"
loses = ["connect_any: eight black holes, and it gives up in time"]
told = ["for all endpoints together"]
'''

# %% answer-connect-any
import socket
import time


def connect_any(endpoints: list[tuple[str, int]], *, timeout: float) -> tuple[socket.socket, int]:
    """The connected socket of the first endpoint that answers, in blocking mode, and the index of that endpoint."""
    deadline = time.monotonic() + timeout
    errors = []
    for index, endpoint in enumerate(endpoints):
        left = max(deadline - time.monotonic(), 0.001)
        try:
            sock = socket.create_connection(endpoint, timeout=max(0.2, left / (len(endpoints) - index)))
        except OSError as error:
            errors.append(error)
            continue
        sock.settimeout(None)
        return sock, index
    failure = ConnectionError(f"none of {len(endpoints)} endpoints answered")
    failure.errors = errors
    raise failure
