"""The TLS server, driven by clients that we did not write: Python's ssl, openssl s_client, curl and socat."""

from __future__ import annotations

import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from autograde.servers.certificates import KINDS, Certificates, certificates, client_context
from autograde.servers.hosting import ServerBroke
from autograde.servers.tls import HABITS, tls
from autograde.servers.web import FRONT_PAGE, web
from autograde.tests.observers import read_all
from autograde.tests.programs import run_program
from autograde.wire.netcat_tls import TlsConnection
from autograde.wire.peer import peer
from autograde.wire.places import closed_port
from autograde.wire.steps import expects, sends
from autograde.wire.story import sentences
from autograde.wire.stream_faults import half_closes, resets, stalls
from autograde.wire.transcript import recording

BOTH = pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])

ALERTS = {
    "wrong name": (62, "bad_certificate"),
    "self-signed": (18, "unknown_ca"),
    "expired": (10, "certificate_expired"),
    "not yet valid": (9, "bad_certificate"),
    "unknown authority": (20, "unknown_ca"),
    "missing link": (20, "unknown_ca"),
    "wrong purpose": (26, "unsupported_certificate"),
    "client": (62, "bad_certificate"),
}
"""What OpenSSL finds in each bad certificate, and the alert that its clients send about it."""


@pytest.fixture(scope="module")
def made() -> Iterator[Certificates]:
    """One authority for all tests."""
    with certificates() as made:
        yield made


@contextmanager
def visitor(server: tls, context: ssl.SSLContext, *, name: str = "localhost") -> Iterator[ssl.SSLSocket]:
    """Python's own client, after its handshake; it tells an end without notice from one with it."""
    with socket.create_connection(server.address, timeout=20) as raw:
        with context.wrap_socket(raw, server_hostname=name, suppress_ragged_eofs=False) as sock:
            yield sock


def s_client(server: tls, made: Certificates, *options: str, stdin: bytes = b"") -> tuple[int, str]:
    """`openssl s_client`, which checks the certificate: its exit code, and all it says."""
    where = ("-connect", f"{server.host}:{server.port}", "-CAfile", made.cafile, "-servername", "localhost")
    checks = ("-verify_return_error", "-verify_hostname", "localhost")
    ran = run_program("openssl", "s_client", *where, *checks, *options, stdin=stdin)
    return ran.returncode, (ran.stdout + ran.stderr).decode(errors="replace")


@BOTH
@pytest.mark.drives(client="Python's ssl", server="tls", feature="one version, a reply of many records, both ends told")
@pytest.mark.usefixtures("nothing_remains")
def test_plain_inside_tls_outside(made: Certificates, version: str) -> None:
    """A scripted peer is talked to through TLS; both records are complete, and both ends come through."""
    reply = bytes(range(256)) * 1000
    with peer(expects(b"PING\n"), sends(reply)) as inside, tls(inside.address, made.identity(), only=version) as server:
        with visitor(server, client_context(made.cafile)) as sock:
            sock.sendall(b"PING\n")
            assert read_all(sock) == reply and sock.version() == version
            sock.unwrap()
        assert server.wait_until_done()
    seen = server.seen[0]
    assert (seen.version, seen.asked_for, seen.received, seen.end) == (version, "localhost", b"PING\n", "notice")
    assert seen.client == seen.failure == seen.alert == "" and len(server.seen) == 1 and inside.finished


def refused(kind: str) -> object:
    """A bad certificate, and its line in the table of independent clients."""
    code = ALERTS[kind][0]
    return pytest.param(
        kind, marks=pytest.mark.drives(client="openssl s_client", server="tls", feature=f"{kind}: code {code}")
    )


