'''
mistake = "Leaves the permissions of the path as they come"
loses = ["Only the owner may connect"]
told = ["others may connect, too"]
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
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
