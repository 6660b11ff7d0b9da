'''
mistake = "Does not give a file the server's time"
loses = [
    "What is here with its size and time is skipped, and what has changed is fetched again",
    "A server that knows plain names only",
]
told = ["a copy is known by its size and its time"]
'''


# %% answer-mirror
import calendar
import ftplib
import os
import time
from pathlib import Path


def mirror(
    host: str, port: int, user: str, password: str, remote_dir: str, local_dir: str, *, timeout: float = 5.0
) -> dict:
    """Copy a tree: {"downloaded": [path], "skipped": [path], "errors": [[path, text]]}."""
    report = {"downloaded": [], "skipped": [], "errors": []}
    session = Session(host, port, user, password, timeout)
    try:
        folders, met = [("", session.listing(remote_dir))], set()
        Path(local_dir).mkdir(parents=True, exist_ok=True)
        while folders:
            above, entries = folders.pop()
            for name, facts in entries:
                path, unique = above + name, facts.get("unique")
                remote = f"{remote_dir.rstrip('/')}/{path}"
                try:
                    if not is_safe(name):
                        raise ValueError(f"the name {name!r} is not safe")
                    if facts["type"] == "dir":
                        if unique not in met:
                            met |= {unique} - {None}
                            Path(local_dir, path).mkdir(exist_ok=True)
                            folders.append((path + "/", session.listing(remote)))
                    elif is_here(Path(local_dir, path), facts):
                        report["skipped"].append(path)
                    else:
                        session.fetch(remote, Path(local_dir, path), facts)
                        report["downloaded"].append(path)
                except (*ftplib.all_errors, ValueError) as error:
                    report["errors"].append([path, str(error)])
                    if isinstance(error, OSError | EOFError):
                        session.begin_anew()
    finally:
        session.close()
    return report


class Session:
    """A connection to the server that can be replaced by a new one."""

    def __init__(self, *account):
        self._account = account
        self._connect()

    def _connect(self):
        host, port, user, password, timeout = self._account
        self._ftp = ftplib.FTP(timeout=timeout)
        try:
            self._ftp.connect(host, port)
            self._ftp.login(user, password)
            self._ftp.voidcmd("TYPE I")
        except BaseException:
            self._ftp.close()
            raise

    def begin_anew(self):
        """After a broken transfer nobody knows which reply comes next."""
        self._ftp.close()
        self._connect()

    def close(self):
        """Say goodbye, whether anybody hears it or not."""
        try:
            self._ftp.quit()
        except ftplib.all_errors:
            self._ftp.close()

    def listing(self, remote):
        """What is in a folder: names, and the facts type, size, modify and unique as far as they are known."""
        try:
            entries = list(self._ftp.mlsd(remote, ["type", "size", "modify", "unique"]))
        except ftplib.error_perm as error:
            if str(error)[:3] not in ("500", "501", "502"):
                raise
            self._ftp.cwd(remote)
            return [(name, self._facts(f"{remote.rstrip('/')}/{name}")) for name in self._ftp.nlst()]
        return [(name, facts) for name, facts in entries if facts["type"] not in ("cdir", "pdir")]

    def _facts(self, remote):
        if not is_safe(remote.rpartition("/")[2]):
            return {}
        try:
            self._ftp.cwd(remote)
            return {"type": "dir"}
        except ftplib.error_perm:
            facts = {"type": "file"}
        try:
            self._ftp.voidcmd("TYPE I")  # nlst has set type A, in which sizes are not told
            facts["size"] = self._ftp.size(remote)
            facts["modify"] = self._ftp.voidcmd(f"MDTM {remote}").split()[1]
        except ftplib.error_perm:
            pass  # whoever fetches it will hear why
        return facts

    def fetch(self, remote, local, facts):
        """One file, which is here as a whole or not at all."""
        part = local.with_name(local.name + ".part")
        try:
            with open(part, "wb") as file:
                self._ftp.retrbinary(f"RETR {remote}", file.write)
            size = part.stat().st_size
            if facts.get("size") is not None and size != int(facts["size"]):
                raise ValueError(f"{size} bytes came instead of {facts['size']}")
            os.replace(part, local)
        finally:
            part.unlink(missing_ok=True)


def is_safe(name):
    """This is a name in its own folder, on any system."""
    return name not in ("", ".", "..") and name.isprintable() and not set(name) & set("/\\")


def seconds(facts):
    """The time of last change since 1970, None if it is not known."""
    modify = facts.get("modify")
    return calendar.timegm(time.strptime(modify[:14], "%Y%m%d%H%M%S")) if modify else None


def is_here(local, facts):
    """There is a copy of the same size and time."""
    if not local.is_file() or facts.get("size") is None or facts.get("modify") is None:
        return False
    found = local.stat()
    return found.st_size == int(facts["size"]) and int(found.st_mtime) == seconds(facts)
