"""A recorded resolver: names are looked up in a table, and nobody is asked.

    {"pier.test": ["2001:db8::7", "192.0.2.7"], "gone.test": "EAI_NONAME", "busy.test": "EAI_AGAIN"}

A name has its addresses in the order in which the resolver gives them (one that is listed twice is given twice), or the
error of getaddrinfo(3) that a lookup ends in. What family, type, proto and flags make of an address is left to the real
function, which is asked about each as a number, and about every host that is one. No other name is known, not even
`localhost`.

What differs: the machine counts as having both families (AI_ADDRCONFIG), services are only those of `SERVICES`, and the
texts of errors are musl's on every system, for a text is nothing to rely on.
"""

from __future__ import annotations

import _socket
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    Table = dict[str, list[str] | str]

SERVICES: dict[str, dict[str, int]] = {
    "ftp": {"tcp": 21}, "ssh": {"tcp": 22}, "smtp": {"tcp": 25}, "domain": {"tcp": 53, "udp": 53}, "tftp": {"udp": 69},
    "http": {"tcp": 80}, "pop3": {"tcp": 110}, "nntp": {"tcp": 119}, "ntp": {"udp": 123}, "imap2": {"tcp": 143},
    "https": {"tcp": 443}, "imaps": {"tcp": 993}, "pop3s": {"tcp": 995},
}  # fmt: skip
"""The ports of services by protocol, as every system's table has them."""

TEXTS = {
    "EAI_NONAME": "Name does not resolve",
    "EAI_AGAIN": "Try again",
    "EAI_FAIL": "Non-recoverable error",
    "EAI_NODATA": "Name has no usable address",
    "EAI_SERVICE": "Unrecognized service",
}
"""What is said of each error."""

_real = socket.getaddrinfo
_real_getnameinfo = socket.getnameinfo
_FAMILIES = (socket.AF_INET, socket.AF_INET6)
_PROTOCOLS = {socket.SOCK_STREAM: "tcp", socket.SOCK_DGRAM: "udp"}
_CANONNAME, _NUMERICHOST, _NUMERICSERV = socket.AI_CANONNAME, socket.AI_NUMERICHOST, socket.AI_NUMERICSERV
_ADDRCONFIG = socket.AI_ADDRCONFIG
_V4MAPPED, _ALL = getattr(socket, "AI_V4MAPPED", 0), getattr(socket, "AI_ALL", 0)


def install(table: Table) -> None:
    """Replace what looks up names: the functions of `socket`, and the methods of sockets that are given an address."""
    resolver = Resolver(table)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo"):
        setattr(socket, name, getattr(resolver, name))
    for name in ("connect", "connect_ex", "bind", "sendto"):
        setattr(socket.socket, name, resolver.method(name))
    socket.getservbyname, socket.getservbyport = port_of, service_at


def checked(table: Table) -> Table:
    """The table itself. Raises `ValueError` for what is neither addresses nor an error."""
    for name, answer in table.items():
        if not (answer in TEXTS if isinstance(answer, str) else answer and all(map(_is_number, answer))):
            raise ValueError(f"{name} needs a list of numeric addresses, or one of {', '.join(TEXTS)}, not {answer!r}")
    return table


