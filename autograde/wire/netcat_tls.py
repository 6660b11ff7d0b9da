"""TLS for the course's netcat: a connection that one thread reads and another writes, and what to do when it fails.

OpenSSL works on bytes in memory, under a lock that nobody holds while waiting for the network.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading

from .tls_memory import PIECE, TlsMemory
from .tls_troubles import tls_trouble

AT_ONCE = 0.5
"""Seconds that an end waits for what is being sent."""

ADVICE = {
    9: "Is the clock of this machine right?",
    10: "If the clock of this machine is right, whoever runs the server has to renew it.",
    18: "If you know whose it is, trust it with --cafile FILE.",
    19: "If you know who signed it, trust that with --cafile FILE.",
    20: "If you know who signed it, trust that with --cafile FILE.",
    21: "If you know who signed it, trust that with --cafile FILE.",
    62: "Use the name that it speaks for, if that is whom you want to talk to.",
    64: "Use the name that it speaks for, if that is whom you want to talk to.",
}
"""What to try when a certificate was refused, by its verify code."""


class UnannouncedEnd(OSError):
    """TCP ended without TLS's notice of the end (close_notify), so what came may have been cut off."""


class TlsConnection:
    """TLS on the connected `sock`, with a socket's `recv`, `sendall` and `shutdown`. `name` is a client's server."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, name: str | None = None) -> None:
        self._sock = sock
        self._memory = TlsMemory(context, name)
        self._thinking, self._sending = threading.Lock(), threading.Lock()

    def handshake(self) -> str:
        """Returns the version of TLS. Raises `ssl.SSLError` if it fails, `EOFError` if the other side hangs up."""
        while True:
            try:
                self._memory.handshake()
                return self._memory.tls.version() or ""
            except ssl.SSLWantReadError:
                pass
            finally:  # an alert about what failed is sent, too
                self._flush()
            self._take_more()

    def recv(self, most: int) -> bytes:
        """Plain bytes, b"" after the other side's notice of the end; `UnannouncedEnd` if it left without."""
        while True:
            with contextlib.suppress(ssl.SSLWantReadError), self._thinking:
                return self._memory.read(most)
            try:
                self._take_more()
            except EOFError:
                raise UnannouncedEnd from None

    def sendall(self, data: bytes) -> None:
        """Encrypt `data` and hand all of it to the system."""
        with self._sending:
            with self._thinking:
                self._memory.write(data)
            self._flush()

    def shutdown(self, how: int) -> None:
        """Send nothing more, and say so inside TLS too."""
        if not self._sending.acquire(timeout=AT_ONCE):  # a `sendall` is stuck: there is no good end to be had
            return
        try:
            with self._thinking:
                self._memory.end()
            self._flush()
            self._sock.shutdown(how)
        finally:
            self._sending.release()

    def _flush(self) -> None:
        with self._thinking:
            data = self._memory.leaving()
        if data:
            self._sock.sendall(data)

    def _take_more(self) -> None:
        data = self._sock.recv(PIECE)
        if not data:
            raise EOFError
        with self._thinking:
            self._memory.feed(data)


def client_context(cafile: str | None = None, *, insecure: bool = False) -> ssl.SSLContext:
    """A context that trusts what this system trusts, or `cafile` alone; `insecure` checks nothing.

    Raises `OSError` if the file cannot be read or holds no certificate.
    """
    context = ssl.create_default_context(cafile=cafile)
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def tls_sentence(error: BaseException, where: str) -> str:
    """What is wrong, and what to do."""
    sentences = [f"TLS with {where} failed: the other side {tls_trouble(error)}."]
    if isinstance(error, ssl.SSLCertVerificationError):
        sentences.append(ADVICE.get(error.verify_code, "Tell whoever runs the server."))
        sentences.append("(--insecure talks to it all the same, and then it can be anybody.)")
    elif getattr(error, "reason", None) in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        sentences.append("Does it speak TLS on that port? Try without --tls.")
    return " ".join(sentences)


__all__ = ["TlsConnection", "UnannouncedEnd", "client_context", "tls_sentence"]
