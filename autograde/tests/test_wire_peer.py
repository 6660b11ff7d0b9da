"""Scripted peers and clients, seen by plain sockets that know nothing of scripts."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograde.wire.connection import PATIENCE
from autograde.wire.failures import Unmet
from autograde.wire.peer import client, peer, unread
from autograde.wire.places import closed_port
from autograde.wire.steps import closes, delays, expects, reads_on, sends
from autograde.wire.stream_faults import (
    cuts_off_after,
    drips,
    floods,
    half_closes,
    reads_slowly,
    resets,
    stalls,
    trickles,
)
from autograde.wire.transcript import recording


def read_all(sock: socket.socket) -> bytes:
    """Everything up to the end of the stream."""
    return b"".join(iter(lambda: sock.recv(65536), b""))


def talk(server: peer, request: bytes) -> bytes:
    """A plain client: send all, end the request, read all."""
    with socket.create_connection((server.host, server.port), timeout=5) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        return read_all(sock)


@pytest.fixture(autouse=True)
def nothing_remains() -> Iterator[None]:
    """No test of this file may leave a thread or a descriptor behind."""
    threads, descriptors = threading.active_count(), os.listdir("/proc/self/fd")
    yield
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == len(descriptors)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_peer_answers_and_records(host: str) -> None:
    """The plain exchange, on IPv4 and IPv6, with every event in the record."""
    with recording() as transcript, peer(expects(b"PING\n", then_eof=True), sends(b"PONG\n"), host=host) as server:
        assert talk(server, b"PING\n") == b"PONG\n"
    kinds = [event.kind for event in transcript]
    assert kinds == ["listens", "accepts", "receives", "sees the end", "sends", "half-closes"]
    assert [event.data for event in transcript if event.kind == "receives"] == [b"PING\n"]


def test_reads_on_takes_whatever_comes_until_the_other_side_ends() -> None:
    """The end is the sign to go on; a reset or no end at all is no failure, and the block does not wait for it."""
    with peer(reads_on(), sends(b"thanks")) as server:
        assert talk(server, bytes(3_000_000)) == b"thanks"
    with peer(sends(b"come"), reads_on(), stalls()) as server:
        with socket.create_connection((server.host, server.port), timeout=5) as sock:
            sock.sendall(b"half of")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.ExitStack() as stack:
        with peer(reads_on()) as server:
            sock = stack.enter_context(socket.create_connection((server.host, server.port), timeout=5))
            sock.sendall(b"half of")
            ended = time.monotonic()
        assert time.monotonic() - ended < PATIENCE


def test_a_peer_on_a_unix_path_removes_it(tmp_path: Path) -> None:
    """The same script over a Unix socket; the path is gone afterwards."""
    path = str(tmp_path / "s")
    with peer(sends(b"hello"), path=path) as server, socket.socket(socket.AF_UNIX) as sock:
        sock.connect(server.address)
        assert read_all(sock) == b"hello"
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o777  # whoever the student's code runs as may connect
    assert not os.path.exists(path)


@pytest.mark.parametrize(
    ("request_", "problem", "got"),
    [
        (b"PONG\n", r"wanted b'PING\\n', got b'PO", b"PONG\n"),
        (b"PI", r"got b'PI', then the end of the stream", b"PI"),
        (b"", r"got the end of the stream", b""),
        (b"PING\nmore", r"wanted the end of the stream, got b'more' more", b"PING\nmore"),
    ],
)
def test_a_wrong_request_is_unmet(request_: bytes, problem: str, got: bytes) -> None:
    """Wrong, short, missing and extra bytes each end the script, and the block raises what was wanted and got."""
    hung_up = contextlib.suppress(ConnectionError)  # which is what the client of a wrong request then sees
    with pytest.raises(Unmet, match=problem) as unmet, peer(expects(b"PING\n", then_eof=True)) as server, hung_up:
        talk(server, request_)
    assert unmet.value.got is not None and got.startswith(unmet.value.got)
    assert unmet.value.wanted == b"PING\n"


def test_a_request_that_never_ends_is_unmet() -> None:
    """`then_eof` wants the end soon after the last byte; a client that stays open and waits is hung up on."""
    unmet = pytest.raises(Unmet, match=r"nothing for 1\.5 s instead of the end")
    with socket.socket() as sock, unmet, peer(expects(b"PING\n", then_eof=True)) as server:
        sock.connect((server.host, server.port))
        sock.sendall(b"PING\n")
        assert sock.recv(100) == b""


def test_the_failure_of_the_block_comes_first() -> None:
    """If the block itself fails, its own exception flies, not the peer's."""
    with pytest.raises(KeyError), peer(expects(b"PING\n")):
        raise KeyError


