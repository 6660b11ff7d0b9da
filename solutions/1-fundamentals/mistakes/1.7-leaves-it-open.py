'''
mistake = "Does not close the socket of a probe"
code = "W08"
loses = ["probe leaves nothing open and changes no setting of the process"]
told = ["a socket or file was left open", "once connected to"]
'''


# %% answer-probe
import socket


def probe(host, port, *, timeout):
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    sock.settimeout(timeout)
    try:
        sock.connect((host, port))
    except socket.gaierror:
        return "unresolved"
    except TimeoutError:
        return "timeout"
    except ConnectionRefusedError:
        return "refused"
    except OSError:
        return "unreachable"
    return "open"
