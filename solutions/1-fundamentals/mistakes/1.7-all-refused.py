'''
mistake = "Takes every error for a refusal"
code = "W06"
loses = [
    "probe: no answer within the timeout is a timeout, in time",
    "probe: a host whose name cannot be resolved is unresolved",
    "probe: an address to which there is no way is unreachable",
]
told = ["one failure was taken for another", "wanted 'timeout', got 'refused'", "wanted 'unreachable', got 'refused'"]
'''


# %% answer-probe
import socket


def probe(host, port, *, timeout):
    try:
        socket.create_connection((host, port), timeout=timeout).close()
    except OSError:
        return "refused"
    return "open"
