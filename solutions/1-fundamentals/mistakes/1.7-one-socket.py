'''
mistake = "Uses one socket for all attempts"
loses = [
    "connect_any goes on to the next endpoint when one is refused",
    "connect_any: two black holes first, and still the third endpoint in time",
    "connect_any: of eleven endpoints, a black hole gets an eleventh of the time",
    "connect_any: what eight refusals have not used is left to those behind them",
    "connect_any: endpoints of both families",
    "connect_any: when all fail, errors has the exception of each endpoint, in their order",
    "connect_any leaves nothing open but the socket that it returns",
    "Waiting for an answer does not burn the processor",
]
told = ["connect_any gave up, though one endpoint answers", "already in progress"]
'''


# %% answer-connect-any
import socket
import time


def connect_any(endpoints, *, timeout):
    deadline = time.monotonic() + timeout
    errors = []
    sock = socket.socket()
    for index, endpoint in enumerate(endpoints):
        left = max(deadline - time.monotonic(), 0.001)
        sock.settimeout(left / (len(endpoints) - index))
        try:
            sock.connect(endpoint)
        except OSError as error:
            errors.append(error)
            continue
        sock.settimeout(None)
        return sock, index
    sock.close()
    failure = ConnectionError(f"none of {len(endpoints)} endpoints answered")
    failure.errors = errors
    raise failure
