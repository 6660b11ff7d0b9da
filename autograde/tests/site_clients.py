"""Clients of web sites that nobody here has written, ready for loopback: no proxies, no settings of this user."""

from __future__ import annotations

import json
import socket
import subprocess
import urllib.request
from typing import Any

from autograde.tests.programs import run_program


def curl(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """curl to its end: what it got is its `stdout`, what it complains about its `stderr`."""
    return run_program("curl", "--silent", "--show-error", "--max-time", "20", *arguments, stdin=stdin)


def curl_json(*arguments: str, stdin: bytes = b"") -> Any:
    """What curl got, which is JSON."""
    return json.loads(curl(*arguments, stdin=stdin).stdout)


def opener(*handlers: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    """urllib's opener with these handlers besides its own."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers)


def told(address: tuple[str, int], data: bytes) -> bytes:
    """The whole answer to some bytes, after which nothing more is sent."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))
