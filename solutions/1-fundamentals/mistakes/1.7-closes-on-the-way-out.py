'''
mistake = "Returns the socket out of a with block, which closes it"
loses = [
    "connect_any connects to the first endpoint if that answers",
    "connect_any goes on to the next endpoint when one is refused",
    "connect_any: two black holes first, and still the third endpoint in time",
    "connect_any: of eleven endpoints, a black hole gets an eleventh of the time",
    "connect_any: what eight refusals have not used is left to those behind them",
    "connect_any: eight black holes, and it gives up in time",
    "connect_any: endpoints of both families",
    "connect_any: the socket comes back in blocking mode",
    "connect_any: when all fail, errors has the exception of each endpoint, in their order",
    "connect_any leaves nothing open but the socket that it returns",
    "Waiting for an answer does not burn the processor",
]
told = ["which is no open socket (any more)"]
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
            with socket.create_connection(endpoint, timeout=left / (len(endpoints) - index)) as sock:
                sock.settimeout(None)
                return sock, index
        except OSError as error:
            errors.append(error)
    failure = ConnectionError(f"none of {len(endpoints)} endpoints answered")
    failure.errors = errors
    raise failure
