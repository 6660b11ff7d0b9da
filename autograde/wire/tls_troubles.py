"""What went wrong in TLS, in words that follow "the other side …".

OpenSSL says why it failed in codes; these tables turn the ones that people meet into clauses. They are shared by the
servers' records and by what the course's netcat says.
"""

from __future__ import annotations

import re
import ssl

CERTIFICATE = {
    9: "is not valid yet",
    10: "has expired",
    18: "is signed by nobody but itself",
    19: "is signed by an authority that is not trusted here",
    20: "is signed by an authority that is not known here",
    21: "is signed by an authority that is not known here",
    26: "is not meant for this purpose",
    62: "speaks for another name",
    64: "speaks for another address",
}
"""Why a certificate was refused, by its verify code (openssl-verification-options(1), "X509_V_ERR_…")."""

REASONS = {
    "HTTP_REQUEST": "sent plain HTTP instead of TLS",
    "NO_SHARED_CIPHER": "offered no way of encryption that is known here",
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "showed no certificate, and must have one",
    "RECORD_LAYER_FAILURE": "sent what is no TLS",
    "UNEXPECTED_EOF_WHILE_READING": "hung up",
    "UNSUPPORTED_PROTOCOL": "offered no version of TLS that is allowed here",
    "WRONG_VERSION_NUMBER": "sent what is no TLS, or none of this version",
}
"""What the other side did, by OpenSSL's name of the error."""

ALERTS = {
    "bad_certificate": "it found something wrong with the certificate, most often its name",
    "certificate_expired": "it found the certificate expired",
    "certificate_required": "it wants a certificate of its client, and got none",
    "decrypt_error": "a signature did not fit",
    "handshake_failure": "no agreement; it may want a certificate of its client",
    "protocol_version": "it does not speak the version of TLS that it was offered",
    "unknown_ca": "it does not know who signed the certificate",
    "unrecognized_name": "it does not go by the name that it was called by",
    "unsupported_certificate": "it found the certificate not meant for this purpose",
}
"""What alerts mean that the other side sent (RFC 8446, section 6.2)."""


def alert_in(error: BaseException) -> str:
    """The alert that the other side sent, by its name in RFC 8446, such as "unknown_ca"; "" if it sent none."""
    match = re.fullmatch(r"(?:SSLV3|TLSV1|TLSV13)_(?:ALERT_)?([A-Z_]+)", getattr(error, "reason", None) or "")
    return match[1].lower() if match else ""


def tls_trouble(error: BaseException) -> str:
    """What went wrong, as a clause about the other side: "showed a certificate that has expired"."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"showed a certificate that {CERTIFICATE.get(error.verify_code, f'fails: {error.verify_message}')}"
    if alert := alert_in(error):
        return f"sent the alert {alert}" + (f": {ALERTS[alert]}" if alert in ALERTS else "")
    if isinstance(error, EOFError | ssl.SSLEOFError):
        return "hung up"
    if isinstance(error, ConnectionRefusedError):
        return "refused the connection"
    if isinstance(error, ConnectionError):
        return "reset the connection"
    if isinstance(error, TimeoutError):
        return "said nothing more"
    reason = getattr(error, "reason", None) or str(error)
    return REASONS.get(reason, f"made OpenSSL say: {reason.lower().replace('_', ' ')}")


__all__ = ["ALERTS", "CERTIFICATE", "REASONS", "alert_in", "tls_trouble"]
