"""Schedulers and workers as people start them on their hosts: with Dask's own commands, here all on 127.0.0.1."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import trustme

ROOT = Path(__file__).parents[2]

PRELOAD = ("--preload", "autograde.classroom.cluster.worker")


def until(it_holds: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not it_holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def certificates(folder: Path) -> dict[str, str]:
    """The environment of whoever takes part in a cluster: Dask's settings for a CA of the moment, and a certificate."""
    folder.mkdir()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "host.pem"))
    settings = {"CA_FILE": folder / "ca.pem"}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        settings |= {f"{role}__CERT": folder / "host.pem", f"{role}__KEY": folder / "host.pem"}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in settings.items()}


class Hosts:
    """A scheduler, and the workers that are started for it; their logs are in `folder`."""

    def __init__(self, folder: Path, protocol: str, environment: Mapping[str, str]) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.environment = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
        self.started: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self.scheduler = self._started(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--protocol", protocol,
            "--no-dashboard", "--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(file),
        )  # fmt: skip
        until(lambda: file.exists() and file.read_text().endswith("}"))
        self.address: str = json.loads(file.read_text())["address"]

    def worker(self, *more: str, course: Path = ROOT, jobs: int = 4) -> subprocess.Popen[bytes]:
        """Start one, which is a single process, with the code of the checkout `course`."""
        return self._started(
            "worker", self.address, "--no-nanny", "--nthreads", str(jobs), "--host", "127.0.0.1", "--no-dashboard",
            "--memory-limit", "0", "--local-directory", str(self.folder), *more, course=course,
        )  # fmt: skip

    def end_workers(self) -> None:
        """Let only the scheduler go on."""
        for process in self.started[1:]:
            process.kill()
            process.wait()
        until(lambda: self.logs().count("Remove worker") >= self.logs().count("Register worker"))

    def _started(self, *command: str, course: Path = ROOT) -> subprocess.Popen[bytes]:
        with (self.folder / f"log-{len(self.started)}").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command], stdout=log, stderr=log, cwd=self.folder,
                env={**self.environment, "PYTHONPATH": str(course)},
            )  # fmt: skip
        self.started.append(process)
        return process

    def logs(self) -> str:
        """What all of them have said."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("log-*")))


@contextmanager
def hosts(folder: Path, protocol: str = "tcp", environment: Mapping[str, str] | None = None) -> Iterator[Hosts]:
    """A block with a scheduler. At its end all of them are gone."""
    some = Hosts(folder, protocol, environment or {})
    try:
        yield some
    finally:
        for process in reversed(some.started):
            process.kill()
            process.wait()


def another_version(root: Path, leaves: Path) -> Path:
    """A checkout whose worker differs in that it leaves a file behind when it is given work."""
    shutil.copytree(ROOT / "autograde", root / "autograde", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    path = root / "autograde" / "classroom" / "cluster" / "worker.py"
    text = path.read_text()
    begin = "    with _gates[0].passed():"
    assert begin in text
    path.write_text(text.replace(begin, f"    open({str(leaves)!r}, 'w').close()\n{begin}"))
    return root


def workers_of(pid: int) -> list[psutil.Process]:
    """The workers that a grading run with `local:N` has now, which are forks of one server."""
    try:
        servers = [one for one in psutil.Process(pid).children() if "forkserver" in " ".join(one.cmdline())]
        return [worker for server in servers for worker in server.children()]
    except psutil.NoSuchProcess:
        return []


def is_examining(worker: psutil.Process) -> bool:
    """Whether a runner is at work for it: unlike the nursery, each leads a session of its own."""
    try:
        runners = [child.pid for standby in worker.children() for child in standby.children()]
        return any(os.getsid(pid) == pid for pid in runners)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return False