@pytest.mark.parametrize("kind", [refused(kind) for kind in ALERTS])
def test_openssl_refuses_what_is_bad(made: Certificates, kind: str) -> None:
    """It names the fault by its number; we hear its alert; not one plain byte came."""
    code, alert = ALERTS[kind]
    with tls(None, made.identity(kind)) as server:
        status, told = s_client(server, made, stdin=b"secret\n")
        assert server.wait_until_done()
    assert status == 1 and f"verify error:num={code}:" in told
    seen = server.seen[0]
    assert (seen.alert, seen.version, seen.received) == (alert, "", b"") and alert in seen.failure


def test_every_bad_certificate_is_tried() -> None:
    """The table above has all kinds but those that a client accepts."""
    assert set(KINDS) - set(ALERTS) == {"good", "no key identifier"}


@pytest.mark.drives(client="openssl s_client", server="tls", feature="good certificate: code 0")
def test_openssl_accepts_what_is_good(made: Certificates) -> None:
    """The good one passes every check that refused the others."""
    with tls(None, made.identity()) as server:
        status, told = s_client(server, made)
    assert status == 0 and "Verify return code: 0 (ok)" in told


@BOTH
@pytest.mark.drives(client="openssl s_client", server="tls", feature="a client certificate (-cert, -key)")
def test_a_client_certificate_is_recorded(made: Certificates, version: str) -> None:
    """With `client_ca` a client comes in with a certificate that this authority signed; we know whom it names."""
    person = made.identity("client")
    with tls(None, made.identity(), client_ca=made.cafile, only=version) as server:
        status, _ = s_client(server, made, "-cert", person.certfile, "-key", person.keyfile)
        assert server.wait_until_done()
    assert status == 0 and (server.seen[0].client, server.seen[0].version) == ("student", version)


@pytest.mark.drives(client="Python's ssl", server="tls", feature="missing client certificate, TLS 1.2 and 1.3")
def test_when_a_missing_client_certificate_is_noticed(made: Certificates) -> None:
    """With TLS 1.2 the handshake fails; with 1.3 it succeeds, and the first read tells."""
    context = client_context(made.cafile)
    with tls(None, made.identity(), client_ca=made.cafile, only="TLSv1.2") as server:
        with pytest.raises(ssl.SSLError, match="handshake failure"), visitor(server, context):
            pass
        assert server.wait_until_done() and "no certificate" in server.seen[0].failure
    with tls(None, made.identity(), client_ca=made.cafile, only="TLSv1.3") as server:
        with visitor(server, context) as sock:
            sock.sendall(b"I think that I am in\n")
            with pytest.raises(ssl.SSLError, match="certificate required"):
                sock.recv(10)
        assert server.wait_until_done()
    assert "no certificate" in server.seen[0].failure and server.seen[0].received == b""


@pytest.mark.parametrize("kind", ["expired", "unknown authority", "self-signed"])
def test_a_bad_client_certificate_is_refused(made: Certificates, kind: str) -> None:
    """The reason is in the record."""
    with tls(None, made.identity(), client_ca=made.cafile) as server:
        with pytest.raises(ssl.SSLError), visitor(server, client_context(made.cafile, made.identity(kind))) as sock:
            sock.recv(10)
        assert server.wait_until_done()
    assert server.seen[0].failure.startswith("showed a certificate that ")


@pytest.mark.drives(client="openssl s_client", server="tls", feature="one version only: 1.1, 1.2, 1.3")
@pytest.mark.parametrize(("only", "other"), [("TLSv1.3", "-tls1_2"), ("TLSv1.2", "-tls1_3"), ("TLSv1.1", "-tls1_2")])
def test_only_one_version(made: Certificates, only: str, other: str) -> None:
    """A client of the same version comes in, one of another does not."""
    old = ("-cipher", "ALL:@SECLEVEL=0") if only == "TLSv1.1" else ()
    with tls(None, made.identity(), only=only) as server:
        assert s_client(server, made, "-" + only.lower().replace("v", "").replace(".", "_"), *old)[0] == 0
        status, told = s_client(server, made, other)
        assert server.wait_until_done(2)
    assert status == 1 and ("alert protocol version" in told or "unsupported protocol" in told)
    assert [seen.version for seen in server.seen] == [only, ""] and "version" in server.seen[1].failure


