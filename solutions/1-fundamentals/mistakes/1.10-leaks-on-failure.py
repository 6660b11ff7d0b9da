'''
mistake = "Leaves the new socket open when bind fails"
code = "W08"
loses = ["open_unix_listener leaves nothing open when it fails"]
told = ["a socket or file was left open"]
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
    listener.bind(path)
    os.chmod(path, 0o600)
    listener.listen()
    return listener
