"""The relay: transparent without a script, and on each way able to do what a scripted peer can do."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograde.servers.certificates import certificates
from autograde.servers.tls import tls
from autograde.servers.web import web
from autograde.tests.observers import nothing_remains, read_all
from autograde.wire.failures import Unmet
from autograde.wire.passage import passes, passes_lines
from autograde.wire.peer import peer
from autograde.wire.places import closed_port
from autograde.wire.relay import relay, way
from autograde.wire.steps import Step, closes, delays, expects, sends
from autograde.wire.stream_faults import drips, resets, stalls, trickles
from autograde.wire.transcript import recording

pytestmark = pytest.mark.usefixtures(nothing_remains.__name__)


@contextlib.contextmanager
def line_to(*script: Step, **options: object) -> Iterator[tuple[relay, socket.socket]]:
    """A scripted server, a relay in front of it, and a socket connected to the relay."""
    with peer(*script) as server, relay(server.address, **options) as line:  # type: ignore[arg-type]
        with socket.create_connection((line.host, line.port), timeout=5) as sock:
            yield line, sock


def test_without_a_script_everything_passes() -> None:
    """Bytes and ends, both ways, and a half-close stays one."""
    with line_to(expects(b"PING\n", then_eof=True), sends(b"PONG\n")) as (_, sock):
        sock.sendall(b"PING\n")
        sock.shutdown(socket.SHUT_WR)
        assert read_all(sock) == b"PONG\n"


def test_the_record_tells_both_sides() -> None:
    """What passed is one event of its sender, through the relay."""
    with recording() as transcript, web({"/": "Hello"}) as server, relay(server.address) as line:
        with socket.create_connection((line.host, line.port), timeout=5) as sock:
            sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert read_all(sock).endswith(b"Hello")
    told = [(event.lane, event.kind, event.to, event.via) for event in transcript]
    assert told[:2] == [("student", "connects", "server", "relay"), ("student", "sends", "server", "relay")]
    assert ("server", "sends", "student", "relay") in told
    assert ("server", "half-closes", "student", "relay") in told
    assert b"".join(event.data for event in transcript if event.lane == "student") == b"GET / HTTP/1.0\r\n\r\n"


def test_a_reset_passes_in_both_directions() -> None:
    """A reset on one side becomes a reset on the other, after the bytes before it."""
    with line_to(expects(b"go"), sends(b"half"), resets()) as (_, sock):
        sock.sendall(b"go")
        assert sock.recv(100) == b"half"
        with pytest.raises(ConnectionResetError):
            sock.recv(100)
    with peer(expects(b"a"), expects(b"b")) as server, relay(server.address) as line:
        sock = socket.create_connection((line.host, line.port), timeout=5)
        sock.sendall(b"a")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sock.close()
        assert server.wait_until_done()
        assert isinstance(server.failure, Unmet) and "a reset" in server.failure.problem
        server.failure = None


def test_a_server_that_resets_at_once_is_passed_on_too() -> None:
    """Even when the reset comes while the relay is still connecting: the bytes arrive, and then the reset."""
    for _ in range(50):
        with peer(sends(b"half"), resets()) as server, relay(server.address, to_student=[delays(0.002)]) as line:
            with socket.create_connection((line.host, line.port), timeout=5) as sock:
                assert sock.recv(100) == b"half"
                with pytest.raises(ConnectionResetError):
                    sock.recv(100)


def test_it_cuts_off_after_some_bytes() -> None:
    """`passes` and then a fault: the rest never comes."""
    for fault, ending in ((resets(), ConnectionResetError), (closes(), None)):
        with line_to(expects(b"go"), sends(b"0123456789"), to_student=[passes(4), fault]) as (_, sock):
            sock.sendall(b"go")  # or the reset could come while the connection is still being made
            got = b""
            with pytest.raises(ending) if ending else contextlib.nullcontext():
                while piece := sock.recv(100):
                    got += piece
            assert got == b"0123"


def test_it_passes_up_to_a_pattern() -> None:
    """Up to and with these bytes, wherever the stream was cut; what is behind them comes later."""
    head, body = b"HTTP/1.0 200 OK\r\n\r\n", b"body"
    script = [passes(upto=b"\r\n\r\n"), sends(b"<here>")]
    with line_to(trickles(head + body), to_student=script) as (_, sock):
        assert read_all(sock) == head + b"<here>" + body


def test_steps_put_bytes_in_and_take_bytes_out() -> None:
    """`sends` adds to the stream, `expects` swallows, and what is not expected fails the block."""
    with line_to(expects(b"STARTTLS\n"), to_server=[expects(b"HELLO\n"), sends(b"STARTTLS\n")]) as (_, sock):
        sock.sendall(b"HELLO\n")
        assert read_all(sock) == b""
    with pytest.raises(Unmet, match=r"wanted b'HELLO\\n', got b'BYE"):
        with line_to(expects(b"x"), to_server=[expects(b"HELLO\n")]) as (_, sock):
            sock.sendall(b"BYE\n")
            with contextlib.suppress(ConnectionError):
                sock.recv(1)


def test_one_way_may_stall_while_the_other_goes_on() -> None:
    """A silent server that still reads."""
    with line_to(expects(b"one"), sends(b"reply"), expects(b"two"), to_student=[stalls()]) as (_, sock):
        sock.sendall(b"one")
        sock.sendall(b"two")
        sock.settimeout(0.05)
        with pytest.raises(TimeoutError):
            sock.recv(10)


def test_it_can_drip_and_delay() -> None:
    """The endless faults end with the block."""
    with line_to(to_student=[delays(0.01), drips(b".", every=0.001)]) as (_, sock):
        assert sock.recv(1) == b"."
        assert sock.recv(1) == b"."


def test_each_connection_can_go_its_own_way() -> None:
    """First a reset, then nothing at all wrong."""
    with (
        web({"/": "Hello"}) as server,
        relay(server.address, way(to_student=[passes(3), resets()]), way()) as line,
    ):
        ends: list[bytes] = []
        for _ in range(3):
            with socket.create_connection((line.host, line.port), timeout=5) as sock:
                sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
                try:
                    ends.append(read_all(sock)[-5:])
                except ConnectionResetError:
                    ends.append(b"reset")
        assert ends == [b"reset", b"Hello", b"Hello"]
        assert line.connections == 3
    assert line.describe() == (
        "The relay's script: connection 1 to your code: passes 3 bytes on; aborts the connection (reset) "
        "(F04, reset in mid-message)."
    )


def test_it_stands_between_unix_sockets(tmp_path: Path) -> None:
    """The same for a path; the relay's path is gone afterwards."""
    ours, theirs = str(tmp_path / "relay"), str(tmp_path / "server")
    with peer(expects(b"hi", then_eof=True), sends(b"there"), path=theirs) as server:
        with relay(server.address, path=ours) as line, socket.socket(socket.AF_UNIX) as sock:
            sock.connect(line.address)
            sock.sendall(b"hi")
            sock.shutdown(socket.SHUT_WR)
            assert read_all(sock) == b"there"
    assert not os.path.exists(ours)