@pytest.mark.drives(client="curl", server="tls", feature="https (--cacert), refusal (60), client certificate (--cert)")
def test_curl_speaks_https(made: Certificates) -> None:
    """The web server of the first lesson, in TLS: right, with an expired certificate, and for members only."""

    def curl(server: tls, *options: str) -> tuple[int, bytes]:
        ran = run_program("curl", "-sS", "--cacert", made.cafile, *options, f"https://127.0.0.1:{server.port}/")
        return ran.returncode, ran.stdout

    person = made.identity("client")
    with web() as inside:
        with tls(inside.address, made.identity()) as server:
            assert curl(server) == (0, FRONT_PAGE.encode())
            assert server.wait_until_done()
        assert server.seen[0].received.startswith(b"GET / HTTP/1.1\r\n") and server.seen[0].end == "notice"
        with tls(inside.address, made.identity("expired")) as server:
            assert curl(server) == (60, b"")
        with tls(inside.address, made.identity(), client_ca=made.cafile) as server:
            assert curl(server)[0] == 56
            assert curl(server, "--cert", person.certfile, "--key", person.keyfile) == (0, FRONT_PAGE.encode())
        assert [seen.client for seen in server.seen] == ["", "student"]


@pytest.mark.drives(client="openssl s_client", server="tls", feature="plain text instead of TLS")
def test_a_server_that_speaks_no_tls(made: Certificates) -> None:
    """It answers in plain text, which no client of TLS takes for an answer."""
    with tls(None, made.identity(), habit="plain text") as server:
        status, told = s_client(server, made)
        with pytest.raises(ssl.SSLError), visitor(server, client_context(made.cafile)):
            pass
    assert status == 1 and "wrong version number" in told


@pytest.mark.drives(client="Python's ssl", server="tls", feature="silence in the handshake")
def test_a_silent_server(made: Certificates) -> None:
    """F06: the handshake gets no answer, until the client gives up."""
    with tls(None, made.identity(), habit="silent") as server:
        with socket.create_connection(server.address, timeout=0.1) as raw, pytest.raises(TimeoutError):
            client_context(made.cafile).wrap_socket(raw, server_hostname="localhost")
        assert server.wait_until_done()


@BOTH
@pytest.mark.drives(client="Python's ssl", server="tls", feature="end without notice (truncation)")
def test_an_end_without_notice(made: Certificates, version: str) -> None:
    """All bytes come, and then TCP's end without TLS's: Python calls that a violation of the protocol."""
    with peer(sends(b"some of it")) as inside:
        with tls(inside.address, made.identity(), only=version, habit="no notice") as server:
            with visitor(server, client_context(made.cafile)) as sock:
                assert sock.recv(100) == b"some of it"
                with pytest.raises(ssl.SSLEOFError):
                    sock.recv(100)


@pytest.mark.drives(client="openssl s_client", server="tls", feature="end without notice (truncation)")
def test_openssl_sees_the_missing_notice(made: Certificates) -> None:
    """Its words for it; with the notice it has nothing to say."""
    for habit, complains in (("no notice", True), ("", False)):
        with peer(sends(b"some of it")) as inside, tls(inside.address, made.identity(), habit=habit) as server:
            told = s_client(server, made, "-quiet", "-ign_eof")[1]
        assert "some of it" in told and ("unexpected eof" in told) == complains


@BOTH
@pytest.mark.drives(client="socat", server="tls", feature="half-close: the request ends, the reply still comes")
def test_the_clients_end_is_a_half_close(made: Certificates, version: str) -> None:
    """The peer inside reads the end of the request and only then answers."""
    with peer(expects(b"question", then_eof=True), sends(b"answer")) as inside:
        with tls(inside.address, made.identity(), only=version) as server:
            target = f"OPENSSL:127.0.0.1:{server.port},cafile={made.cafile},commonname=localhost"
            assert run_program("socat", "-t", "15", "-", target, stdin=b"question").stdout == b"answer"
            assert server.wait_until_done()
    assert server.seen[0].end == "notice"


