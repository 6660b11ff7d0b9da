'''
mistake = "Removes any socket at the path, without asking whether somebody listens"
loses = [
    "A live server at the path is left alone, and is an OSError",
    "A live server that is too busy to answer is left alone, too, and soon an OSError",
]
told = ["something of others was removed"]
'''

# %% answer-open-unix-listener
import os
import socket
import stat


def open_unix_listener(path):
    if os.path.lexists(path) and stat.S_ISSOCK(os.lstat(path).st_mode):
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
