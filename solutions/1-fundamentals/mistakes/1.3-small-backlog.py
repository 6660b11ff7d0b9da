'''
mistake = "Lets only one client wait, whatever the backlog"
loses = ["Five clients can wait before the first is accepted"]
told = ["could not connect: timed out"]
'''


# %% answer-open-listener
import socket


def open_listener(host="127.0.0.1", port=0, *, backlog=16):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1)
    except OSError:
        listener.close()
        raise
    return listener
