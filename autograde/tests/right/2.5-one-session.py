# %% answer-mirror
"""One session for everything; after a broken transfer its last reply is read."""

import calendar
import ftplib
import os
import re
import tempfile
import time

FACTS = ["type", "size", "modify", "unique"]


class Refused(ftplib.Error):
    pass


def mirror(host, port, user, password, remote_dir, local_dir, *, timeout=5.0):
    result = dict(downloaded=[], skipped=[], errors=[])
    with ftplib.FTP(timeout=timeout) as ftp:
        ftp.connect(host, port)
        ftp.login(user, password)
        todo, seen = [("", entries(ftp, remote_dir))], set()
        os.makedirs(local_dir, exist_ok=True)
        for prefix, found in todo:
            for name, facts in found:
                path = prefix + name
                try:
                    if re.search(r"[\x00-\x1f\x7f-\x9f/\\]", name) or name in ("", ".", ".."):
                        raise Refused("hostile name")
                    here, there = os.path.join(local_dir, path), remote_dir.rstrip("/") + "/" + path
                    if facts["type"] == "dir":
                        key = facts.get("unique", there)
                        if key not in seen:
                            seen.add(key)
                            os.makedirs(here, exist_ok=True)
                            todo.append((path + "/", entries(ftp, there)))
                    elif current(here, facts):
                        result["skipped"].append(path)
                    else:
                        copy(ftp, there, here, facts)
                        result["downloaded"].append(path)
                except ftplib.all_errors as error:
                    result["errors"].append([path, f"{type(error).__name__}: {error}"])
    return result


def entries(ftp, where):
    try:
        rows = list(ftp.mlsd(where, FACTS))
        return [row for row in rows if row[1]["type"] in ("file", "dir")]
    except ftplib.error_perm as error:
        if not str(error).startswith(("500", "501", "502")):
            raise
    ftp.cwd(where)
    rows = []
    for name in ftp.nlst():
        facts = {"type": "file"}
        if "/" not in name and "\0" not in name and "\\" not in name:
            path = where.rstrip("/") + "/" + name
            ftp.voidcmd("TYPE I")
            try:
                facts["size"] = ftp.size(path)
                facts["modify"] = ftp.sendcmd("MDTM " + path).split(" ")[1]
            except ftplib.error_perm:
                try:
                    ftp.cwd(path)
                    facts = {"type": "dir"}
                except ftplib.error_perm:
                    print(f"{path} is neither")
        rows.append((name, facts))
    return rows


def when(facts):
    return calendar.timegm(time.strptime(facts["modify"][:14], "%Y%m%d%H%M%S"))


def current(here, facts):
    try:
        found = os.stat(here)
    except FileNotFoundError:
        return False
    return "modify" in facts and found.st_size == int(facts["size"]) and abs(found.st_mtime - when(facts)) < 1


def copy(ftp, there, here, facts):
    ftp.voidcmd("TYPE I")
    with tempfile.TemporaryDirectory(dir=os.path.dirname(here)) as folder:
        path = os.path.join(folder, "new")
        with open(path, "wb") as file, ftp.transfercmd("RETR " + there) as conn:
            try:
                while piece := conn.recv(4096):
                    file.write(piece)
            except OSError:
                conn.close()
                ftp.getmultiline()
                raise
        ftp.voidresp()
        if "size" in facts and os.path.getsize(path) != int(facts["size"]):
            raise Refused("short")
        if "modify" in facts:
            os.utime(path, (when(facts), when(facts)))
        os.rename(path, here)


# %% answer-put-file
import ftplib
import os


def put_file(host, port, user, password, local_path, remote_path, *, timeout=5.0):
    sent = 0

    def count(block):
        nonlocal sent
        sent += len(block)

    with ftplib.FTP(timeout=timeout) as ftp:
        ftp.connect(host, port)
        ftp.login(user, password)
        with open(local_path, "rb") as file:
            ftp.storbinary("STOR " + remote_path, file, 1024, count)
        ftp.voidcmd("TYPE I")
        arrived = int(ftp.sendcmd("SIZE " + remote_path).split()[1])
    if not arrived == sent == os.path.getsize(local_path):
        raise ftplib.error_reply(f"{arrived} of {sent} bytes")
    return arrived