@BOTH
def test_the_servers_end_is_a_half_close(made: Certificates, version: str) -> None:
    """After the server's notice a client can still send."""
    with peer(sends(b"over"), half_closes(), expects(b"and out", then_eof=True)) as inside:
        with tls(inside.address, made.identity(), only=version) as server:
            with visitor(server, client_context(made.cafile)) as sock:
                assert read_all(sock) == b"over"
                sock.sendall(b"and out")
                sock.unwrap()


def test_a_reset_inside_is_a_reset_outside(made: Certificates) -> None:
    """What came before it still arrives. (Up to 3.12 `SSLSocket.recv` calls a reset an end; this looks below it.)"""
    with peer(sends(b"half of i"), resets()) as inside, tls(inside.address, made.identity()) as server:
        with socket.create_connection(server.address, timeout=20) as raw:
            client = TlsConnection(raw, client_context(made.cafile), "localhost")
            client.handshake()
            assert client.recv(100) == b"half of i"
            with pytest.raises(ConnectionResetError):
                client.recv(100)


def test_a_reset_outside_is_a_reset_inside(made: Certificates) -> None:
    """A plain socket inside finds the connection aborted, and the record says who did it."""
    with socket.create_server(("127.0.0.1", 0)) as listener, tls(listener.getsockname(), made.identity()) as server:
        with visitor(server, client_context(made.cafile)) as sock, listener.accept()[0] as inside:
            sock.sendall(b"half of i")
            assert inside.recv(100) == b"half of i"
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()
            with pytest.raises(ConnectionResetError):
                inside.recv(100)
        assert server.wait_until_done()
    assert server.seen[0].end == "reset" and server.seen[0].failure == ""


def test_leaving_without_notice_is_told(made: Certificates) -> None:
    """Python's `SSLSocket.close` gives no notice: inside that is an end like any other, the record tells."""
    with recording() as transcript, peer(expects(b"bye", then_eof=True)) as inside:
        with tls(inside.address, made.identity()) as server:
            with visitor(server, client_context(made.cafile)) as sock:
                sock.sendall(b"bye")
            assert server.wait_until_done()
    assert (server.seen[0].received, server.seen[0].end) == (b"bye", "no notice")
    assert "Your code ended the connection without the notice that TLS has for it." in sentences(transcript)


def test_the_story_tells_of_the_handshake(made: Certificates) -> None:
    """A student whose client refuses reads so in the story."""
    with recording() as transcript, tls(None, made.identity("expired")) as server:
        with pytest.raises(ssl.SSLCertVerificationError), visitor(server, client_context(made.cafile)):
            pass
        assert server.wait_until_done()
    assert any(
        "handshake failed: your code sent the alert certificate_expired" in told for told in sentences(transcript)
    )