class Resolver:
    """The functions of the module `socket` that look up names, over one table."""

    def __init__(self, table: Table) -> None:
        self.table = {name.lower(): answer for name, answer in table.items()}

    def getaddrinfo(
        self, host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> list[tuple[Any, ...]]:
        """As getaddrinfo(3). Raises `socket.gaierror`."""
        service = _text(port) if isinstance(port, str | bytes) and not port.isdigit() else None
        if service is not None and flags & _NUMERICSERV:
            _fail("EAI_NONAME")
        is_name = isinstance(host, str | bytes) and (self._answer(host) is not None or not _is_number(host))
        if not is_name:
            found = _real(host, 0 if service else port, family, type, proto, flags & ~_ADDRCONFIG)
        else:
            found = []
            for address in self._addresses(host, family, flags):
                rest = flags & ~(_ADDRCONFIG | _CANONNAME) | _NUMERICHOST
                found += _real(address, 0 if service else port, family, type, proto, rest)
            if flags & _CANONNAME:
                found[0] = (*found[0][:3], _text(host), found[0][4])
        return found if service is None else _at_service(found, service)

    def _answer(self, host: Any) -> list[str] | str | None:
        return self.table.get(_text(host).lower().removesuffix("."))

    def _addresses(self, host: Any, family: int, flags: int) -> list[str]:
        """The addresses of a name that are of that family, or can be mapped to it."""
        answer = self._answer(host)
        if answer is None or flags & _NUMERICHOST:
            _fail("EAI_NONAME")
        if isinstance(answer, str):
            _fail(answer)
        if family not in _FAMILIES:
            return answer
        found = [address for address in answer if _family(address) == family]
        if family == socket.AF_INET6 and flags & _V4MAPPED and (flags & _ALL or not found):
            found += [address for address in answer if _family(address) == socket.AF_INET]
        return found or _fail("EAI_NODATA")

    def gethostbyname(self, hostname: Any) -> str:
        """The first IPv4 address: it knows no others."""
        return str(self.gethostbyname_ex(hostname)[2][0])

    def gethostbyname_ex(self, hostname: Any) -> tuple[str, list[str], list[str]]:
        """The name, no aliases, and the IPv4 addresses."""
        found = self.getaddrinfo(hostname, None, socket.AF_INET, socket.SOCK_STREAM)
        return _text(hostname), [], [sockaddr[0] for *_, sockaddr in found]

    def gethostbyaddr(self, ip_address: Any) -> tuple[str, list[str], list[str]]:
        """The name that the table has for an address. Raises `socket.herror` if it has none."""
        address = self.getaddrinfo(ip_address, None, 0, socket.SOCK_STREAM)[0][4][0]
        if (name := self._name_of(address)) is None:
            raise socket.herror(1, "Unknown host")
        return name, [], [address]

    def getnameinfo(self, sockaddr: Any, flags: int) -> tuple[str, str]:
        """As getnameinfo(3)."""
        host, port = _real_getnameinfo(sockaddr, flags | socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
        if not flags & socket.NI_NUMERICHOST:
            name = self._name_of(host)
            host = name or (_fail("EAI_NONAME") if flags & socket.NI_NAMEREQD else host)
        if not flags & socket.NI_NUMERICSERV:
            protocol = "udp" if flags & socket.NI_DGRAM else "tcp"
            port = next((name for name, ports in SERVICES.items() if str(ports.get(protocol)) == port), port)
        return host, port

    def _name_of(self, address: str) -> str | None:
        return next((name for name, answer in self.table.items() if address in answer), None)

    def method(self, name: str) -> Callable[..., Any]:
        """The method of sockets with this name, whose last argument is an address that may hold a name."""
        native = getattr(_socket.socket, name)

        def call(sock: socket.socket, *arguments: Any) -> Any:
            *others, address = arguments or (None,)
            if sock.family in _FAMILIES and isinstance(address, tuple) and self._is_name(address[0] if address else ""):
                found = self.getaddrinfo(address[0], None, sock.family, socket.SOCK_STREAM)
                arguments = (*others, (found[0][4][0], *address[1:]))
            return native(sock, *arguments)

        call.__name__ = name
        return call

    def _is_name(self, host: Any) -> bool:
        return isinstance(host, str | bytes) and _text(host) not in ("", "<broadcast>") and not _is_number(host)


def port_of(servicename: str, protocolname: str | None = None, /) -> int:
    """As getservbyname(3). Raises `OSError`."""
    ports = SERVICES.get(servicename, {})
    if not ports or protocolname not in (None, *ports):
        raise OSError("service/proto not found")
    return ports[protocolname or next(iter(ports))]


def service_at(port: int, protocolname: str | None = None, /) -> str:
    """As getservbyport(3). Raises `OSError`."""
    for name, ports in SERVICES.items():
        if any(each == port and protocolname in (None, protocol) for protocol, each in ports.items()):
            return name
    raise OSError("port/proto not found")


def _at_service(found: list[tuple[Any, ...]], service: str) -> list[tuple[Any, ...]]:
    """The answers whose protocol has that service, at its port."""
    ports = SERVICES.get(service, {})
    here = [
        (family, kind, proto, name, (address, ports[_PROTOCOLS[kind]], *rest))
        for family, kind, proto, name, (address, _, *rest) in found
        if _PROTOCOLS.get(kind) in ports
    ]
    return here or _fail("EAI_SERVICE")


def _fail(error: str) -> NoReturn:
    raise socket.gaierror(getattr(socket, error, socket.EAI_NONAME), TEXTS[error])


def _text(name: Any) -> str:
    """As text. Raises `UnicodeError` for a name that no resolver would be asked for, as the real functions do."""
    return (name.encode("idna") if isinstance(name, str) else bytes(name)).decode("ascii", "surrogateescape")


def _is_number(host: Any) -> bool:
    """The host is an address, short forms and zones included. The real function must not be asked: it is watched."""
    text = _text(host)
    try:
        socket.inet_pton(socket.AF_INET6, text.partition("%")[0]) if ":" in text else socket.inet_aton(text)
    except (OSError, ValueError):
        return False
    return True


def _family(address: str) -> int:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