@pytest.mark.drives(client="Python's ssl", server="tls", feature="through the relay, unread; a reset inside TLS")
def test_tls_passes_unread() -> None:
    """The handshake and what it protects go through as bytes; a fault comes between them all the same."""
    with certificates() as made, peer(expects(b"PING\n"), sends(b"PONG\n")) as inside:
        with tls(inside.address, made.identity()) as server, relay(server.address) as line, recording():
            context = ssl.create_default_context(cafile=made.cafile)
            with socket.create_connection((line.host, line.port), timeout=5) as plain:
                with context.wrap_socket(plain, server_hostname="localhost") as sock:
                    sock.sendall(b"PING\n")
                    assert sock.recv(100) == b"PONG\n"
    with certificates() as made, tls(None, made.identity()) as server:
        with relay(server.address, to_student=[passes(20), resets()]) as line:
            context = ssl.create_default_context(cafile=made.cafile)
            with socket.create_connection((line.host, line.port), timeout=5) as plain:
                with pytest.raises(OSError), context.wrap_socket(plain, server_hostname="localhost"):
                    pass


def test_lines_can_be_rewritten() -> None:
    """Line by line, whatever the pieces; an unfinished last line comes through as it is."""
    script = [passes_lines(lambda line: line.upper())]
    with line_to(trickles(b"one\ntwo\nend"), to_student=script) as (_, sock):
        assert read_all(sock) == b"ONE\nTWO\nend"


def test_a_server_that_is_not_there_is_a_broken_check() -> None:
    """The relay cannot refuse in the server's name, so the block fails with the reason."""
    with pytest.raises(ConnectionRefusedError), closed_port() as address, relay(address) as line:
        with socket.create_connection((line.host, line.port), timeout=5) as sock, contextlib.suppress(ConnectionError):
            assert sock.recv(1) == b""


def test_a_server_that_may_be_gone_is_an_end_for_the_client() -> None:
    """As an FTP server's data port is after a refusal; the next client is served like the first."""
    with closed_port() as address, relay(address, server_may_be_gone=True) as line:
        for _ in range(2):
            with socket.create_connection((line.host, line.port), timeout=10) as client:
                assert read_all(client) == b""
    assert line.connections == 2


def test_many_bytes_pass_both_ways_at_once() -> None:
    """Eight megabytes each way, at the same time, unchanged."""
    data = os.urandom(1 << 16) * 128
    with line_to(sends(data), expects(data, then_eof=True)) as (_, sock):
        reader: list[bytes] = []
        thread = threading.Thread(target=lambda: reader.append(read_all(sock)))
        thread.start()
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        thread.join()
    assert reader == [data]


def test_open_connections_do_not_keep_the_block_from_ending() -> None:
    """Clients that stay, and servers that wait for them, are cut off with the block."""
    with peer(stalls()) as server, relay(server.address) as line:
        sock = socket.create_connection((line.host, line.port), timeout=5)
        sock.sendall(b"x")
    with sock, contextlib.suppress(ConnectionError):
        assert sock.recv(1) == b""
