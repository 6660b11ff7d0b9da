"""Keeps the resolver's order by hand, with objects that know how to write themselves."""

# %% answer-resolve
import socket
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Endpoint:
    family: str
    address: str
    port: int

    @classmethod
    def from_answer(cls, answer):
        family, _, _, _, (address, port, *_) = answer
        return cls("ipv6" if family is socket.AF_INET6 else "ipv4", address, port)


def resolve(host, port, *, family="any"):
    hints = {"type": socket.SOCK_STREAM, "flags": socket.AI_ADDRCONFIG}
    if family != "any":
        hints["family"] = socket.AF_INET if family == "ipv4" else socket.AF_INET6
    try:
        answers = socket.getaddrinfo(host, str(port), **hints)
    except socket.gaierror as error:
        raise LookupError(host) from error
    endpoints = map(Endpoint.from_answer, answers)
    return list(map(asdict, dict.fromkeys(endpoints)))


# %% answer-pack-endpoint
import ipaddress


def pack_endpoint(address, port):
    ip = ipaddress.ip_address(address)
    if str(getattr(ip, "scope_id", None) or "") or type(port) is bool:
        raise ValueError
    try:
        return ip.version.to_bytes(1, "big") + ip.packed + port.to_bytes(2, "big")
    except OverflowError as error:
        raise ValueError(f"port {port}") from error


# %% answer-unpack-endpoint
import io
import socket


def unpack_endpoint(data):
    stream = io.BytesIO(data)
    tag = stream.read(1)
    if tag == b"\x04":
        raw, family = stream.read(4), socket.AF_INET
    elif tag == b"\x06":
        raw, family = stream.read(16), socket.AF_INET6
    else:
        raise ValueError("no such tag")
    port = stream.read(2)
    if len(port) < 2 or stream.read(1):
        raise ValueError("not the right length")
    return socket.inet_ntop(family, raw), int.from_bytes(port, "big")
