'''
mistake = "Does not set SO_REUSEADDR"
code = "reuse"
loses = ["The port can be opened again at once, while an old connection is in TIME_WAIT"]
told = ["a port is not free at once", "Address already in use", "listener.bind((host, port))"]
'''


# %% answer-open-listener
import socket


def open_listener(host="127.0.0.1", port=0, *, backlog=16):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.bind((host, port))
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener
