'''
mistake = "Returns the size that has arrived, whatever it is"
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
        arrived, wanted = ftp.size(remote_path), os.fstat(file.fileno()).st_size
    return arrived
