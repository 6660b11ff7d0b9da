"""Every reference server with something to look at in it, for `autograde serve`: by its name, ready to be opened.

    with ExitStack() as stack:
        server = EXHIBITS["smtp"].open(stack)

An exhibit says what it is, and what to type to see it, with {host} and {port} where the address belongs.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from random import Random
from typing import Any

from .hosting import Server

STREAM, DATAGRAM, BOTH, GROUP = "TCP", "UDP", "UDP and TCP", "multicast"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """`kind` is how it is spoken to, `make` builds it (from an `ExitStack` for what it needs), `tries` are commands."""

    summary: str
    make: Callable[[ExitStack], Any]
    tries: tuple[str, ...]
    kind: str = STREAM

    def open(self, stack: ExitStack) -> Server:
        """The running server; it ends with the stack."""
        server: Server = stack.enter_context(self.make(stack))
        return server


def _of(module: str, name: str = "") -> Any:
    """A server's class, imported when it is wanted: the libraries together would take a second."""
    return getattr(import_module(f"autograde.servers.{module}"), name or module)


def _identity(stack: ExitStack) -> Any:
    made = stack.enter_context(_of("certificates")())
    made.cafile  # noqa: B018  # written now, for the client to trust
    return made.identity()


LETTERS = (
    b"From: harbor@loopback.example\r\nTo: student@loopback.example\r\nSubject: Tides\r\n\r\nHigh water at nine.\r\n",
    b"From: crew@loopback.example\r\nTo: student@loopback.example\r\nSubject: Lunch\r\n\r\n.. begins with dots.\r\n",
)
FILES = {"readme.txt": b"Hello from the loopback harbor.\n", "charts/north.txt": b"N 54 10\n"}


def _echo_over_tls(stack: ExitStack) -> Any:
    identity = _identity(stack)
    site = stack.enter_context(_of("site")())
    return _of("tls")(site.address, identity)


EXHIBITS: dict[str, Exhibit] = {
    "web": Exhibit(
        "a web site: files with ranges, forms, redirects, logins, an echo of what it was sent",
        lambda stack: _of("site")(),
        (
            "curl -i http://{host}:{port}/",
            "curl -d name=Ada http://{host}:{port}/echo",
            "autograde nc {host} {port} -C",
        ),
    ),
    "ftp": Exhibit(
        "FTP with both passive modes; user student, password harbor",
        lambda stack: _of("ftp")(FILES, user="student", password="harbor"),
        ("curl -u student:harbor ftp://{host}:{port}/", "curl -u student:harbor ftp://{host}:{port}/readme.txt"),
    ),
    "smtp": Exhibit(
        "a mail server that takes messages in",
        lambda stack: _of("smtp")(),
        (
            "autograde nc {host} {port} -C",
            "curl smtp://{host}:{port} --mail-from a@b.example --mail-rcpt c@d.example -T -",
        ),
    ),
    "pop3": Exhibit(
        "a mailbox to fetch from; user student, password harbor",
        lambda stack: _of("pop3")(LETTERS, users={"student": "harbor"}),
        ("curl -u student:harbor pop3://{host}:{port}/1", "autograde nc {host} {port} -C"),
    ),
    "imap": Exhibit(
        "mailboxes to read where they are; user student, password harbor",
        lambda stack: _of("imap")({"INBOX": LETTERS}, users={"student": "harbor"}),
        ("curl -u student:harbor 'imap://{host}:{port}/INBOX;MAILINDEX=1'", "autograde nc {host} {port} -C"),
    ),
    "dns": Exhibit(
        "names and addresses",
        lambda stack: _of("dns")(),
        ("dig @{host} -p {port} www.loopback.example", "dig @{host} -p {port} +tcp www.loopback.example"),
        BOTH,
    ),
    "tls": Exhibit(
        "the web site behind TLS, with a certificate made for this run",
        _echo_over_tls,
        ("openssl s_client -connect {host}:{port}", "curl -k https://{host}:{port}/"),
    ),
    "xmlrpc": Exhibit(
        "remote functions: add, upper",
        lambda stack: _of("xmlrpc")({"add": lambda a, b: a + b, "upper": str.upper}),
        ("python3 -c 'import xmlrpc.client as x; print(x.ServerProxy(\"http://{host}:{port}/RPC2\").add(1, 2))'",),
    ),
    "websocket": Exhibit(
        "an echo over WebSocket", lambda stack: _of("websocket")(), ("python3 -m websockets ws://{host}:{port}/",)
    ),
    "switch": Exhibit(
        "a network switch's command line, as over Telnet; user student, password harbor",
        lambda stack: _of("switch")(
            {"show clock": "12:00\n", "show version": "Harbor OS 7\n"}, user="student", password="harbor"
        ),
        ("telnet {host} {port}", "autograde nc {host} {port} -C"),
    ),
    "news": Exhibit(
        "articles in dot-terminated blocks",
        lambda stack: _of("news")({"harbor.talk": ["Subject: Tides\n\nHigh water at nine.\n"]}),
        ("autograde nc {host} {port} -C",),
    ),
    "feed": Exhibit(
        "a document as bare bytes",
        lambda stack: _of("feed")(b"id,at\n1,2025-01-01T00:00:00Z\n"),
        ("autograde nc {host} {port}",),
    ),
    "announcer": Exhibit(
        "an announcer in a multicast group, which answers discovery queries",
        lambda stack: _of("announcer")({"name": "printer"}, random=Random()),
        (),
        GROUP,
    ),
}


__all__ = ["BOTH", "DATAGRAM", "EXHIBITS", "GROUP", "STREAM", "Exhibit"]
