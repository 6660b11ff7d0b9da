"""`serve`: every exhibit opens, can be reached through its relay, and tells what passes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from autograde.servers.exhibits import EXHIBITS, GROUP
from autograde.tests.observers import nothing_remains

SERVE = [sys.executable, "-m", "autograde", "serve"]


@contextmanager
def served(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], int, list[str]]]:
    """The command at work, the port where it listens, and the lines that it said first."""
    with subprocess.Popen([*SERVE, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said: list[str] = []
        try:
            for line in process.stdout:
                said.append(line)
                if line.startswith("Ctrl-C"):
                    break
            found = re.search(r"port (\d+)", "".join(said))
            assert found, said
            yield process, int(found[1]), said
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)


@pytest.fixture(scope="module", autouse=True)
def libraries_are_loaded() -> None:
    """The first key of a process opens the system's source of chance, and keeps it open."""
    with ExitStack() as stack:
        EXHIBITS["tls"].open(stack)


@pytest.mark.usefixtures(nothing_remains.__name__)
@pytest.mark.parametrize("name", EXHIBITS)
def test_every_exhibit_opens_and_says_how_to_try_it(name: str) -> None:
    """It is ready at once; its commands have places for the address."""
    with ExitStack() as stack:
        server = EXHIBITS[name].open(stack)
        assert server.port > 0
        if EXHIBITS[name].kind != GROUP:
            socket.create_connection(server.address, timeout=5).close()
    assert all("{port}" in line for line in EXHIBITS[name].tries)


def test_a_fault_happens_and_is_told() -> None:
    """The web site through a relay that cuts its answers off, in plain sentences."""
    with served("web", "--to-client", "passes(12), resets()") as (process, port, _):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
            with pytest.raises(ConnectionResetError):
                while sock.recv(100):
                    pass
        assert process.stdout
        told = [next(process.stdout).strip() for _ in range(5)]
    assert "The client connected to the server, through the relay." in told
    assert any(line.startswith("The server sent b'HTTP/1.1 200'") for line in told)
    assert "The relay aborted the connection (reset)." in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nosuch"], "There is no server 'nosuch'. There are: web, ftp"),
        (["web", "--to-client", "explode()"], "'explode()' is nothing that can be done here"),
        (["dns", "--to-server", "resets()"], "There are: drops"),
        ([], "announcer"),
    ],
)
def test_what_is_not_there_gets_a_sentence(arguments: list[str], told: str) -> None:
    """And without a name all servers are listed."""
    environment = {**os.environ, "COLUMNS": "200"}
    done = subprocess.run(
        [*SERVE, *arguments], capture_output=True, text=True, timeout=60, env=environment, check=False
    )
    assert told in done.stdout
    assert done.returncode == (2 if arguments else 0)
    assert done.stderr == ""
