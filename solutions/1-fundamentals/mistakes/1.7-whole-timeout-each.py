'''
mistake = "Gives each attempt the whole timeout, so that the sum exceeds it"
code = "W05"
loses = [
    "connect_any: two black holes first, and still the third endpoint in time",
    "connect_any: of eleven endpoints, a black hole gets an eleventh of the time",
    "connect_any: eight black holes, and it gives up in time",
]
told = ["with timeout=0.9 for all endpoints together"]
'''


# %% answer-connect-any
import socket


def connect_any(endpoints, *, timeout):
    errors = []
    for index, endpoint in enumerate(endpoints):
        try:
            sock = socket.create_connection(endpoint, timeout=timeout)
        except OSError as error:
            errors.append(error)
            continue
        sock.settimeout(None)
        return sock, index
    failure = ConnectionError(f"none of {len(endpoints)} endpoints answered")
    failure.errors = errors
    raise failure
