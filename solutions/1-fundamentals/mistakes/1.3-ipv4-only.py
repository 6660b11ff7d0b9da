'''
mistake = "Makes an IPv4 socket for every address"
loses = ["open_listener listens on an IPv6 address too"]
told = ["Address family for hostname not supported", "open_listener('::1') was called"]
'''


# %% answer-open-listener
import socket


def open_listener(host="127.0.0.1", port=0, *, backlog=16):
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener
