'''
mistake = "Sends a file line by line"
loses = [
    "put_file sends a file byte by byte, and returns its size",
    "put_file: an upload that did not arrive as a whole is an exception",
]
told = ["What came is not what was wanted"]
'''


# %% answer-put-file
import ftplib
import os


def put_file(
    host: str, port: int, user: str, password: str, local_path: str, remote_path: str, *, timeout: float = 5.0
) -> int:
    """Send a file in binary, and return the size that has arrived."""
    with ftplib.FTP(timeout=timeout) as ftp, open(local_path, "rb") as file:
        ftp.connect(host, port)
        ftp.login(user, password)
        ftp.storlines(f"STOR {remote_path}", file)
        ftp.voidcmd("TYPE I")
        arrived = wanted = ftp.size(remote_path)
    if arrived != wanted:
        raise OSError(f"of {wanted} bytes {arrived} have arrived")
    return arrived
