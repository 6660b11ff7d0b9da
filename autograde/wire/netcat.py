"""`autograde nc`: a conversation by hand with whoever listens, or with the first who comes.

Standard input goes to the socket and the socket to standard output, byte for byte, both at once. When the input ends,
the sending direction is half-closed and the answer still read; when the other side ends, the program does so too, a
moment later. On a terminal what arrives is marked with `←` and notices tell what happens; in a pipe there is nothing
but the bytes.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import ssl
import sys
import threading
from collections.abc import Sequence

from .netcat_screen import NobodyReads, Screen
from .netcat_tls import TlsConnection, UnannouncedEnd, tls_sentence

PIECE = 65536

INTERRUPTED = 130

LAST_WORDS = 0.3
"""Seconds in which input that was there before the other side ended still goes out: it may have only half-closed."""

Stream = socket.socket | TlsConnection


def netcat(
    host: str,
    port: int,
    *,
    listen: bool = False,
    crlf: bool = False,
    hexed: bool = False,
    context: ssl.SSLContext | None = None,
) -> int:
    """Talk until the other side ends; returns the exit status: 0, 1 after a failure, 130 after Ctrl-C.

    `listen` waits for one connection at that address instead of making one; port 0 lets the system choose. `crlf` sends
    each line end as CR LF, as HTTP and mail servers want it. `hexed` shows both directions in hexadecimal. With a
    `context` the conversation is inside TLS; when connecting, `host` is the name that the certificate must speak for.
    """
    screen = Screen(hexed=hexed)
    try:
        with _connection(host, port, listen, screen) as sock:
            stream = sock if context is None else _secure(sock, context, None if listen else host, screen)
            screen.notice("connected; the end of your input (Ctrl-D) ends your side")
            return _talk(stream, crlf, screen)
    except KeyboardInterrupt:
        return INTERRUPTED
    except NobodyReads:
        return 0
    except UnicodeError:  # a name with an empty or endless part does not get as far as the resolver
        error: Exception = socket.gaierror()
    except (OSError, EOFError) as caught:
        error = caught
    screen.tell(sentence(error, host, port, listen))
    return 1


def _connection(host: str, port: int, listen: bool, screen: Screen) -> socket.socket:
    if not listen:
        return socket.create_connection((host, port))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        screen.tell("listening at " + place(listener.getsockname()))
        sock, caller = listener.accept()
        screen.tell("connected from " + place(caller))
        return sock


def _secure(sock: socket.socket, context: ssl.SSLContext, name: str | None, screen: Screen) -> TlsConnection:
    stream = TlsConnection(sock, context, name)
    version = stream.handshake()
    is_open = name is not None and context.verify_mode is ssl.CERT_NONE
    screen.notice(version + ("; the certificate was not checked: this can be anybody" if is_open else ""))
    return stream


def _talk(stream: Stream, crlf: bool, screen: Screen) -> int:
    failures: list[OSError] = []
    sender = threading.Thread(target=_send_input, args=(stream, crlf, screen, failures), daemon=True)
    sender.start()
    try:
        while data := stream.recv(PIECE):
            screen.arrives(data)
    except OSError as error:
        failures.insert(0, error)
    if failures:
        raise failures[0]
    sender.join(LAST_WORDS)
    with contextlib.suppress(OSError):
        stream.shutdown(socket.SHUT_WR)  # where the input has not ended, the other side may be waiting for this
    screen.notice("the other side has ended")
    return 0


def _send_input(stream: Stream, crlf: bool, screen: Screen, failures: list[OSError]) -> None:
    """Read the descriptor itself: a thread inside `sys.stdin` would hold its lock while the interpreter ends."""
    after_cr = False
    try:
        while data := os.read(sys.stdin.fileno(), PIECE):
            screen.leaves(data)
            stream.sendall(_with_crlf(data, after_cr) if crlf else data)
            after_cr = data.endswith(b"\r")
        screen.notice("your side has ended; waiting for the rest")
        stream.shutdown(socket.SHUT_WR)
    except OSError as error:
        # The other side may simply have ended first; then its reader has, or will have, the last word.
        if isinstance(error, ConnectionResetError):
            failures.append(error)


def _with_crlf(data: bytes, after_cr: bool) -> bytes:
    """LF becomes CR LF unless its CR is already there, even as the last byte of the piece before."""
    before = b"\r" if after_cr else b""
    return re.sub(rb"(?<!\r)\n", b"\r\n", before + data)[len(before) :]


def place(address: Sequence[object]) -> str:
    """An address of the system's in words."""
    return f"{address[0]} port {address[1]}"


def sentence(error: Exception, host: str, port: int, listen: bool) -> str:
    """What went wrong, and what to try."""
    where = f"{host} port {port}"
    match error:
        case UnannouncedEnd():
            return "The other side ended without TLS's notice of the end, so what came may be cut off."
        case ssl.SSLError() | EOFError():
            return tls_sentence(error, where)
        case ConnectionRefusedError():
            return f"Nobody listens at {where}: the connection was refused. Is the server running, and the port right?"
        case ConnectionResetError() | BrokenPipeError():
            return "The other side reset the connection: it aborted instead of ending."
        case socket.gaierror():
            return f"The name {host!r} is not known here. Check its spelling, or use a number such as 127.0.0.1."
        case TimeoutError():
            return f"No answer from {where}: the connection timed out."
    reason = getattr(error, "strerror", None)
    if listen:
        return f"Cannot listen at {where}: {reason}. Choose another port, or 0 for any that is free."
    return f"Cannot connect to {where}: {reason}."


__all__ = ["INTERRUPTED", "netcat", "place", "sentence"]
