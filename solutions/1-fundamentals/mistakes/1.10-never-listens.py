'''
mistake = "Binds the socket, and does not listen"
loses = ["open_unix_listener returns a socket that listens at the path"]
told = ["does not listen"]
'''

# %% answer-open-unix-listener
import os
import socket
import stat


def open_unix_listener(path):
    if os.path.lexists(path) and stat.S_ISSOCK(os.lstat(path).st_mode):
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
    except OSError:
        listener.close()
        raise
    return listener
