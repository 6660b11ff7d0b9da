"""Asks in an event loop, and takes the bytes apart with struct alone."""

# %% answer-resolve
import asyncio
import socket


def resolve(host, port, *, family="any"):
    async def ask():
        loop = asyncio.get_running_loop()
        wanted = getattr(socket, {"any": "AF_UNSPEC", "ipv4": "AF_INET", "ipv6": "AF_INET6"}[family])
        return await loop.getaddrinfo(host, port, family=wanted, proto=socket.IPPROTO_TCP)

    try:
        answers = asyncio.run(ask())
    except OSError as error:
        raise LookupError(f"cannot find {host!r} ({error})") from None
    unique = dict.fromkeys((answer[0].name, *answer[4][:2]) for answer in answers)
    return [
        {"port": number, "address": address, "family": {"AF_INET": "ipv4", "AF_INET6": "ipv6"}[name]}
        for name, address, number in unique
    ]


# %% answer-pack-endpoint
import socket
import struct


def pack_endpoint(address, port):
    if isinstance(port, bool) or port not in range(65536):
        raise ValueError("a port is a number from 0 to 65535")
    tag, family = (6, socket.AF_INET6) if ":" in address else (4, socket.AF_INET)
    try:
        raw = socket.inet_pton(family, address)
    except OSError as error:
        raise ValueError(str(error)) from error
    return struct.pack(f"!B{len(raw)}sH", tag, raw, port)


# %% answer-unpack-endpoint
import socket
import struct


def unpack_endpoint(data):
    for tag, layout, family in ((4, "!B4sH", socket.AF_INET), (6, "!B16sH", socket.AF_INET6)):
        try:
            found, raw, port = struct.unpack(layout, data)
        except struct.error:
            continue
        if found == tag:
            return socket.inet_ntop(family, raw), port
    raise ValueError("this is no endpoint")
