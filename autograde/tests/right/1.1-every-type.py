"""Asks for everything and picks what it wants; the errors are classes of its own."""

# %% answer-resolve
from socket import AF_INET, AF_INET6, SOCK_STREAM, gaierror, getaddrinfo


class NoSuchName(LookupError):
    def __init__(self, host, why):
        super().__init__(host, why)


def resolve(host, port, *, family="any"):
    print("resolving", host, port, family)
    try:
        found = getaddrinfo(host, port)
    except gaierror as why:
        raise NoSuchName(host, why.strerror)
    result, seen = [], set()
    for af, kind, *_, sockaddr in found:
        match af:
            case _ if kind != SOCK_STREAM:
                continue
            case x if x == AF_INET and family != "ipv6":
                entry = "ipv4", sockaddr[0], sockaddr[1]
            case x if x == AF_INET6 and family != "ipv4":
                entry = "ipv6", sockaddr[0], sockaddr[1]
            case _:
                continue
        if entry not in seen:
            seen.add(entry)
            result.append(dict(zip(("family", "address", "port"), entry)))
    if not result:
        raise NoSuchName(host, f"no {family} address")
    return result


# %% answer-pack-endpoint
from ipaddress import IPv4Address, IPv6Address


class BadEndpoint(ValueError):
    pass


def pack_endpoint(address: str, port: int) -> bytes:
    if "%" in address:
        raise BadEndpoint(address)
    if not (isinstance(port, int) and not isinstance(port, bool) and 0 <= port < 1 << 16):
        raise BadEndpoint(port)
    tail = bytes((port >> 8, port & 255))
    return b"\x06" + IPv6Address(address).packed + tail if ":" in address else b"\x04" + IPv4Address(address).packed + tail


# %% answer-unpack-endpoint
from ipaddress import IPv4Address, IPv6Address


def unpack_endpoint(data: bytes) -> tuple[str, int]:
    view = memoryview(data)
    if (len(view), bytes(view[:1])) not in ((7, b"\x04"), (19, b"\x06")):
        raise ValueError(f"{len(view)} bytes that begin with {bytes(view[:1])!r}")
    raw = bytes(view[1:-2])
    address = IPv4Address(raw) if len(raw) == 4 else IPv6Address(raw)
    return str(address), (view[-2] << 8) + view[-1]
