"""What a TLS server sees of its clients, and how it learns which name they ask for."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

KEPT = 65536
"""Bytes from each client that are kept."""


@dataclass
class Seen:
    """What the server saw of one connection.

    asked_for   the name that the client wants to talk to (SNI), "" if it named none
    version     "TLSv1.2" or so, once the handshake is done; "" until then, or if it failed
    client      whom the client's certificate speaks for, "" if it showed none
    failure     why the handshake or a later record failed, as a clause about the client: "sent the alert unknown_ca: …"
    alert       the alert that the client sent, by its name in RFC 8446, "" if none
    received    the first `KEPT` plain bytes from the client
    end         how the client ended: "notice", "no notice", "reset", or "" if it has not
    """

    asked_for: str = ""
    version: str = ""
    client: str = ""
    failure: str = ""
    alert: str = ""
    received: bytes = b""
    end: str = ""


class _Named(ssl.SSLObject):
    """One end of TLS that knows the name which its client asked for."""

    asked_for = ""


def _remember(tls: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
    assert isinstance(tls, _Named)
    tls.asked_for = name or ""


def remember_names(context: ssl.SSLContext) -> None:
    """Let every server's end of TLS that is made with this context remember the name that it is called by (SNI)."""
    context.sslobject_class = _Named
    context.sni_callback = _remember


def name_asked_for(tls: ssl.SSLObject) -> str:
    """The name that the client gave, "" if none (yet)."""
    return tls.asked_for if isinstance(tls, _Named) else ""


__all__ = ["KEPT", "Seen", "name_asked_for", "remember_names"]
