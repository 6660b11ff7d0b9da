'''
mistake = "Binds to every interface instead of the address that was asked for"
code = "W07"
loses = [
    "open_listener listens on the address that it was given, and on no other",
    "open_listener listens on an IPv6 address too",
    "open_listener leaves nothing open when it fails",
]
told = [
    "wanted a listener on 127.0.0.1, got one on 0.0.0.0",
    "listening on every interface",
    "listens on all interfaces: bind(('', 0))",
]
'''


# %% answer-open-listener
import socket


def open_listener(host="127.0.0.1", port=0, *, backlog=16):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", port))
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener
