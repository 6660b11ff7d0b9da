"""Clients for TLS servers that students write: one whole visit in a call, and one that gets stuck in its handshake.

    with certificates() as made:
        visit = dials_tls(address, made.cafile, b"PING\\n", identity=made.identity("client"))
        assert (visit.reply, visit.version) == (b"PONG\\n", "TLSv1.3")
        assert dials_tls(address, made.cafile, b"PING\\n").alert == "certificate_required"
        with stuck_in_handshake(address):
            assert dials_tls(address, made.cafile, …).reply      # the next one must not wait

Nothing is raised for what a server does: it is all in the `Visit`.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ..wire.connection import PATIENCE
from ..wire.party import STUDENT, Address, family_of
from ..wire.tls_memory import PIECE
from ..wire.tls_troubles import alert_in, tls_trouble
from ..wire.transcript import current
from .certificates import Identity, client_context, subject_of

LEAVES = {
    "notice": "with TLS's notice of the end (close_notify), then TCP's",
    "no notice": "with TCP's end only, as if somebody had cut it off (F05)",
    "reset": "with a reset (F25)",
}
"""How a client can leave."""


@dataclass
class Visit:
    """What a client found.

    version    "TLSv1.2" or so, once its handshake was done; "" if it was not
    server     whom the server's certificate speaks for
    reply      the plain bytes that came
    failed_at  "connection", "handshake", "request" or "reply": where something failed; "" if nothing did
    failure    what failed, as a clause about the server: "sent the alert certificate_required: …"
    alert      the alert that the server sent, by its name in RFC 8446, "" if none
    end        how the server ended: "notice", "no notice", "reset", or "" if that was not waited for, or in vain
    """

    version: str = ""
    server: str = ""
    reply: bytes = b""
    failed_at: str = ""
    failure: str = ""
    alert: str = ""
    end: str = ""


def dials_tls(
    address: Address, cafile: str, request: bytes = b"", *, name: str = "localhost", identity: Identity | None = None,
    only: str = "", most: int | None = None, leaves: str = "notice", timeout: float = PATIENCE,
) -> Visit:  # fmt: skip
    """Connect, shake hands, send `request`, read the reply, leave; no wait in it lasts longer than `timeout` seconds.

    The reply is read until the server ends, or until there are `most` bytes of it: 0 is to leave at once. `identity` is
    shown if the server asks; without one nothing is. `only` limits the version, `leaves` is a key of `LEAVES`.

    With TLS 1.3 the client's handshake is done before the server has looked at its certificate: a refusal is only met
    with the reply, and a server may find a reset that follows at once while it is still in its handshake.
    """
    if leaves not in LEAVES:
        raise ValueError(f"no such way to leave: {leaves!r}")
    context = client_context(cafile, identity, only=only)
    visit = Visit(failed_at="connection")
    try:
        with _connected(address, timeout) as raw:
            _visit(visit, raw, context, name, request, most, leaves)
            visit.failed_at = ""
    except (OSError, EOFError) as error:
        visit.failure, visit.alert = tls_trouble(error), alert_in(error)
        if isinstance(error, ConnectionResetError | BrokenPipeError):
            visit.end = "reset"
        current().add("client", "notes", to=STUDENT, text=f"The {visit.failed_at} failed: your code {visit.failure}.")
    return visit


def _connected(address: Address, timeout: float) -> socket.socket:
    current().add("client", "connects", to=STUDENT)
    sock = socket.socket(family_of(address))
    try:
        sock.settimeout(timeout)
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def _visit(
    visit: Visit, raw: socket.socket, context: ssl.SSLContext, name: str, request: bytes, most: int | None, leaves: str
) -> None:
    visit.failed_at = "handshake"
    with context.wrap_socket(raw, server_hostname=name, suppress_ragged_eofs=False) as sock:
        visit.version, visit.server = sock.version() or "", subject_of(sock.getpeercert())
        visit.failed_at = "request"
        try:
            sock.sendall(request)
        except ConnectionError:  # a server that refuses the client may be gone already, but it has said why
            _read_reply(visit, sock, most)
            raise
        visit.failed_at = "reply"
        _read_reply(visit, sock, most)
        if leaves == "notice":
            sock.settimeout(0)
            with contextlib.suppress(OSError):  # the server's own notice, or what it still sends, is not waited for
                sock.unwrap()
        elif leaves == "reset":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _read_reply(visit: Visit, sock: ssl.SSLSocket, most: int | None) -> None:
    while most is None or len(visit.reply) < most:
        try:
            piece = sock.recv(PIECE if most is None else most - len(visit.reply))
        except ssl.SSLEOFError:
            visit.end = "no notice"
            return
        if not piece:
            visit.end = "notice"
            return
        visit.reply += piece


@contextlib.contextmanager
def stuck_in_handshake(address: Address, *, share: float = 0.5, timeout: float = PATIENCE) -> Iterator[socket.socket]:
    """F06: a client that sends only a `share` of its first message (0: nothing, 1: all of it), and then says no more.

    Gives the socket: `recv` on it tells how the server hung up, within `timeout` seconds. It is closed with the block.
    """
    arriving, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(arriving, leaving, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    hello = leaving.read()
    with _connected(address, timeout) as sock:
        sock.sendall(hello[: int(len(hello) * share)])
        current().add("client", "waits", to=STUDENT, text="says nothing more in the middle of its TLS handshake")
        yield sock


__all__ = ["LEAVES", "Visit", "dials_tls", "stuck_in_handshake"]
