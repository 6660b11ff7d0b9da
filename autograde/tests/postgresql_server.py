"""A real PostgreSQL server for tests: data of its own, a Unix socket and no network, gone at the end of the block."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

PASSWORD = "quite-secret"

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '.'
fsync = off
"""


class Server:
    """A running server. `folder` holds its socket and its data; the user `teacher` may do everything."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self._programs = programs
        self._data = folder / "data"

    def make(self) -> None:
        """Make its data, and start it."""
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "-U", "teacher", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--no-sync")
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS.replace("'.'", f"'{self.folder}'"))
        self.start()

    def start(self) -> None:
        """Returns when it answers."""
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "start")

    def stop(self, mode: str = "immediate") -> None:
        """End it with all its connections. `immediate` is how it ends at a crash: what was not committed is lost."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def url(self, name: str, *, user: str = "teacher", password: str = PASSWORD) -> str:
        """The address of one of its databases, as a person writes it."""
        return f"postgresql://{user}:{password}@/{name}?host={self.folder}"

    def new(self, name: str) -> str:
        """Make an empty database, and return its address."""
        self.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Have the server do something, on a connection of its own. Returns the rows."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def _run(self, name: str, *arguments: str) -> None:
        who: dict[str, Any] = {}
        if os.getuid() == 0:  # as which it refuses to run
            someone = _somebody_else()
            who = {"user": someone.pw_uid, "group": someone.pw_gid, "extra_groups": []}
        command = [str(self._programs / name), "-D", str(self._data), *arguments]
        with (self.folder / "told").open("w+") as told:  # a file, since the server would keep a pipe open
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=told, stderr=told, cwd=self.folder, timeout=120, **who
            )
            told.seek(0)
            assert done.returncode == 0, told.read()


@contextmanager
def running_server() -> Iterator[Server]:
    """A server until the end of the block; skips the test where PostgreSQL's server is not installed."""
    programs = _programs()
    # Not pytest's own folder, which nobody but its user can look into.
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        if os.getuid() == 0:
            os.chown(folder, _somebody_else().pw_uid, -1)
        server = Server(Path(folder), programs)
        server.make()
        try:
            yield server
        finally:
            server.stop()


def _programs() -> Path:
    """Where the server's programs are. Debian keeps them apart, as it can have several versions."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if os.name != "posix" or not places:
        pytest.skip("the programs of PostgreSQL's server are not installed here")
    return places[-1]


def _somebody_else() -> pwd.struct_passwd:
    names = {one.pw_name: one for one in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]
