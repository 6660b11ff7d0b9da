'''
mistake = "Leaves the path of a dead server where it is"
loses = ["A dead socket at the path is replaced"]
told = ["the path of a dead server is still there"]
'''

# %% answer-open-unix-listener
import os
import socket


def open_unix_listener(path):
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(path)
        os.chmod(path, 0o600)
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
