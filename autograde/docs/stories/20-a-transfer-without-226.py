"""An FTP transfer that was cut off."""

import ftplib

def get(host, port, name):
    got = []
    with ftplib.FTP(timeout=5) as ftp:
        ftp.connect(host, port)
        ftp.login("student", "harbor")
        try:
            ftp.retrbinary("RETR " + name, got.append)
        except (ftplib.Error, OSError):
            pass
    return b"".join(got)


# %% the check
from autograde.servers.ftp import ftp
from autograde.servers.ftp_relay import ftp_relay

get = submitted("get")
score = Score(points=1, seed=1)
with score("A transfer that breaks is an error, not a short file", likely="W06"):
    with ftp({"chart.txt": b"N 54 10, E 8 30"}, user="student", password="harbor") as server:
        with ftp_relay(server.address, data=[way(to_student=[passes(5), resets()])]) as line:
            with raises(OSError):
                get(line.host, line.port, "chart.txt")
score
