'''
mistake = "Sets the default timeout of all sockets"
code = "W21"
loses = ["probe leaves nothing open and changes no setting of the process"]
told = ["a setting of the whole process was changed", "changed the default timeout of all sockets"]
'''


# %% answer-probe
import socket


def probe(host, port, *, timeout):
    socket.setdefaulttimeout(timeout)
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
