"""The clients that checks send to students' TLS servers, tried on servers that we did not write."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from autograde.servers.certificates import Certificates, certificates
from autograde.servers.tls_client import LEAVES, dials_tls, stuck_in_handshake
from autograde.tests.observers import read_all
from autograde.tests.openssl_server import openssl_server
from autograde.wire.places import closed_port
from autograde.wire.transcript import recording

BOTH = pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])


@pytest.fixture(scope="module")
def made() -> Iterator[Certificates]:
    """One authority for all tests."""
    with certificates() as made:
        yield made


@contextmanager
def serving(work: Callable[[socket.socket], None]) -> Iterator[tuple[str, int]]:
    """The address of a plain listener; `work` gets its first connection, in a thread."""

    def run() -> None:
        sock = listener.accept()[0]
        with sock:
            work(sock)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        (thread := threading.Thread(target=run)).start()
        yield listener.getsockname()
        thread.join()


@BOTH
@pytest.mark.drives(client="dials_tls", server="openssl s_server", feature="request, reply, leaving first")
@pytest.mark.usefixtures("nothing_remains")
def test_a_whole_visit(made: Certificates, version: str) -> None:
    """A request goes out, so many bytes of the reply come back, and it is known who answered in which version."""
    with openssl_server(made.identity(), "-rev") as address:
        visit = dials_tls(address, made.cafile, b"desserts\n", only=version, most=9)
    assert (visit.reply, visit.version, visit.server) == (b"stressed\n", version, "localhost")
    assert visit.failed_at == visit.failure == visit.alert == visit.end == ""


@pytest.mark.drives(client="dials_tls", server="openssl s_server", feature="a reply up to the notice of the end")
def test_a_reply_up_to_its_end(made: Certificates) -> None:
    """Without `most` the reply is what comes before the server's notice."""
    with openssl_server(made.identity(), "-www") as address:
        visit = dials_tls(address, made.cafile, b"GET / HTTP/1.0\r\n\r\n")
    assert visit.reply.startswith(b"HTTP/1.0 200 ok") and len(visit.reply) > 1000 and visit.end == "notice"


@pytest.mark.drives(
    client="dials_tls", server="openssl s_server", feature="missing client certificate, TLS 1.2 and 1.3"
)
def test_without_a_certificate(made: Certificates) -> None:
    """With TLS 1.2 the handshake fails; with 1.3 the refusal comes where the reply should be."""
    demanding = ("-rev", "-Verify", "1", "-CAfile", made.cafile, "-verify_return_error")
    with openssl_server(made.identity(), *demanding) as address:
        old = dials_tls(address, made.cafile, b"me\n", only="TLSv1.2", most=3)
        new = dials_tls(address, made.cafile, b"me\n", only="TLSv1.3", most=3)
        known = dials_tls(address, made.cafile, b"me\n", identity=made.identity("client"), most=3)
    assert (old.failed_at, old.alert, old.version) == ("handshake", "handshake_failure", "")
    assert (new.failed_at, new.alert, new.version) == ("reply", "certificate_required", "TLSv1.3")
    assert "wants a certificate" in new.failure and old.reply == new.reply == b""
    assert (known.reply, known.failure) == (b"em\n", "")


@pytest.mark.drives(client="dials_tls", server="openssl s_server", feature="wrong client certificates")
@pytest.mark.parametrize(
    ("kind", "alert"),
    [("expired", "certificate_expired"), ("unknown authority", "unknown_ca"), ("self-signed", "unknown_ca")],
)
def test_with_a_wrong_certificate(made: Certificates, kind: str, alert: str) -> None:
    """The server refuses it, and says why."""
    demanding = ("-rev", "-Verify", "1", "-CAfile", made.cafile, "-verify_return_error")
    with openssl_server(made.identity(), *demanding) as address:
        visit = dials_tls(address, made.cafile, b"me\n", identity=made.identity(kind), most=3)
    assert (visit.alert, visit.reply) == (alert, b"")


@pytest.mark.drives(client="dials_tls", server="openssl s_server", feature="bad server certificates are refused")
def test_it_checks_the_server(made: Certificates) -> None:
    """What a client should refuse is refused, in words."""
    with openssl_server(made.identity("expired"), "-rev") as address:
        visit = dials_tls(address, made.cafile, b"secret\n")
    assert (visit.failed_at, visit.failure) == ("handshake", "showed a certificate that has expired")


