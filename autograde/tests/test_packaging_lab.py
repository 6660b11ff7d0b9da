"""`lab`: the real server, on a free port, in a home directory that is new or set up for something else."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_notebook

from autograde import bootstrap, lab

PATIENCE = 60.0


class Server:
    """A running `lab`, and its REST interface."""

    def __init__(self, process: subprocess.Popen[str], runtime: Path) -> None:
        self.process = process
        self.runtime = runtime
        self.address, self.token = self._told()
        self._wait_until_it_answers()

    def _told(self) -> tuple[str, str]:
        """The address that the server tells its user when it is ready."""
        assert self.process.stderr
        for line in self.process.stderr:
            if match := re.search(r"(http://127\.0\.0\.1:\d+)/lab/tree/course/index\.ipynb\?token=(\w+)", line):
                return match[1], match[2]
        raise AssertionError("the server ended without telling an address")

    def _wait_until_it_answers(self) -> None:
        """The server tells its address a moment before it listens there."""
        give_up = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < give_up:
            with contextlib.suppress(urllib.error.URLError):
                self.get("/api")
                return
            time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def get(self, path: str, data: bytes | None = None) -> bytes:
        """The body of the answer to GET, or to POST if there is data."""
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, data, headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return bytes(answer.read())

    def run(self, code: str) -> str:
        """What `code` prints in a kernel that the server starts, in the folder of the lessons."""
        kernel = json.loads(self.get("/api/kernels", json.dumps({"path": "course/x.ipynb"}).encode()))
        client = BlockingKernelClient(connection_file=str(self.runtime / f"kernel-{kernel['id']}.json"))
        client.load_connection_file()
        client.hb_channel.time_to_dead = PATIENCE  # on a busy machine a heart may well skip a beat
        client.start_channels()
        try:
            client.wait_for_ready(timeout=PATIENCE)
            printed: list[str] = []
            client.execute_interactive(
                code, timeout=PATIENCE, output_hook=lambda message: printed.append(text_of(message))
            )
        finally:
            client.stop_channels()
        return "".join(printed)


def text_of(message: dict[str, Any]) -> str:
    """What a message of a kernel shows: what was printed, or the error."""
    content = message["content"]
    return str(content.get("text", "")) + "\n".join(content.get("traceback", []))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`lab --no-browser` for a user whose own "python3" kernel does not work."""
    home = tmp_path_factory.mktemp("home")
    spec = home / "data" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text('{"argv": ["/nowhere/python"], "display_name": "Broken", "language": "python"}', encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "PYTHONPATH"))}
    folders = {f"JUPYTER_{name.upper()}_DIR": str(home / name) for name in ("data", "config", "runtime")}
    with subprocess.Popen(
        [sys.executable, "-m", "autograde", "lab", "--no-browser", "--port", "0"],
        cwd=bootstrap.ROOT,
        env={**kept, **folders, "HOME": str(home), "USERPROFILE": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Server(process, home / "runtime")
        finally:
            process.terminate()


def test_a_kernel_runs_the_course(server: Server) -> None:
    """A kernel is this interpreter, imports the course's package from this checkout, and nbgrader's tools are found."""
    code = "import autograde, shutil, sys; print(autograde.__file__, sys.prefix, shutil.which('alembic'), sep='\\n')"
    package, prefix, alembic = server.run(code).splitlines()
    assert Path(package) == Path(bootstrap.ROOT, "autograde", "__init__.py")
    assert prefix == sys.prefix
    assert Path(alembic).parent == Path(sys.executable).parent


def test_nbgraders_extensions_are_on(server: Server) -> None:
    """JupyterLab loads nbgrader's part of the page, and its server answers for the parts behind it."""
    page = server.get("/lab").decode()
    settings = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert settings
    told = json.loads(settings[1])
    assert "@jupyter/nbgrader" in [extension["name"] for extension in told["federated_extensions"]]
    assert json.loads(server.get("/nbgrader_version?version=0.9.6"))["success"]
    courses = json.loads(server.get("/formgraders"))["value"]
    assert [course["course_id"] for course in courses] == ["loopback"]


def test_nothing_asks_for_the_internet(server: Server) -> None:
    """JupyterLab neither fetches news nor looks for updates, and does not ask whether it may."""
    plugin = "@jupyterlab/apputils-extension:notification"
    properties = json.loads(server.get(f"/lab/api/settings/{plugin}"))["schema"]["properties"]
    assert properties["fetchNews"]["default"] == "false"
    assert properties["checkForUpdates"]["default"] is False
    assert json.loads(server.get("/lab/api/news")) == {"news": []}


def test_only_this_machine_can_reach_it() -> None:
    """The server listens on the loopback address, whatever the user's own settings say."""
    assert "--ServerApp.ip=127.0.0.1" in lab.arguments(browser=True, port=None)


def test_lessons_are_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pictures stored in a lesson are shown at once, and a damaged lesson does not keep the others from opening."""
    folder = tmp_path / "course" / "1-fundamentals"
    folder.mkdir(parents=True)
    nbformat.write(new_notebook(), folder / "1.2-lesson.ipynb")
    (folder / "1.1-damaged.ipynb").write_text("{", encoding="utf-8")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(lab, "ROOT", tmp_path)
    lab.trust_the_lessons()
    notebook = nbformat.read(folder / "1.2-lesson.ipynb", as_version=4)
    assert NotebookNotary().check_signature(notebook)
