"""Certificates for TLS on loopback, made anew in each run: a good one, and every bad one of F29.

    with certificates() as made:
        made.cafile                     # what a client trusts
        made.identity("good")           # .certfile and .keyfile, as `ssl.SSLContext.load_cert_chain` wants them
        made.identity("expired").server_context()

Files live in a folder of their own for the length of the block, and keys in them can be read by their owner only.
"""

from __future__ import annotations

import ssl
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import trustme

KINDS = {
    "good": "speaks for localhost, 127.0.0.1 and ::1, and is signed by the authority that the client trusts",
    "wrong name": "is in order, but speaks for another host",
    "self-signed": "is signed by nobody but itself",
    "expired": "was valid until yesterday",
    "not yet valid": "will be valid from tomorrow on",
    "unknown authority": "is signed by an authority that the client does not know",
    "missing link": "is signed by an authority below the trusted one, whose own certificate the server keeps to itself",
    "wrong purpose": "is in order, but is good for clients only",
    "no key identifier": "does not say which key signed it: Python 3.13's default context objects, 3.12's does not",
    "client": "is in order, and names a person instead of a host",
}
"""Every kind of certificate, and what a client should find; all but "good" and "client" are F29."""

VERSIONS = {
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
"""The versions of TLS that a context can be limited to, by the names that `SSLSocket.version` uses."""


CAFILE = "authority.pem"


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate chain and its key, as files; `kind` is a key of `KINDS`."""

    kind: str
    certfile: str
    keyfile: str

    def server_context(self, client_ca: str | None = None, *, only: str = "") -> ssl.SSLContext:
        """A context that shows this certificate; with `client_ca` it demands one of the client, signed by that.

        `only` limits it to one of `VERSIONS`. Raises `NotImplementedError` if this machine's OpenSSL cannot speak it.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certfile, self.keyfile)
        # TLS 1.3 sends its tickets unasked. A client that never reads would have them in its buffer when it closes, and
        # that turns the close into a reset.
        context.num_tickets = 0
        context.options |= ssl.OP_NO_RENEGOTIATION  # TLS 1.3 has none, and 1.2 does not need it
        if client_ca is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_ca)
        _limit(context, only)
        return context


def client_context(cafile: str, identity: Identity | None = None, *, only: str = "") -> ssl.SSLContext:
    """Python's default context of a client, which trusts `cafile` alone and shows `identity` if it is asked for one."""
    context = ssl.create_default_context(cafile=cafile)
    if identity is not None:
        context.load_cert_chain(identity.certfile, identity.keyfile)
    _limit(context, only)
    return context


def _limit(context: ssl.SSLContext, only: str) -> None:
    if not only:
        return
    if only == "TLSv1.1":
        if not ssl.HAS_TLSv1_1:
            raise NotImplementedError("the OpenSSL of this Python cannot speak TLS 1.1 any more")
        context.set_ciphers("ALL:@SECLEVEL=0")  # what it signs with is below every higher level
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = VERSIONS[only]


def subject_of(certificate: Mapping[str, Any] | None) -> str:
    """Whom a certificate, as `getpeercert` gives it, speaks for: its common name, or else its first other name.

    "" if there is none.
    """
    if not certificate:
        return ""
    for relative in certificate.get("subject", ()):
        for name, value in relative:
            if name == "commonName":
                return str(value)
    return next((str(value) for _, value in certificate.get("subjectAltName", ())), "")


@dataclass
class Certificates:
    """An authority and what it has signed, in `folder`; threads can share it."""

    folder: Path
    _made: dict[str, Identity] = field(default_factory=dict)
    _authority: trustme.CA | None = None
    _making: threading.Lock = field(default_factory=threading.Lock)

    @property
    def cafile(self) -> str:
        """The file with the certificate of the authority that clients are to trust."""
        with self._making:
            self._sign_with()
        return str(self.folder / CAFILE)

    def identity(self, kind: str = "good") -> Identity:
        """The identity of this kind, the same each time. Raises `KeyError` for a kind that `KINDS` does not list."""
        with self._making:
            if KINDS[kind] and kind not in self._made:
                from .issuing import MAKERS

                self._made[kind] = self._write(kind, *MAKERS[kind](self._sign_with()))
            return self._made[kind]

    def _sign_with(self) -> trustme.CA:
        """The authority, made when it is first needed: its libraries take a tenth of a second to import."""
        if self._authority is None:
            from .issuing import new_authority

            self._authority = new_authority()
            self._authority.cert_pem.write_to_path(str(self.folder / CAFILE))
        return self._authority

    def _write(self, kind: str, chain: bytes, key: bytes) -> Identity:
        stem = kind.replace(" ", "-")
        certfile, keyfile = self.folder / f"{stem}.pem", self.folder / f"{stem}.key"
        certfile.write_bytes(chain)
        keyfile.touch(mode=0o600)
        keyfile.write_bytes(key)
        return Identity(kind, str(certfile), str(keyfile))


@contextmanager
def certificates() -> Iterator[Certificates]:
    """F29: a fresh authority, and what it signs or does not, in files that vanish with the block."""
    with tempfile.TemporaryDirectory(prefix="certificates-") as folder:
        yield Certificates(Path(folder))


__all__ = [
    "KINDS", "VERSIONS", "Certificates", "Identity", "certificates", "client_context", "subject_of",
]  # fmt: skip