@pytest.mark.usefixtures("nothing_remains")
def test_clients_that_vanish_in_the_handshake(made: Certificates, capfd: pytest.CaptureFixture[str]) -> None:
    """Cut off or reset, before, in and after the first message: no error, nothing said, nothing left."""
    arriving, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        client_context(made.cafile).wrap_bio(arriving, leaving, server_hostname="localhost").do_handshake()
    hello = leaving.read()
    with tls(None, made.identity()) as server:
        for share in (0, 1, len(hello) // 2, len(hello)):
            for linger in ((0, 0), (1, 0)):
                with socket.create_connection(server.address, timeout=20) as raw:
                    raw.sendall(hello[:share])
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", *linger))
        with socket.create_connection(server.address, timeout=20) as raw:
            raw.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert server.wait_until_done(9)
    assert {seen.failure for seen in server.seen} == {
        "hung up",
        "reset the connection",
        "sent plain HTTP instead of TLS",
    }
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("nothing_remains")
def test_clients_that_stay(made: Certificates, capfd: pytest.CaptureFixture[str]) -> None:
    """Silent, in mid-handshake or after it: the block ends all the same, at once, and says nothing."""
    with ExitStack() as stay, peer(stalls()) as inside:
        with tls(inside.address, made.identity()) as server:
            stay.enter_context(socket.create_connection(server.address, timeout=20))
            stay.enter_context(socket.create_connection(server.address, timeout=20)).sendall(b"\x16\x03\x01\x02\x00")
            sock = stay.enter_context(visitor(server, client_context(made.cafile)))
            assert not server.wait_until_done(seconds=0)
            leaving = time.monotonic()
        assert time.monotonic() - leaving < 5
        with pytest.raises((ssl.SSLEOFError, ConnectionResetError)):
            sock.recv(1)
    assert capfd.readouterr() == ("", "")


class Echo(socketserver.StreamRequestHandler):
    """Every byte comes back."""

    def handle(self) -> None:
        while piece := self.connection.recv(65536):
            self.connection.sendall(piece)


class EchoServer(socketserver.ThreadingTCPServer):
    """For many clients at once."""

    request_queue_size = 100


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """The address of a plain echo server."""
    with EchoServer(("127.0.0.1", 0), Echo) as server:
        (thread := threading.Thread(target=server.serve_forever, args=(0.01,))).start()
        yield "127.0.0.1", server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("nothing_remains")
def test_a_crowd(made: Certificates, echo: tuple[str, int]) -> None:
    """Many at once, each with a conversation of its own with the server inside."""
    context, answers = client_context(made.cafile), []

    def ask(server: tls, question: bytes) -> None:
        with visitor(server, context) as sock:
            sock.sendall(question)
            answers.append((question, sock.recv(100)))

    with tls(echo, made.identity()) as server:
        threads = [threading.Thread(target=ask, args=(server, b"%d" % number)) for number in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.wait_until_done(50)
    assert len(answers) == 50 and all(question == answer for question, answer in answers)


@pytest.mark.drives(client="socat", server="tls", feature="4 MB in both directions at once")
def test_much_in_both_directions_at_once(made: Certificates, echo: tuple[str, int]) -> None:
    """Megabytes through an echo: neither direction waits for the other."""
    data = bytes(range(256)) * 16384
    with tls(echo, made.identity()) as server:
        target = f"OPENSSL:127.0.0.1:{server.port},cafile={made.cafile},commonname=localhost"
        assert run_program("socat", "-t", "15", "-", target, stdin=data).stdout == data


def test_nobody_inside_is_our_own_fault(made: Certificates) -> None:
    """A server inside that refuses is a mistake of the check, raised where the block ends."""
    with pytest.raises(ServerBroke), closed_port() as nobody, tls(nobody, made.identity()) as server:
        with visitor(server, client_context(made.cafile)) as sock, pytest.raises(ssl.SSLEOFError):
            sock.recv(1)


def test_other_families(made: Certificates, tmp_path: object) -> None:
    """IPv6 outside, a Unix socket inside."""
    with peer(sends(b"six"), path=f"{tmp_path}/inside") as inside:
        with tls(inside.address, made.identity(), host="::1") as server:
            with visitor(server, client_context(made.cafile), name="::1") as sock:
                assert read_all(sock) == b"six"


def test_a_habit_that_does_not_exist_is_a_mistake(made: Certificates) -> None:
    """A misspelt habit must not quietly become good behavior."""
    with pytest.raises(ValueError, match="rude"):
        tls(None, made.identity(), habit="rude")
    assert set(HABITS) == {"", "silent", "plain text", "no notice"}


def test_starting_and_ending_one_takes_little(made: Certificates) -> None:
    """Some milliseconds, at the median of 21."""
    taken = []
    for _ in range(21):
        before = time.monotonic()
        with tls(None, made.identity()):
            pass
        taken.append(time.monotonic() - before)
    assert sorted(taken)[10] < 0.1  # 2 ms where nothing else runs
