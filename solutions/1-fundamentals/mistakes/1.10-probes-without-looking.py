'''
mistake = "Takes a file for a dead socket, because a connection to it is refused"
loses = [
    "A file at the path is left alone, and is an OSError",
    "open_unix_listener leaves nothing open when it fails",
]
told = ["something of others was removed"]
'''

# %% answer-open-unix-listener
import os
import socket


def open_unix_listener(path):
    if os.path.exists(path):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1.0)
            try:
                probe.connect(path)
            except ConnectionRefusedError:
                os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(path)
        os.chmod(path, 0o600)
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
