"""Certificates: each bad one is refused, by its own reason, by programs that we did not write."""

from __future__ import annotations

import os
import re
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograde.servers.certificates import KINDS, VERSIONS, Certificates, certificates, client_context, subject_of
from autograde.servers.issuing import MAKERS
from autograde.tests.programs import run_program

VERIFY_CODE = {
    "good": 0,
    "wrong name": 62,
    "self-signed": 18,
    "expired": 10,
    "not yet valid": 9,
    "unknown authority": 20,
    "missing link": 20,
    "wrong purpose": 26,
    "no key identifier": 0,
    "client": 62,
}
"""What OpenSSL calls each of them (openssl-verification-options(1))."""


@pytest.fixture(scope="module")
def made() -> Iterator[Certificates]:
    """One authority for all tests."""
    with certificates() as made:
        yield made


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> ssl.SSLObject:
    """The client's end of TLS after a handshake in memory. Raises what goes wrong on either side."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname="localhost"),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for end in ends * 3:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return ends[0]


def test_the_tables_agree() -> None:
    """Every kind is described, made, and tested here."""
    assert set(KINDS) == set(MAKERS) == set(VERIFY_CODE)


def each_kind(kind: str, code: int) -> object:
    """One parameter, and its line in the table of independent clients."""
    feature = f"{kind}: code {code}"
    return pytest.param(kind, marks=pytest.mark.drives(client="openssl verify", server="certificates", feature=feature))


@pytest.mark.parametrize("kind", [each_kind(*known) for known in VERIFY_CODE.items()])
def test_openssl_names_what_is_wrong(made: Certificates, kind: str) -> None:
    """Each kind has just the one fault that it is named for, and openssl finds that one."""
    wanted = ("-purpose", "sslserver", "-verify_hostname", "localhost", "-CAfile", made.cafile)
    ran = run_program("openssl", "verify", *wanted, made.identity(kind).certfile)
    codes = [int(code) for code in re.findall(r"error (\d+)", (ran.stdout + ran.stderr).decode())]
    assert (codes or [0]) == [VERIFY_CODE[kind]] and (ran.returncode == 0) == (not codes)


@pytest.mark.parametrize("kind", KINDS)
def test_pythons_default_context_refuses_what_is_bad(made: Certificates, kind: str) -> None:
    """`create_default_context`, which checks more strictly since 3.13, accepts the good one and refuses the others."""
    server, client = made.identity(kind).server_context(), client_context(made.cafile)
    client.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if VERIFY_CODE[kind] == 0:
        assert shake_hands(server, client).version() == "TLSv1.3"
    else:
        with pytest.raises(ssl.SSLCertVerificationError) as caught:
            shake_hands(server, client)
        assert caught.value.verify_code == VERIFY_CODE[kind]


def test_only_strict_checks_want_the_key_identifier(made: Certificates) -> None:
    """Why 3.13 refuses a certificate that 3.12 accepts: its default context is strict (RFC 5280)."""
    client = client_context(made.cafile)
    assert bool(client.verify_flags & ssl.VERIFY_X509_STRICT) == (sys.version_info >= (3, 13))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    assert shake_hands(made.identity("good").server_context(), client).version()
    with pytest.raises(ssl.SSLCertVerificationError, match="Authority Key Identifier"):
        shake_hands(made.identity("no key identifier").server_context(), client)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_context_can_be_limited_to_a_version(made: Certificates, version: str) -> None:
    """Both ends at one version agree on it; a client that allows only another one gets no connection."""
    other = "TLSv1.2" if version == "TLSv1.3" else "TLSv1.3"
    server = made.identity().server_context(only=version)
    assert shake_hands(server, client_context(made.cafile, only=version)).version() == version
    with pytest.raises(ssl.SSLError):
        shake_hands(server, client_context(made.cafile, only=other))


def test_a_version_that_openssl_has_lost_is_told(made: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems build OpenSSL without TLS 1.1."""
    monkeypatch.setattr(ssl, "HAS_TLSv1_1", False)
    with pytest.raises(NotImplementedError, match="cannot speak TLS"):
        made.identity().server_context(only="TLSv1.1")


def test_a_server_can_demand_a_certificate(made: Certificates) -> None:
    """With `client_ca` nobody comes in without one; whom it speaks for can be read."""
    server = made.identity().server_context(made.cafile, only="TLSv1.2")
    with pytest.raises(ssl.SSLError, match="peer did not return a certificate"):
        shake_hands(server, client_context(made.cafile))
    assert shake_hands(server, client_context(made.cafile, made.identity("client"))).version()


@pytest.mark.parametrize(
    ("certificate", "whom"),
    [
        (None, ""),
        ({}, ""),
        ({"subject": ((("organizationName", "x"),), (("commonName", "ann"),))}, "ann"),
        ({"subject": ((("organizationName", "x"),),), "subjectAltName": (("DNS", "a"), ("DNS", "b"))}, "a"),
    ],
)
def test_whom_a_certificate_speaks_for(certificate: dict[str, object] | None, whom: str) -> None:
    """The common name, or else the first alternative name."""
    assert subject_of(certificate) == whom


def test_files_are_private_and_vanish() -> None:
    """A key can be read by its owner only; nothing is left of a block; an identity is made once."""
    with certificates() as made:
        identity, cafile = made.identity(), made.cafile
        assert made.identity() is identity
        assert stat.S_IMODE(os.stat(identity.keyfile).st_mode) == 0o600
        assert b"BEGIN EC PRIVATE KEY" in Path(identity.keyfile).read_bytes()
    assert not any(map(os.path.exists, (identity.certfile, identity.keyfile, cafile)))


def test_two_runs_do_not_trust_each_other(made: Certificates) -> None:
    """Every block has an authority of its own."""
    with certificates() as others, pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(others.identity().server_context(), client_context(made.cafile))


def test_a_kind_that_does_not_exist_is_a_mistake(made: Certificates) -> None:
    """A misspelt kind must not quietly become a good certificate."""
    with pytest.raises(KeyError):
        made.identity("expried")


def test_the_library_is_imported_when_it_is_needed() -> None:
    """It takes a tenth of a second, which a server that shows no certificate need not wait for."""
    source = "import sys, autograde.servers.certificates; sys.exit('trustme' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", source], check=False).returncode == 0
