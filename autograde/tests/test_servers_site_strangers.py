"""The web site and clients that misbehave: each gets what it deserves, and nothing is left of any of them."""

from __future__ import annotations

import itertools
import os
import socket
import ssl
import struct
import threading
import urllib.request
from pathlib import Path
from random import Random

import pytest

from autograde.servers.certificates import certificates
from autograde.servers.feed import feed
from autograde.servers.site import answers, file, generated, site
from autograde.tests.site_clients import curl, opener, told


def descriptors() -> int:
    """How many descriptors this process has open; 0 where the system does not say."""
    folder = Path("/proc/self/fd")
    return len(os.listdir(folder)) if folder.exists() else 0


def reset(connection: socket.socket) -> None:
    """Abort instead of ending in good order."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"Good evening!\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost : a\r\nX: y\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", b"505"),
        (b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"431"),
        (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", b"501"),
        (b"POST / HTTP/1.1\r\nHost: a\r\n\r\n", b"405"),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", b"400"),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", b"400"),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel", b"400"),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n", b"413"),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", b"400"),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n", b"400"),
        (b"PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nhi\r\n0\r\nA: b\r\n\r\n", b"200"),
        (b"GET /status/299 HTTP/1.1\r\nHost: a\r\n\r\n", b"299"),
        (b"GET http://elsewhere/echo?x HTTP/1.1\r\nHost: elsewhere\r\n\r\n", b"200"),
        (b"GET /redirect/302?to=%0D%0AX:y HTTP/1.1\r\nHost: a\r\n\r\n", b"400"),
        (b"GET /redirect/302?to=/\xff HTTP/1.1\r\nHost: a\r\n\r\n", b"302"),
        (b"GET /vault HTTP/1.1\r\nHost: a\r\nAuthorization: Basic \xff\r\n\r\n", b"401"),
    ],
)  # fmt: skip
def test_every_request_gets_the_status_it_deserves(data: bytes, status: bytes) -> None:
    """What cannot be read is answered all the same, and is no error of the server."""
    with site() as server:
        answer = told(server.address, data)
    assert answer.split(b" ", 2)[1] == status


def test_an_answer_arrives_although_much_was_left_unread() -> None:
    """The end of a refused upload does not destroy the refusal, as a reset would."""
    with site() as server, socket.create_connection(server.address, timeout=10) as connection:
        connection.sendall(b"PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 3_000_000)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 413 ") and answer.endswith(b"that is not a request this server understands.\n")
    assert server.malformed[0].startswith("413 ")


STARTS = b"""GET |POST |GET /echo|POST /echo|PUT /notes/lights|GET /files/big|GET /vault|POST /login|GET /hops/
GET /redirect/302?to=|POST /echo?x=""".replace(b"\n", b"|").split(b"|")
MIDDLES = [b"", b"%", b"%0d%0a", b"\xff", b"9" * 5000, b"?&&=;", b"//", b" "]
HEADERS = (
    b"""Host: a|Cookie: =;;\xe9|Authorization: Basic \xff|Authorization: Digest x|Range: bytes=9-1,-|If-Match: "
