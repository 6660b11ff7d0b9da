'''
mistake = "Removes whatever is at the path"
loses = [
    "A file at the path is left alone, and is an OSError",
    "A live server at the path is left alone, and is an OSError",
    "A live server that is too busy to answer is left alone, too, and soon an OSError",
    "open_unix_listener leaves nothing open when it fails",
]
told = ["something of others was removed"]
'''

# %% answer-open-unix-listener
import os
import socket


def open_unix_listener(path):
    if os.path.exists(path):
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
