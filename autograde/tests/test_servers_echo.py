"""The echo for stopwatches: every kind of socket, several clients, and nothing left behind."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

import pytest

from autograde.servers.echo import echo
from autograde.tests.observers import nothing_remains

pytestmark = pytest.mark.usefixtures(nothing_remains.__name__)

UNIX = getattr(socket, "AF_UNIX", None)
KINDS = [
    (family, kind)
    for family in (socket.AF_INET, socket.AF_INET6, UNIX)
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)
    if family is not None
]


@pytest.mark.parametrize(("family", "kind"), KINDS, ids=lambda value: value.name)
def test_what_is_sent_comes_back(family: socket.AddressFamily, kind: socket.SocketKind, tmp_path: Path) -> None:
    """Two clients at once, each its own bytes, over every family and both types."""
    with echo(family, kind) as address, socket.socket(family, kind) as one, socket.socket(family, kind) as other:
        for number, sock in enumerate((one, other)):
            if family == UNIX and kind == socket.SOCK_DGRAM:
                sock.bind(str(tmp_path / f"client{number}"))  # without a path it could not be answered
            sock.settimeout(5)
            sock.connect(address)
        for data in (b"first", b"second"):
            one.send(data)
            other.send(data.upper())
            assert (one.recv(100), other.recv(100)) == (data, data.upper())
    assert not isinstance(address, str) or not os.path.exists(address)


def test_a_client_that_resets_does_no_harm() -> None:
    """The next one is served as before."""
    with echo() as address:
        with socket.create_connection(address) as rude:
            rude.send(b"x")
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with socket.create_connection(address, timeout=5) as sock:
            sock.send(b"still there?")
            assert sock.recv(100) == b"still there?"


def test_the_block_ends_although_a_client_stays() -> None:
    """The connection is closed from this side."""
    with echo() as address:
        sock = socket.create_connection(address, timeout=5)
        sock.send(b"hello")
        assert sock.recv(100) == b"hello"
    with sock:
        assert sock.recv(100) == b""
