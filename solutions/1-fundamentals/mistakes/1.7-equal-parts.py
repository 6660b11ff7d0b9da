'''
mistake = "Gives each endpoint the same part of the timeout, whatever was left over"
loses = ["connect_any: what eight refusals have not used is left to those behind them"]
told = ["half of what is left"]
'''

# %% answer-connect-any
import socket


def connect_any(endpoints: list[tuple[str, int]], *, timeout: float) -> tuple[socket.socket, int]:
    """The connected socket of the first endpoint that answers, in blocking mode, and the index of that endpoint."""
    errors = []
    for index, endpoint in enumerate(endpoints):
        try:
            sock = socket.create_connection(endpoint, timeout=timeout / len(endpoints))
        except OSError as error:
            errors.append(error)
            continue
        sock.settimeout(None)
        return sock, index
    failure = ConnectionError(f"none of {len(endpoints)} endpoints answered")
    failure.errors = errors
    raise failure
