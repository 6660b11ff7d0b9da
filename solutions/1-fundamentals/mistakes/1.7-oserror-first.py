'''
mistake = "Catches OSError before the errors that are kinds of it"
code = "kinds"
loses = [
    "probe tells an open port from one at which nobody listens",
    "probe: a host whose name cannot be resolved is unresolved",
    "probe: a server that accepts and then resets is open",
    "probe leaves nothing open and changes no setting of the process",
]
told = ["Catch these before OSError", "wanted 'refused', got 'unreachable'"]
'''


# %% answer-probe
import socket


def probe(host, port, *, timeout):
    try:
        socket.create_connection((host, port), timeout=timeout).close()
    except TimeoutError:
        return "timeout"
    except OSError:
        return "unreachable"
    except socket.gaierror:
        return "unresolved"
    except ConnectionRefusedError:
        return "refused"
    return "open"
