'''
mistake = "Sets SO_REUSEPORT, with which two listeners share a port"
code = "taken"
loses = ["A port that is in use is an OSError", "open_listener leaves nothing open when it fails"]
told = ["two listeners on one port", "wanted OSError"]
'''


# %% answer-open-listener
import socket


def open_listener(host="127.0.0.1", port=0, *, backlog=16):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((host, port))
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener
