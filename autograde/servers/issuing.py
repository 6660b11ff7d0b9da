"""How each kind of certificate is made: trustme signs what is in order, and what it would refuse to make is made here.

    authority = new_authority()
    chain, key = MAKERS["expired"](authority)    # PEM, as a server shows it and as it keeps it

Exactly one thing is wrong with a bad certificate; everything else is as in the good one, so that a client which refuses
it has refused it for that. Keys are on an elliptic curve: making one takes less than a millisecond.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Callable

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

Pair = tuple[bytes, bytes]
"""A certificate chain, the host's own first, and the private key of that one; both PEM."""

NAMES = ("localhost", "127.0.0.1", "::1")
"""The names that certificates of this course speak for."""

PERSON = "student"
"""The common name in the certificate of kind "client"."""

DAY = datetime.timedelta(days=1)


def new_authority(name: str = "Loopback course") -> trustme.CA:
    """An authority that nobody trusts yet."""
    return trustme.CA(organization_name=name)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _pair(issued: trustme.LeafCert) -> Pair:
    return b"".join(blob.bytes() for blob in issued.cert_chain_pems), issued.private_key_pem.bytes()


def _without_intermediate(authority: trustme.CA) -> Pair:
    chain, key = _pair(authority.create_child_ca().issue_cert(*NAMES))
    end = b"-----END CERTIFICATE-----\n"
    return chain[: chain.index(end) + len(end)], key


def _by_hand(
    signer: trustme.CA | None = None,
    *,
    purpose: ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    names_its_signer: bool = True,
) -> Pair:
    """A certificate such as trustme makes none; without a `signer` it is signed with its own key.

    `names_its_signer` is the authority key identifier (RFC 5280, section 4.2.1.1).
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAMES[0])])
    issuer, issuer_key = (subject, key) if signer is None else _signs_as(signer)
    names = [x509.DNSName(NAMES[0]), *(x509.IPAddress(ipaddress.ip_address(name)) for name in NAMES[1:])]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_now() - DAY)
        .not_valid_after(_now() + 9 * DAY)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if names_its_signer:
        named = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        builder = builder.add_extension(named, critical=False)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    certificate = builder.sign(issuer_key, hashes.SHA256())
    return certificate.public_bytes(pem), key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)


def _signs_as(authority: trustme.CA) -> tuple[x509.Name, ec.EllipticCurvePrivateKey]:
    key = serialization.load_pem_private_key(authority.private_key_pem.bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return x509.load_pem_x509_certificate(authority.cert_pem.bytes()).subject, key


MAKERS: dict[str, Callable[[trustme.CA], Pair]] = {
    "good": lambda authority: _pair(authority.issue_cert(*NAMES)),
    "wrong name": lambda authority: _pair(authority.issue_cert("elsewhere.example")),
    "self-signed": lambda authority: _by_hand(),
    "expired": lambda authority: _pair(
        authority.issue_cert(*NAMES, not_before=_now() - 9 * DAY, not_after=_now() - DAY)
    ),
    "not yet valid": lambda authority: _pair(
        authority.issue_cert(*NAMES, not_before=_now() + DAY, not_after=_now() + 9 * DAY)
    ),
    "unknown authority": lambda authority: _pair(new_authority("Nobody knows").issue_cert(*NAMES)),
    "missing link": _without_intermediate,
    "wrong purpose": lambda authority: _by_hand(authority, purpose=ExtendedKeyUsageOID.CLIENT_AUTH),
    "no key identifier": lambda authority: _by_hand(authority, names_its_signer=False),
    "client": lambda authority: _pair(authority.issue_cert(f"{PERSON}@loopback.example", common_name=PERSON)),
}
"""A maker for each kind; what the kinds are is told in `certificates.KINDS`."""

__all__ = ["MAKERS", "NAMES", "PERSON", "Pair", "new_authority"]
