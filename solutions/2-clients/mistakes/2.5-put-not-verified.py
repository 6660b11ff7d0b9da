'''
mistake = "Returns the size of the local file without asking the server"
loses = ["put_file: an upload that did not arrive as a whole is an exception"]
told = ["an error was turned into an answer"]
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
        ftp.storbinary(f"STOR {remote_path}", file)
        arrived = wanted = os.fstat(file.fileno()).st_size
    if arrived != wanted:
        raise OSError(f"of {wanted} bytes {arrived} have arrived")
    return arrived