If-Range: x|If-Modified-Since: 99 Foo 9|Content-Length: 3|Connection: keep-alive|Content-Type: application/json|: x
Content-Type: multipart/form-data; boundary=\xe9|Content-Type: application/x-www-form-urlencoded| folded
""".strip()
    .replace(b"\n", b"|")
    .split(b"|")
)
BODIES = [b"", b"abc", b"[[[", b"0\r\n\r\n", b"\xff\xfe\x00"]


def garbage(rng: Random) -> bytes:
    """A request that is torn and twisted, but not so much that nobody looks at it."""
    start, version = rng.choice(STARTS), rng.choice([b" HTTP/1.1", b" HTTP/1.0", b" HTTP/1.0", b" HTTP/x", b""])
    headers = b"".join(line + b"\r\n" for line in rng.choices(HEADERS, k=rng.randrange(6)))
    return b"%b%b%b\r\n%b\r\n%b" % (start, rng.choice(MIDDLES), version, headers, rng.choice(BODIES))


def test_garbage_is_no_error_of_the_server(capfd: pytest.CaptureFixture[str]) -> None:
    """Three hundred torn and twisted requests, always the same ones: no error, no line on any stream."""
    rng = Random(4)
    with site() as server:
        for _ in range(300):
            told(server.address, garbage(rng))
    assert capfd.readouterr() == ("", "") and min(len(server.requests), len(server.malformed)) > 50


def test_nothing_is_left_of_clients_that_vanish(capfd: pytest.CaptureFixture[str]) -> None:
    """Silent ones, half requests, resets, readers that stop, connections kept alive: all are gone with the block."""
    threads, before = threading.active_count(), descriptors()
    with site({"/long": file(generated(50_000_000, Random(1)))}) as server:
        held = [socket.create_connection(server.address, timeout=10) for _ in range(6)]
        held[1].sendall(b"GET / HT")
        held[2].sendall(b"PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nfive.")
        held[3].sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        held[4].sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert held[3].recv(10) == held[4].recv(10) == b"HTTP/1.1 2"
        for _ in range(3):
            gone = socket.create_connection(server.address, timeout=10)
            gone.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
            gone.recv(1000)
            reset(gone)
    for connection in held:
        connection.close()
    assert capfd.readouterr() == ("", "")
    assert (threading.active_count(), descriptors()) == (threads, before)


@pytest.mark.drives(client="curl", server="site", feature="HTTPS")
def test_https_is_http_with_a_certificate() -> None:
    """curl trusts the course's authority, and nobody else's; several requests use one connection."""
    with certificates() as made:
        with site({"/open": answers("to the end", ends_by="close")}, identity=made.identity()) as server:
            good = curl("--cacert", made.cafile, server.url + "/chunks", server.url + "/echo", server.url + "/open")
            assert good.returncode == 0 and good.stdout.endswith(b"to the end")
            assert curl(server.url + "/echo").returncode == 60
        with site(identity=made.identity("expired")) as server:
            assert curl("--cacert", made.cafile, server.url + "/echo").returncode == 60
    assert server.requests == []


@pytest.mark.drives(client="urllib.request", server="site", feature="HTTPS")
def test_strangers_at_a_tls_port_are_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    """Plain HTTP, silence and half a handshake leave nothing; an honest client is served beside them."""
    threads, before = threading.active_count(), descriptors()
    with certificates() as made:
        trusting = ssl.create_default_context(cafile=made.cafile)
        with site(identity=made.identity()) as server:
            told(server.address, b"GET / HTTP/1.0\r\n\r\n")
            held = [socket.create_connection(server.address, timeout=10) for _ in range(2)]
            held[0].sendall(b"\x16\x03\x01")
            idle = trusting.wrap_socket(socket.create_connection(server.address), server_hostname="localhost")
            with opener(urllib.request.HTTPSHandler(context=trusting)).open(
                server.url + "/chunks", timeout=10
            ) as reply:
                assert reply.read() == b"one\ntwo\nthree\n"
            reset(trusting.wrap_socket(socket.create_connection(server.address), server_hostname="localhost"))
            reset(socket.create_connection(server.address))
    for connection in [*held, idle]:
        connection.close()
    assert capfd.readouterr() == ("", "") and len(server.requests) == 1
    assert (threading.active_count(), descriptors()) == (threads, before)


def test_a_block_may_end_as_soon_as_it_began() -> None:
    """Starting and ending at once, with a client that has only just come, is no error."""
    threads = threading.active_count()
    for _ in range(50):
        with site() as server, socket.create_connection(server.address):
            pass
        with site():
            pass
    assert threading.active_count() == threads


def test_a_feed_says_its_piece_to_everyone() -> None:
    """Each client gets the whole document and its end, also when the document is made as it is sent."""
    lines = [b"%d\n" % number for number in range(50_000)]
    with feed(lambda: lines) as server, feed(b"short") as small:
        assert told(server.address, b"") == told(server.address, b"ignored") == b"".join(lines)
        assert told(small.address, b"") == b"short"
    assert (server.connections, server.finished) == (2, 2)


@pytest.mark.drives(client="curl", server="feed", feature="a bare stream")
def test_a_feed_can_be_read_by_curl() -> None:
    """curl speaks no protocol at all for telnet: URLs, and takes what comes."""
    with feed(b"id,at\r\n1,now\r\n") as server:
        assert curl(f"telnet://{server.host}:{server.port}").stdout == b"id,at\r\n1,now\r\n"


def test_a_feed_ends_with_its_block_whoever_listens() -> None:
    """Endless documents and readers that stop or vanish leave no thread."""
    threads = threading.active_count()

    with feed(lambda: itertools.repeat(b"x" * 1000)) as server:
        held = socket.create_connection(server.address, timeout=10)
        held.recv(1)
        gone = socket.create_connection(server.address, timeout=10)
        gone.recv(1)
        reset(gone)
    held.close()
    assert threading.active_count() == threads and server.finished == 0
