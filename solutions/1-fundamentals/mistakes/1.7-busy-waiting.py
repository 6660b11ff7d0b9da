'''
mistake = "Asks again and again whether the attempt has come to an end"
code = "W16"
loses = ["Waiting for an answer does not burn the processor"]
told = ["busy waiting", "processor time"]
'''


# %% answer-connect-any
import errno
import os
import socket
import time


def connect_any(endpoints, *, timeout):
    deadline = time.monotonic() + timeout
    errors = []
    for index, endpoint in enumerate(endpoints):
        left = max(deadline - time.monotonic(), 0.001)
        try:
            return attempt(endpoint, time.monotonic() + left / (len(endpoints) - index)), index
        except OSError as error:
            errors.append(error)
    failure = ConnectionError(f"none of {len(endpoints)} endpoints answered")
    failure.errors = errors
    raise failure


def attempt(endpoint, until):
    family, _, _, _, address = socket.getaddrinfo(*endpoint, type=socket.SOCK_STREAM)[0]
    sock = socket.socket(family)
    sock.setblocking(False)
    try:
        while (code := sock.connect_ex(address)) not in (0, errno.EISCONN):
            if code not in (errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK):
                raise OSError(code, os.strerror(code))
            if time.monotonic() > until:
                raise TimeoutError("no answer")
    except OSError:
        sock.close()
        raise
    sock.setblocking(True)
    return sock
