'''
mistake = "Does not close the socket when the port cannot be had"
code = "W08"
loses = ["open_listener leaves nothing open when it fails"]
told = ["a socket or file was left open"]
'''


# %% answer-open-listener
import socket


def open_listener(host="127.0.0.1", port=0, *, backlog=16):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(backlog)
    return listener
