'''
mistake = "Says QUIT only when all went well"
code = "W08"
loses = ["Nothing is left open, whether it went well or not"]
told = ["a socket or file was left open"]
'''


# %% answer-put-file
import ftplib
import os


def put_file(
    host: str, port: int, user: str, password: str, local_path: str, remote_path: str, *, timeout: float = 5.0
) -> int:
    """Send a file in binary, and return the size that has arrived."""
    ftp = ftplib.FTP(timeout=timeout)
    with open(local_path, "rb") as file:
        ftp.connect(host, port)
        ftp.login(user, password)
        ftp.storbinary(f"STOR {remote_path}", file)
        arrived, wanted = ftp.size(remote_path), os.fstat(file.fileno()).st_size
    ftp.quit()
    if arrived != wanted:
        raise OSError(f"of {wanted} bytes {arrived} have arrived")
    return arrived
