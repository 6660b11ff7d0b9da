'''
mistake = "Probes with an IPv4 socket, whatever the host"
loses = ["probe: an IPv6 address is an address like any other"]
told = ["unresolved"]
'''

# %% answer-probe
import socket


def probe(host: str, port: int, *, timeout: float) -> str:
    """How an attempt to connect ends: "open", "refused", "timeout", "unresolved" or "unreachable"."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.settimeout(timeout)
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
