# %% answer-mirror
"""Recursive, everything in memory, one new session for each file."""

import contextlib
import datetime
import ftplib
import io
import os
import pathlib
import unicodedata


def mirror(host, port, user, password, remote_dir, local_dir, *, timeout=5.0):
    downloaded, skipped, errors = [], [], []

    @contextlib.contextmanager
    def session():
        with ftplib.FTP(timeout=timeout, encoding="utf-8") as ftp:
            ftp.connect(host, port)
            ftp.login(user, password)
            yield ftp

    def machine(ftp, where):
        entries = []
        for name, facts in ftp.mlsd(where, facts=("type", "size", "modify", "unique")):
            if facts["type"] in ("dir", "file"):
                entries.append((name, facts["type"], facts.get("size"), facts.get("modify"), facts.get("unique")))
        return entries

    def by_hand(ftp, where):
        ftp.cwd(where)
        names, entries = ftp.nlst(), []
        ftp.voidcmd("TYPE I")
        for name in names:
            if bad(name):
                entries.append((name, "file", None, None, None))
                continue
            try:
                size, when = ftp.size(f"{where.rstrip('/')}/{name}"), ftp.sendcmd(f"MDTM {where.rstrip('/')}/{name}")
                entries.append((name, "file", str(size), when.split()[-1], None))
            except ftplib.error_perm:
                try:
                    ftp.cwd(f"{where.rstrip('/')}/{name}")
                    entries.append((name, "dir", None, None, None))
                except ftplib.error_perm:
                    entries.append((name, "file", None, None, None))
        return entries

    def listing(where):
        with session() as ftp:
            try:
                return machine(ftp, where)
            except ftplib.error_perm as error:
                if not error.args[0].startswith("50"):
                    raise
            return by_hand(ftp, where)

    def visit(where, here, prefix, above, entries):
        for name, kind, size, modify, unique in entries:
            shown, there, target = prefix + name, f"{where.rstrip('/')}/{name}", here / name
            if bad(name):
                errors.append([shown, "this name leads elsewhere"])
                continue
            try:
                if kind == "dir":
                    if unique is None or unique not in above:
                        inside = listing(there)
                        target.mkdir(exist_ok=True)
                        visit(there, target, shown + "/", above | {unique}, inside)
                elif same(target, size, modify):
                    skipped.append(shown)
                else:
                    data = io.BytesIO()
                    with session() as ftp:
                        ftp.retrbinary(f"RETR {there}", data.write)
                    content = data.getvalue()
                    if size is not None and len(content) != int(size):
                        raise OSError(f"{len(content)} bytes instead of {size}")
                    target.write_bytes(content)
                    if modify:
                        os.utime(target, times=(stamp(modify),) * 2)
                    downloaded.append(shown)
            except ftplib.all_errors as error:
                errors.append([shown, repr(error)])

    first = listing(remote_dir)
    top = pathlib.Path(local_dir)
    top.mkdir(parents=True, exist_ok=True)
    visit(remote_dir, top, "", frozenset(), first)
    return {"downloaded": downloaded, "skipped": skipped, "errors": errors}


def bad(name):
    control = any(unicodedata.category(letter).startswith("C") for letter in name)
    return control or "/" in name or "\\" in name or name in {"", ".", ".."}


def stamp(modify):
    moment = datetime.datetime.strptime(modify.partition(".")[0], "%Y%m%d%H%M%S")
    return moment.replace(tzinfo=datetime.UTC).timestamp()


def same(path, size, modify):
    if size is None or modify is None or not path.exists():
        return False
    return (path.stat().st_size, round(path.stat().st_mtime)) == (int(size), round(stamp(modify)))


# %% answer-put-file
import ftplib
from pathlib import Path


def put_file(host, port, user, password, local_path, remote_path, *, timeout=5.0):
    content = Path(local_path).read_bytes()
    ftp = ftplib.FTP()
    try:
        ftp.connect(host, port, timeout)
        ftp.login(user, password)
        ftp.voidcmd("TYPE I")
        with ftp.transfercmd("STOR " + remote_path) as conn:
            conn.sendall(content)
        ftp.voidresp()
        if (size := ftp.size(remote_path)) != len(content):
            raise EOFError(f"{size} of {len(content)} bytes")
        ftp.quit()
    finally:
        ftp.close()
    return size
