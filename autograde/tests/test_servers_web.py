"""The web peer: always the same words, and nothing left behind."""

from __future__ import annotations

import socket
import threading

import pytest

from autograde.servers.web import WebPeer, web


def asked(server: WebPeer, request: bytes) -> bytes:
    """The whole answer to some bytes, after which nothing more is sent."""
    with socket.create_connection(server.address, timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(1000), b""))


def test_a_page_is_served_with_nothing_that_changes() -> None:
    """No date, no version: the whole answer is known beforehand."""
    with web({"/": "Hello, ⚓!\n"}) as server:
        answer = asked(server, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\n\r\n"
    assert answer == head + "Hello, ⚓!\n".encode()


@pytest.mark.parametrize(
    ("request_line", "status"),
    [(b"GET /missing HTTP/1.0", b"404"), (b"Good evening!", b"400"), (b"BREW / HTTP/1.0", b"501")],
)
def test_strange_requests_get_a_plain_answer(request_line: bytes, status: bytes) -> None:
    """Whatever a person types, a status line comes back."""
    with web() as server:
        assert asked(server, request_line + b"\r\n\r\n").startswith(b"HTTP/1.0 " + status + b" ")


def test_it_is_silent_and_gone_after_the_block(capfd: pytest.CaptureFixture[str]) -> None:
    """Good, bad and vanishing clients leave no line on any stream, no thread and no listener."""
    before = threading.active_count()
    with web() as server:
        asked(server, b"GET / HTTP/1.0\r\n\r\n")
        asked(server, b"\xff\xfe\r\n\r\n")
        socket.create_connection(server.address).close()
    assert capfd.readouterr() == ("", "") and threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(server.address)