@BOTH
@pytest.mark.parametrize("leaves", LEAVES)
@pytest.mark.drives(client="dials_tls", server="Python's ssl", feature="leaving with notice, without, with a reset")
def test_how_it_leaves(made: Certificates, version: str, leaves: str) -> None:
    """Python's server finds an end, a violation of the protocol, or an aborted connection."""
    found: list[object] = []

    def serve(sock: socket.socket) -> None:
        context = made.identity().server_context()
        try:
            with context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=False) as tls:
                found.extend(iter(lambda: tls.recv(100), b""))
                found.append("a good end")
        except OSError as error:
            found.append(type(error))

    with serving(serve) as address:
        visit = dials_tls(address, made.cafile, b"hello", only=version, most=0, leaves=leaves)
    assert visit.failure == ""
    if leaves == "reset":  # before 3.13 Python's `recv` takes it for an end without notice
        assert found[-1] in (ConnectionResetError, ssl.SSLEOFError)
    else:
        assert found == [b"hello", "a good end" if leaves == "notice" else ssl.SSLEOFError]


def test_a_reset_is_a_reset(made: Certificates) -> None:
    """Below TLS a plain socket sees one."""
    found: list[object] = []

    def serve(sock: socket.socket) -> None:
        stream = made.identity().server_context().wrap_socket(sock, server_side=True)
        raw = socket.socket(fileno=stream.detach())
        with raw:
            try:
                read_all(raw)
            except ConnectionResetError:
                found.append("reset")

    with serving(serve) as address:
        dials_tls(address, made.cafile, b"hello", most=0, leaves="reset")
    assert found == ["reset"]


def test_servers_that_are_none(made: Certificates) -> None:
    """Nobody, somebody silent, somebody without TLS, somebody who hangs up: each is told apart."""

    def speak_plainly(sock: socket.socket) -> None:
        sock.recv(10000)
        sock.sendall(b"220 hello\r\n")

    def hang_up(sock: socket.socket) -> None:
        sock.recv(10000)

    with closed_port() as nobody:
        visit = dials_tls(nobody, made.cafile)
        assert (visit.failed_at, visit.failure) == ("connection", "refused the connection")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        visit = dials_tls(silent.getsockname(), made.cafile, timeout=0.05)
        assert (visit.failed_at, visit.failure) == ("handshake", "said nothing more")
    with serving(speak_plainly) as plain, recording() as transcript:
        visit = dials_tls(plain, made.cafile)
        assert visit.failed_at == "handshake" and visit.failure.startswith("sent what is no TLS")
    assert [event.text for event in transcript][-1].startswith("The handshake failed: your code sent what is no TLS")
    with serving(hang_up) as rude:
        visit = dials_tls(rude, made.cafile)
        assert (visit.failed_at, visit.failure) == ("handshake", "hung up")


@BOTH
def test_a_server_that_ends_without_notice(made: Certificates, version: str) -> None:
    """What came is kept, and the end told apart from a good one."""

    def serve(sock: socket.socket) -> None:
        with made.identity().server_context().wrap_socket(sock, server_side=True) as tls:
            tls.recv(100)
            tls.sendall(b"half of i")

    with serving(serve) as address:
        visit = dials_tls(address, made.cafile, b"all of it?", only=version)
    assert (visit.reply, visit.end, visit.failure) == (b"half of i", "no notice", "")


@pytest.mark.parametrize(("share", "least", "most"), [(0, 0, 0), (0.5, 20, 2000), (1, 40, 4000)])
@pytest.mark.usefixtures("nothing_remains")
def test_stuck_in_its_handshake(share: float, least: int, most: int) -> None:
    """F06: a plain listener gets the beginning of a TLS record, or nothing, and no more until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with stuck_in_handshake(listener.getsockname(), share=share):
            server, _ = listener.accept()
            server.settimeout(0.1)
            hello = server.recv(10000) if share else b""
            assert least <= len(hello) <= most and hello[:2] == b"\x16\x03"[: len(hello)]
            with pytest.raises(TimeoutError):
                server.recv(1)
        with server:
            assert server.recv(1) == b""


def test_one_that_is_stuck_sees_the_server_hang_up() -> None:
    """The socket that the block gives is for that."""
    with serving(lambda sock: None) as address, stuck_in_handshake(address, share=0) as sock:
        assert sock.recv(1) == b""


def test_a_way_to_leave_that_does_not_exist_is_a_mistake(made: Certificates) -> None:
    """A misspelt one must not quietly become a good end."""
    with pytest.raises(ValueError, match="silently"):
        dials_tls(("127.0.0.1", 1), made.cafile, leaves="silently")
