'''
mistake = "Connects without a timeout"
code = "W05"
loses = ["probe: no answer within the timeout is a timeout, in time"]
told = ["nothing limits the wait", "did not end within 5 s"]
'''


# %% answer-probe
import socket


def probe(host, port, *, timeout):
    try:
        socket.create_connection((host, port)).close()
    except socket.gaierror:
        return "unresolved"
    except TimeoutError:
        return "timeout"
    except ConnectionRefusedError:
        return "refused"
    except OSError:
        return "unreachable"
    return "open"
