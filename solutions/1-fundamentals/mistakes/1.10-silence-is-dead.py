'''
mistake = "Takes every failure to connect for a refusal"
code = "busy"
loses = ["A live server that is too busy to answer is left alone, too, and soon an OSError"]
told = ["no answer was taken for nobody"]
'''

# %% answer-open-unix-listener
import os
import socket
import stat


def open_unix_listener(path):
    if is_dead_socket(path):
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


def is_dead_socket(path):
    if not os.path.lexists(path) or not stat.S_ISSOCK(os.lstat(path).st_mode):
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(path)
        except OSError:
            return True
        return False
