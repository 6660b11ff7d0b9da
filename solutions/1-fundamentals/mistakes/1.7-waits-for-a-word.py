'''
mistake = "Wants to hear something before it calls a port open"
loses = ["probe: a server that accepts and then resets is open"]
told = ["the server aborted the connection", "wanted 'open', got 'unreachable'"]
'''


# %% answer-probe
import socket


def probe(host, port, *, timeout):
    try:
        with socket.create_connection((host, port), timeout=timeout) as sock:
            sock.recv(1)
    except socket.gaierror:
        return "unresolved"
    except TimeoutError:
        return "timeout"
    except ConnectionRefusedError:
        return "refused"
    except OSError:
        return "unreachable"
    return "open"