def test_a_trickle_leaves_in_single_bytes() -> None:
    """Each byte is handed to the system alone."""
    with recording() as transcript, peer(trickles(b"hello")) as server:
        assert talk(server, b"") == b"hello"
    assert [event.data for event in transcript if event.kind == "sends"] == [b"h", b"e", b"l", b"l", b"o"]


def test_a_reset_lets_the_sent_bytes_be_read_first() -> None:
    """Data, then ConnectionResetError (Linux)."""
    with peer(sends(b"half"), resets()) as server:
        sock = server.connect(timeout=5)
        assert sock.recv(100) == b"half"
        with pytest.raises(ConnectionResetError):
            sock.recv(100)


def test_an_early_end_is_orderly() -> None:
    """The stream is cut off, and ends with b"" rather than an error."""
    with peer(cuts_off_after(3, b"hello")) as server:
        assert talk(server, b"") == b"hel"


def test_a_stalling_peer_says_nothing_until_the_block_ends() -> None:
    """The connection stays open and silent."""
    with peer(sends(b"x"), stalls()) as server, socket.create_connection((server.host, server.port), timeout=5) as sock:
        assert sock.recv(100) == b"x"
        sock.settimeout(0.05)
        with pytest.raises(TimeoutError):
            sock.recv(100)


def test_drips_and_floods_go_on_until_the_reader_leaves() -> None:
    """Both would go on for ever; the block's end stops them."""
    for step in (drips(b".", every=0.001), floods(b"." * 1000)):
        with peer(step) as server, socket.create_connection((server.host, server.port), timeout=5) as sock:
            got = b""
            while len(got) < 10:
                got += sock.recv(5)
            assert set(got) == {ord(".")}


def test_a_half_closing_peer_still_reads() -> None:
    """The reader sees the end; what it then sends is still expected."""
    script = [sends(b"bye"), half_closes(), expects(b"thanks", then_eof=True)]
    with peer(*script) as server, socket.create_connection((server.host, server.port), timeout=5) as sock:
        assert read_all(sock) == b"bye"
        sock.sendall(b"thanks")


def test_a_slow_reader_makes_a_sender_with_a_timeout_send_in_parts() -> None:
    """With small buffers, `send` on a socket with a timeout takes only a part."""
    data = os.urandom(400_000)
    with peer(reads_slowly(data), receive_buffer=8192) as server:
        sock = server.connect(timeout=5, send_buffer=8192)
        first = sock.send(data)
        assert 0 < first < len(data)
        sock.sendall(data[first:])


def test_delays_and_closes_are_steps_too() -> None:
    """A script may end the connection before its last step."""
    with peer(delays(0.001), sends(b"a"), closes()) as server:
        assert talk(server, b"") == b"a"


def test_a_block_in_which_nobody_connects_is_unmet_at_once() -> None:
    """A peer that was never visited does not wait for its visitor, and is not content either."""
    started = time.monotonic()
    with pytest.raises(Unmet, match="nobody connected"), peer(expects(b"PING\n")):
        pass
    assert time.monotonic() - started < PATIENCE


def test_nobody_listens_on_a_closed_port() -> None:
    """Connecting is refused for as long as the block lasts."""
    with closed_port() as address:
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(address, timeout=5)


def test_unread_tells_what_is_left_in_a_stream() -> None:
    """The next bytes; b"" when none come, whatever state the socket is in."""
    with peer(sends(b"first second"), stalls()) as server:
        sock = server.connect()
        assert sock.recv(6) == b"first "
        assert unread(sock) == b"second"
        assert unread(sock, 0.01) == b""


def test_a_client_is_the_mirror_image() -> None:
    """A scripted client talks to a plain server."""
    steps = sends(b"Ada\n"), expects(b"Hello, Ada\n", then_eof=True)
    with socket.create_server(("127.0.0.1", 0)) as listener, client(listener.getsockname()[:2], *steps):
        sock, _ = listener.accept()
        with sock:
            assert sock.recv(100) == b"Ada\n"
            sock.sendall(b"Hello, Ada\n")


def test_a_client_with_nobody_to_talk_to_is_unmet() -> None:
    """A server that does not listen is a finding about the server."""
    with (
        closed_port() as address,
        pytest.raises(Unmet, match="could not connect"),
        client(address, sends(b"x")) as caller,
    ):
        caller.wait_until_done()


def test_large_transfers_are_linear() -> None:
    """64 MB pass through a script; every byte is compared."""
    data = os.urandom(1 << 16) * 1024
    with (
        peer(expects(data), sends(data)) as server,
        socket.create_connection((server.host, server.port), timeout=20) as sock,
    ):
        sender = threading.Thread(target=sock.sendall, args=(data,))
        sender.start()
        sender.join()
        assert read_all(sock) == data
