"""Where a reply to PASV or EPSV sends a client, read and rewritten: what a relay needs."""

from __future__ import annotations

import ftplib

import pytest

from autograde.servers.ftp import data_endpoint, ftp, with_data_endpoint

ENDPOINTS = [
    (b"227 Entering passive mode (127,0,0,1,4,210).\r\n", ("127.0.0.1", 1234)),
    (b"227 Entering Passive Mode 10,1,2,3,255,255\r\n", ("10.1.2.3", 65535)),
    (b"227 =127,0,0,1,0,21\r\n", ("127.0.0.1", 21)),
    (b"227-Take your time.\r\n227 nothing\r\n227 Passive (127,0,0,1,4,210)\r\n", ("127.0.0.1", 1234)),
    (b"229 Entering extended passive mode (|||1234|).\r\n", ("", 1234)),
    (b"229 Extended (!!!1234!)\r\n", ("", 1234)),
]


@pytest.mark.parametrize(("reply", "endpoint"), ENDPOINTS)
def test_an_endpoint_is_read(reply: bytes, endpoint: tuple[str, int]) -> None:
    """The six numbers of 227 are found however they are wrapped; 229 has any delimiter, and no host."""
    assert data_endpoint(reply) == endpoint


@pytest.mark.parametrize(
    "reply",
    [
        b"", b"226 Transfer complete.\r\n", b"227 Entering passive mode.\r\n", b"227 (127,0,0,256,4,210)\r\n",
        b"227 (127,0,0,1,4)\r\n", b"229 (||1234|)\r\n", b"229 (|||65536|)\r\n", b"229 (|||12345678|)\r\n",
        b"257 \"/227 (127,0,0,1,4,210)\"\r\n", b"500 229 (|||1234|)\r\n",
    ],
)  # fmt: skip
def test_other_replies_hold_no_endpoint(reply: bytes) -> None:
    """None is said, and nothing can be written into them."""
    assert data_endpoint(reply) is None
    with pytest.raises(ValueError, match="no endpoint"):
        with_data_endpoint(reply, "127.0.0.1", 1)


@pytest.mark.parametrize(("reply", "endpoint"), ENDPOINTS)
def test_an_endpoint_is_replaced_and_nothing_else(reply: bytes, endpoint: tuple[str, int]) -> None:
    """What was written is read again; written back, the reply is the old one."""
    changed = with_data_endpoint(reply, "127.0.0.2", 54321)
    assert data_endpoint(changed) == ("127.0.0.2" if endpoint[0] else "", 54321)
    assert with_data_endpoint(changed, endpoint[0], endpoint[1]) == reply


def test_only_a_numeric_address_fits() -> None:
    """A reply to PASV has no place for a name or for IPv6."""
    for host in ("localhost", "::1"):
        with pytest.raises(ValueError):
            with_data_endpoint(b"227 (127,0,0,1,4,210)\r\n", host, 1)


def test_the_server_s_own_replies_are_understood() -> None:
    """Both kinds name a port that is being listened on."""
    with ftp({}, notes={227: ["Wait for it:"]}) as server, ftplib.FTP(timeout=10) as client:
        client.connect(server.host, server.port)
        client.login("student", "harbor")
        for order, host in (("PASV", server.host), ("EPSV", "")):
            endpoint = data_endpoint(client.sendcmd(order).encode())
            assert endpoint is not None and endpoint[0] == host
            with client.transfercmd("NLST") as data:
                assert data.recv(1) == b""
            client.voidresp()
