"""The course's netcat inside TLS, with openssl's server and client on the other side."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator

import pytest

from autograde import cli
from autograde.servers.certificates import KINDS, Certificates, certificates
from autograde.servers.tls import tls
from autograde.tests.openssl_server import openssl_server
from autograde.tests.programs import run_program
from autograde.tests.test_wire_netcat import nc, running
from autograde.wire.netcat_tls import client_context, tls_sentence
from autograde.wire.peer import peer
from autograde.wire.steps import expects, sends


@pytest.fixture(scope="module")
def made() -> Iterator[Certificates]:
    """One authority for all tests."""
    with certificates() as made:
        yield made


def told(address: tuple[str, int], context: str, typed: bytes = b"") -> tuple[int, bytes, str]:
    """Status, output and messages of a netcat that connects inside TLS; `context` is the source of a call."""
    with nc(f"{address[0]!r}, {address[1]}, context=client_context({context})") as process:
        out, err = process.communicate(typed, timeout=20)
    return process.returncode, out, err.decode()


@pytest.mark.drives(client="nc", server="openssl s_server", feature="--tls --cafile: both directions, both ends")
def test_it_talks_inside_tls(made: Certificates) -> None:
    """What is typed goes out, the end of the input too, and the answer comes back."""
    with openssl_server(made.identity(), "-rev") as address:
        assert told(address, repr(made.cafile), b"desserts\n") == (0, b"stressed\n", "")


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_the_end_of_the_input_is_told_inside_tls(made: Certificates, version: str) -> None:
    """A server that answers only after the end gets it, with notice, and is heard."""
    data = b"much of it " * 50_000
    with peer(expects(data, then_eof=True), sends(data)) as inside:
        with tls(inside.address, made.identity(), only=version) as server:
            assert told(server.address, repr(made.cafile), data) == (0, data, "")
            assert server.wait_until_done()
    assert server.seen[0].end == "notice"


def test_a_server_that_ends_first_gets_a_notice(made: Certificates) -> None:
    """It may be waiting for one, even if the input is still open."""
    with peer(sends(b"bye")) as inside, tls(inside.address, made.identity()) as server:
        with nc(f"'127.0.0.1', {server.port}, context=client_context({made.cafile!r})") as process:
            assert process.wait(timeout=20) == 0
        assert server.wait_until_done()
    assert server.seen[0].end == "notice"


@pytest.mark.drives(client="nc", server="openssl s_server", feature="--tls: every bad certificate, in a sentence")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("wrong name", ["a certificate that speaks for another", "Use the name"]),
        ("self-signed", ["signed by nobody but itself", "--cafile FILE"]),
        ("expired", ["a certificate that has expired", "clock", "renew"]),
        ("not yet valid", ["not valid yet", "clock"]),
        ("unknown authority", ["signed by an authority that is not known here", "--cafile FILE"]),
        ("wrong purpose", ["not meant for this purpose", "Tell whoever runs the server"]),
    ],
)
def test_what_is_wrong_with_the_certificate_is_a_sentence(made: Certificates, kind: str, words: list[str]) -> None:
    """One line: where, what is wrong, what to do, and how to go on at one's own risk."""
    with openssl_server(made.identity(kind), "-rev") as address:
        status, out, err = told(address, repr(made.cafile), b"secret\n")
    assert (status, out) == (1, b"") and err.count("\n") == 1 and err.startswith("TLS with 127.0.0.1 port ")
    assert all(word in err for word in [*words, "--insecure"]), err


def test_by_default_the_system_decides_whom_to_trust(made: Certificates) -> None:
    """It does not know the course's authority."""
    with openssl_server(made.identity(), "-rev") as address:
        status, _, err = told(address, "")
    assert status == 1 and "--cafile FILE" in err


def test_nothing_is_checked_on_demand(made: Certificates) -> None:
    """`insecure` talks to anybody."""
    with openssl_server(made.identity("self-signed"), "-rev") as address:
        assert told(address, "insecure=True", b"desserts\n") == (0, b"stressed\n", "")


@pytest.mark.drives(client="nc", server="openssl s_server", feature="--tls: a server that demands a certificate")
@pytest.mark.parametrize(("version", "alert"), [("-tls1_2", "handshake_failure"), ("-tls1_3", "certificate_required")])
def test_a_server_that_demands_a_certificate(made: Certificates, version: str, alert: str) -> None:
    """Whenever the refusal comes, it is told as one."""
    with openssl_server(made.identity(), "-rev", version, "-Verify", "1", "-verify_return_error") as address:
        status, _, err = told(address, repr(made.cafile))
    assert status == 1 and alert in err and "certificate of its client" in err and err.count("\n") == 1


def test_other_troubles_are_sentences(made: Certificates) -> None:
    """No TLS there, a cut connection, a server that hangs up: each says so."""
    with peer(sends(b"220 hello\r\n")) as plain:
        assert "Try without --tls." in told((plain.host, plain.port), repr(made.cafile))[2]
    with peer(sends(b"half of i")) as inside, tls(inside.address, made.identity(), habit="no notice") as server:
        status, out, err = told(server.address, repr(made.cafile))
    assert (status, out) == (1, b"half of i") and "may be cut off" in err
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with nc(f"'127.0.0.1', {listener.getsockname()[1]}, context=client_context()") as process:
            with listener.accept()[0] as rude:
                assert rude.recv(10000)  # closing with bytes unread would be a reset
            assert b"the other side hung up." in process.communicate(timeout=20)[1] and process.returncode == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("good", "no key identifier")])
def test_every_bad_certificate_has_its_words(made: Certificates, kind: str) -> None:
    """None falls back to OpenSSL's own."""
    with tls(None, made.identity(kind)) as server, socket.create_connection(server.address, timeout=20) as raw:
        with pytest.raises(OSError) as caught:
            client_context(made.cafile).wrap_socket(raw, server_hostname="localhost")
    assert "fails:" not in tls_sentence(caught.value, "there")


@pytest.mark.drives(client="openssl s_client", server="nc", feature="--tls --listen: the certificate is checked")
def test_it_listens_inside_tls() -> None:
    """The whole command: its certificate can be checked with the file that it names."""
    command = "import sys; from autograde.cli import main; sys.exit(main())"
    with running("-c", command, "nc", "127.0.0.1", "0", "--listen", "--tls") as process:
        assert process.stdin and process.stderr
        cafile = process.stderr.readline().decode().split()[-1]
        port = process.stderr.readline().decode().split()[-1]
        process.stdin.write(b"welcome\n")
        process.stdin.close()
        checks = ("-CAfile", cafile, "-verify_return_error", "-verify_hostname", "localhost", "-quiet")
        ran = run_program("openssl", "s_client", "-connect", f"127.0.0.1:{port}", *checks)
        process.stdin = None
        assert b"welcome\n" in ran.stdout
        process.communicate(timeout=20)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--tls --udp", "--tls needs a stream"),
        ("--insecure", "tell --tls how to check"),
        ("--listen --tls --insecure", "tell --tls how to check"),
        ("--tls --cafile /nowhere/file.pem", "No such file"),
        (f"--tls --cafile {os.devnull}", "no certificate in"),
    ],
)
def test_options_that_do_not_fit_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: str, words: str
) -> None:
    """In words, before anything is connected."""
    monkeypatch.setattr(sys, "argv", ["autograde", "nc", "127.0.0.1", "1", *options.split()])
    assert cli.main() == 2
    out, err = capsys.readouterr()
    assert out == "" and words in " ".join(err.replace("│", " ").split())
