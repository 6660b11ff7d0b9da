'''
mistake = "Goes by the text of the error"
code = "kinds"
loses = ["probe: a host whose name cannot be resolved is unresolved"]
told = ["never go by the text of an error", "Name does not resolve"]
'''


# %% answer-probe
import socket


def probe(host, port, *, timeout):
    try:
        socket.create_connection((host, port), timeout=timeout).close()
    except OSError as error:
        text = str(error)
        if "refused" in text:
            return "refused"
        if "timed out" in text:
            return "timeout"
        if "not known" in text or "name resolution" in text:
            return "unresolved"
        return "unreachable"
    return "open"
