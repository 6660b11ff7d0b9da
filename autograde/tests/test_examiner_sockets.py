"""Live sockets across: a lent socket feels like one socket, a returned one belongs to the check."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograde.tests.examined import examined

CELL = """
    import socket

    kept = []

    def read(sock, n):
        return sock.recv(n)

    def serve_one(listener):
        conn, _ = listener.accept()
        with conn:
            conn.sendall(conn.recv(100).upper())

    def ask(host, port, data):
        with socket.create_connection((host, port)) as sock:
            sock.sendall(data)
            return sock.recv(100)

    def datagram(sock, address):
        sock.sendto(b"ping", address)
        return sock.recv(100)

    def open_listener(family=socket.AF_INET, address=("127.0.0.1", 0)):
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        listener.settimeout(1.5)
        return {"listener": listener}

    def close(sock):
        sock.close()

    def close_and_wait(sock, other):
        sock.close()
        return other.recv(10)

    def detach_and_close(sock):
        socket.close(sock.detach())

    def keep(sock):
        kept.append(sock)
        return sock is kept[0], sock.gettimeout()

    def timeout_of_kept():
        return kept[0].gettimeout()

    def set_timeout(sock, seconds):
        sock.settimeout(seconds)

    def give_back(sock):
        return sock

    def open_descriptors():
        import os
        return len(os.listdir("/proc/self/fd"))

    def class_of(sock):
        return isinstance(sock, socket.socket), repr(type(sock))
"""


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected sockets."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_a_connected_socket_can_be_lent(pair: tuple[socket.socket, socket.socket]) -> None:
    """The student reads from it, and what was left in it is still there afterwards."""
    near, far = pair
    with examined(CELL) as submitted:
        far.sendall(b"hello world")
        assert submitted("read")(near, 5) == b"hello"
        assert near.recv(100) == b" world"


def test_tcp_listeners_and_clients_work() -> None:
    """A server is started on a lent listener, and a client of the same cell speaks to it."""
    with examined(CELL) as submitted, socket.create_server(("127.0.0.1", 0)) as listener:
        running = submitted("serve_one").start(listener)
        assert submitted("ask")("127.0.0.1", listener.getsockname()[1], b"hi") == b"HI"
        assert running.result() is None


def test_datagrams_cross() -> None:
    """A UDP socket can be lent."""
    with examined(CELL) as submitted, socket.socket(type=socket.SOCK_DGRAM) as near:
        near.bind(("127.0.0.1", 0))
        assert submitted("datagram")(near, near.getsockname()) == b"ping"


def test_a_returned_socket_belongs_to_the_check() -> None:
    """It is live, has the timeout that it had, and closing it here ends it: the student's side holds no copy."""
    with examined(CELL) as submitted:
        before = submitted("open_descriptors")()
        listener = submitted("open_listener")()["listener"]
        assert submitted("open_descriptors")() == before
        with listener:
            assert listener.gettimeout() == 1.5
            address = listener.getsockname()
            socket.create_connection(address).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)


def test_unix_sockets_cross() -> None:
    """A Unix listener made by the student accepts connections of the check."""
    with tempfile.TemporaryDirectory() as folder, examined(CELL) as submitted:
        path = str(Path(folder, "s"))
        with submitted("open_listener")(socket.AF_UNIX, path)["listener"] as listener:
            assert listener.family == socket.AF_UNIX
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(path)


def test_what_the_student_closes_is_closed_here(pair: tuple[socket.socket, socket.socket]) -> None:
    """The peer sees the end at once, even while the call goes on, and the check's socket is closed as well."""
    near, far = pair
    with examined(CELL) as submitted, socket.socket(type=socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        running = submitted("close_and_wait").start(near, other)
        far.settimeout(5)
        assert far.recv(1) == b""
        other.sendto(b"go on", other.getsockname())
        assert running.result() == b"go on"
        assert near.fileno() == -1
        with pytest.raises(OSError, match="Bad file descriptor"):
            submitted("read")(near, 1)


def test_detaching_takes_the_socket_out_of_the_checks_hands(pair: tuple[socket.socket, socket.socket]) -> None:
    """A detached descriptor is the student's alone, as TLS needs it."""
    near, far = pair
    with examined(CELL) as submitted:
        submitted("detach_and_close")(near)
        assert far.recv(1) == b""


def test_the_same_socket_is_the_same_object(pair: tuple[socket.socket, socket.socket]) -> None:
    """Lent twice it is one object over there; given back it is the check's own."""
    near, _ = pair
    with examined(CELL) as submitted:
        keep = submitted("keep")
        assert keep(near)[0] and keep(near)[0]
        assert submitted("give_back")(near) is near


def test_timeouts_show_on_the_other_side(pair: tuple[socket.socket, socket.socket]) -> None:
    """A timeout set by either side holds for both."""
    near, _ = pair
    with examined(CELL) as submitted:
        near.settimeout(0.5)
        assert submitted("keep")(near)[1] == 0.5
        near.settimeout(0.25)
        assert submitted("timeout_of_kept")() == 0.25
        submitted("set_timeout")(near, 3.0)
        assert near.gettimeout() == 3.0
        submitted("set_timeout")(near, None)
        assert near.getblocking()


def test_lent_sockets_are_given_back_quietly(pair: tuple[socket.socket, socket.socket]) -> None:
    """A duplicate that nobody uses is closed without a word, and it looks like any socket."""
    near, far = pair
    with examined(CELL) as submitted:
        before = submitted("open_descriptors")()
        far.sendall(b"1234")
        for _ in range(4):
            submitted("read")(near, 1)
        assert submitted("open_descriptors")() == before
        assert submitted("class_of")(near) == (True, "<class 'socket.socket'>")
        assert submitted("read").output == ""


def test_a_returned_socket_is_given_up_though_a_caught_exception_holds_its_frame() -> None:
    """Whoever keeps an exception in a list keeps a cycle: the frame, its variables, the socket among them."""
    cell = """
        import os, socket

        def connect(address):
            errors = []
            try:
                socket.create_connection(("127.255.255.255", 9))
            except OSError as error:
                errors.append(error)
            sock = socket.create_connection(address)
            return sock, len(errors)

        def open_descriptors():
            return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    """
    with socket.create_server(("127.0.0.1", 0)) as listener, examined(cell) as submitted:
        before = submitted("open_descriptors")()
        with submitted("connect").leaves_nothing_behind():
            sock, failures = submitted("connect")(listener.getsockname())
            sock.close()
        assert failures == 1
        submitted("connect")(listener.getsockname())[0].close()
        assert submitted("open_descriptors")() == before
