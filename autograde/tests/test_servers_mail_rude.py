"""The mail servers among clients that vanish, babble and stay: nothing breaks, nothing is printed, nothing is left."""

from __future__ import annotations

import contextlib
import gc
import logging
import random
import socket
import ssl
import struct
from collections.abc import Callable, Iterator

import pytest

from autograde.servers.certificates import Certificates, certificates
from autograde.servers.imap import imap
from autograde.servers.mail_hosting import STUDENT, MailServer
from autograde.servers.pop3 import pop3
from autograde.servers.smtp import smtp

((USER, PASSWORD),) = STUDENT.items()
BIG = b"Subject: big\r\n\r\n" + b".x\r\n" * 200_000

TALK = {
    "SMTP": b"EHLO x\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nSubject: x\r\n\r\n.y\r\n.\r\nNOOP\r\nQUIT\r\n",
    "POP3": f"USER {USER}\r\nPASS {PASSWORD}\r\nSTAT\r\nRETR 1\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n".encode(),
    "IMAP": f"a LOGIN {USER} {PASSWORD}\r\nb SELECT INBOX\r\nc FETCH 1:* (BODY.PEEK[])\r\nd IDLE\r\nDONE\r\n"
    "e APPEND INBOX {10}\r\n0123456789\r\nf LOGOUT\r\n".encode(),
}
"""A whole session with each, sent without waiting; it is cut anywhere."""

NOISE = (
    b"",
    b"\r\n",
    b"\n",
    b"\xff\xfe\r\n",
    b"\x16\x03\x01\x02\0\x01",
    b"x" * 3000,
    b"* * *\r\n",
    b"STARTTLS\r\nEHLO x\r\n",
)

SERVERS: dict[str, Callable[[Certificates], MailServer]] = {
    "smtp": lambda made: smtp(identity=made.identity(), users=STUDENT, auth_in_clear=True),
    "smtp that is busy": lambda made: smtp(greeting="421 4.3.2 Not now"),
    "smtp with TLS": lambda made: smtp(identity=made.identity(), tls_from_start=True),
    "pop3": lambda made: pop3([BIG]),
    "pop3 with TLS": lambda made: pop3([BIG], identity=made.identity()),
    "imap": lambda made: imap({"INBOX": [BIG]}),
    "imap with TLS": lambda made: imap({"INBOX": [BIG]}, identity=made.identity()),
}

pytestmark = pytest.mark.usefixtures("nothing_remains")


@pytest.fixture(scope="module", autouse=True)
def made() -> Iterator[Certificates]:
    """Certificates that the clients here trust; and each server's library is imported before anything is counted."""
    with certificates() as made:
        for server in SERVERS.values():
            with server(made):
                pass
        yield made


@pytest.fixture(autouse=True)
def nothing_is_printed(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Neither on a stream nor in a log; nor is something found open by the garbage collector, which would warn."""
    with caplog.at_level(logging.DEBUG):
        yield
        gc.collect()
    assert capfd.readouterr() == ("", "")
    assert [record.getMessage() for record in caplog.get_records("call")] == []


def connected(server: MailServer, made: Certificates, *, tls: bool) -> socket.socket:
    """A client's connection that reads little at a time."""
    sock = socket.create_connection(server.address, timeout=5)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    if tls:
        sock = ssl.create_default_context(cafile=made.cafile).wrap_socket(sock, server_hostname="localhost")
    sock.settimeout(0.05)
    return sock


def say(sock: socket.socket, words: bytes) -> None:
    """As much of it as the server takes without being read."""
    with contextlib.suppress(OSError):
        sock.sendall(words)


def reset(sock: socket.socket) -> None:
    """Abort the connection."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def half_close(sock: socket.socket) -> None:
    """Say that nothing more will be sent, and stay."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_WR)


LEAVE: dict[str, Callable[[socket.socket], object]] = {
    "hangs up": socket.socket.close, "resets": reset, "half-closes": half_close, "stays": socket.socket.fileno,
}  # fmt: skip


@pytest.mark.parametrize("kind", SERVERS)
def test_a_client_may_leave_anywhere_in_its_session(kind: str, made: Certificates) -> None:
    """In the middle of a command, of a message, of a fetch that it does not read: the block ends all the same."""
    rng = random.Random(kind)
    with SERVERS[kind](made) as server:
        talk, socks = TALK[server.name], []
        for leave in LEAVE.values():
            for end in [0, 3, len(talk), *rng.sample(range(len(talk)), 4)]:
                sock = connected(server, made, tls="TLS" in kind)
                socks.append(sock)
                say(sock, talk[:end])
                leave(sock)
    for sock in socks:
        sock.close()


@pytest.mark.parametrize("kind", SERVERS)
def test_a_client_may_babble(kind: str, made: Certificates) -> None:
    """Commands in any order with noise between them, in plain text to a server that expects TLS too."""
    rng = random.Random(1)
    with SERVERS[kind](made) as server:
        lines = [line + b"\r\n" for line in TALK[server.name].split(b"\r\n")[:-1]]
        socks = [connected(server, made, tls="TLS" in kind and rng.random() < 0.5) for _ in range(8)]
        for sock in socks:
            say(sock, b"".join(rng.choices([*lines, *NOISE], k=rng.randint(1, 25))))
            LEAVE[rng.choice(list(LEAVE))](sock)
    for sock in socks:
        sock.close()


@pytest.mark.parametrize("kind", SERVERS)
def test_clients_may_come_as_the_block_ends(kind: str, made: Certificates) -> None:
    """Those who were just being accepted are cut off like the others."""
    for _ in range(5):
        with SERVERS[kind](made) as server:
            socks = [socket.create_connection(server.address, timeout=5) for _ in range(5)]
        for sock in socks:
            sock.close()
