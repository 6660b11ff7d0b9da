"""The FTP relay: both kinds of connection pass through it, are recorded, and can be disturbed one by one."""

from __future__ import annotations

import ftplib

import pytest

from autograde.servers.ftp import ftp
from autograde.servers.ftp_relay import ftp_relay
from autograde.tests.observers import nothing_remains
from autograde.tests.programs import run_program
from autograde.wire.passage import passes
from autograde.wire.relay import relay, way
from autograde.wire.stream_faults import resets
from autograde.wire.transcript import recording

pytestmark = pytest.mark.usefixtures(nothing_remains.__name__)


def fetched(line: relay, name: str, trusting: bool = False) -> bytes:
    """A file by the standard library's client."""
    got: list[bytes] = []
    with ftplib.FTP(timeout=10) as client:
        client.trust_server_pasv_ipv4_address = trusting  # type: ignore[attr-defined]
        client.connect(line.host, line.port)
        client.login("student", "secret")
        client.retrbinary(f"RETR {name}", got.append)
    return b"".join(got)


def server() -> ftp:
    """Two files."""
    return ftp({"one.txt": b"the first file", "two.txt": b"the second file"}, user="student", password="secret")


@pytest.mark.drives(client="ftplib", server="ftp", feature="through the relay, both connections recorded")
def test_a_download_passes_through_both_relays() -> None:
    """The bytes arrive, and the record has a lane for each connection."""
    with recording() as transcript, server() as reference, ftp_relay(reference.address) as line:
        assert fetched(line, "one.txt", trusting=True) == b"the first file"
    sent = {(event.lane, event.data) for event in transcript if event.kind == "sends"}
    assert ("data 1", b"the first file") in sent
    assert any(lane == "control" and data.startswith(b"226") for lane, data in sent)


@pytest.mark.drives(client="curl", server="ftp", feature="through the relay, EPSV and PASV")
@pytest.mark.parametrize("options", [[], ["--disable-epsv"]])
def test_curl_passes_through_both_relays(options: list[str]) -> None:
    """With both passive modes."""
    with server() as reference, ftp_relay(reference.address) as line:
        url = f"ftp://student:secret@{line.host}:{line.port}/two.txt"
        assert run_program("curl", "-sS", *options, url).stdout == b"the second file"


def test_one_data_connection_can_be_cut_off() -> None:
    """The first transfer is aborted after three bytes, the second is not."""
    ways = [way(to_student=[passes(3), resets()]), way()]
    with server() as reference, ftp_relay(reference.address, data=ways) as line:
        with pytest.raises((ConnectionResetError, ftplib.error_temp)):  # the latter from the QUIT that follows
            fetched(line, "one.txt")
        assert fetched(line, "one.txt") == b"the first file"
