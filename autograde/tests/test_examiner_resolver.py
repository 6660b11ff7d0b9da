"""The recorded resolver: whatever looks up a name in the student's process finds it in the table of the check."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from autograde.examiner.examinee.limits import describe
from autograde.examiner.examinee.resolver import SERVICES
from autograde.tests.examined import examined

SIX, FOUR = "2001:db8::7", "192.0.2.7"
NAMES: dict[str, list[str] | str] = {
    "both.test": [SIX, FOUR],
    "four.test": [FOUR, "192.0.2.8", FOUR],
    "here.test": ["::1", "127.0.0.1"],
    "gone.test": "EAI_NONAME",
    "busy.test": "EAI_AGAIN",
}
STREAM, DGRAM, RAW = int(socket.SOCK_STREAM), int(socket.SOCK_DGRAM), int(socket.SOCK_RAW)

CELL = """
    import asyncio, socket
    from socket import getaddrinfo

    def look_up(*args, **kwargs):
        return [(kind, sockaddr) for _, kind, _, _, sockaddr in getaddrinfo(*args, **kwargs)]

    def canonical(host):
        return [name for _, _, _, name, _ in getaddrinfo(host, 80, flags=socket.AI_CANONNAME)]

    def call(name, *args):
        return getattr(socket, name)(*args)

    def connect_in_every_way(host, port):
        socket.create_connection((host, port)).close()
        for connect in (socket.socket.connect, socket.socket.connect_ex):
            with socket.socket() as sock:
                assert not connect(sock, (host, port))
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.bind((host, 0))
            sock.sendto(b"x", sock.getsockname())
            sock.sendto(b"y", 0, (host, sock.getsockname()[1]))
            return sock.recv(9) + sock.recv(9)

    def look_up_in_a_loop(host):
        async def ask():
            return len(await asyncio.get_running_loop().getaddrinfo(host, 80))
        return asyncio.run(ask())
"""


def looked_up(*args: Any, **kwargs: Any) -> Any:
    """What getaddrinfo gives in a process with that resolver, as (type, address) pairs."""
    with examined(CELL) as submitted, submitted("look_up").limits(resolver=NAMES):
        return submitted("look_up")(*args, **kwargs)


def called(name: str, *args: Any) -> Any:
    """What a function of the module `socket` gives in such a process."""
    with examined(CELL) as submitted, submitted("call").limits(resolver=NAMES):
        return submitted("call")(name, *args)


def test_every_address_comes_once_for_each_type_of_socket() -> None:
    """As getaddrinfo(3) does when it is asked for no type: in the table's order, IPv6 with four parts."""
    every_type = [(kind, (SIX, 80, 0, 0)) for kind in (STREAM, DGRAM, RAW)]
    assert looked_up("both.test", 80) == every_type + [(kind, (FOUR, 80)) for kind in (STREAM, DGRAM, RAW)]
    assert looked_up("BOTH.test.", 80, proto=socket.IPPROTO_UDP) == [(DGRAM, (SIX, 80, 0, 0)), (DGRAM, (FOUR, 80))]


def test_what_is_listed_twice_is_given_twice() -> None:
    """A resolver does not tidy up for its callers."""
    found = looked_up(b"four.test", "80", type=socket.SOCK_STREAM)
    assert found == [(STREAM, (FOUR, 80)), (STREAM, ("192.0.2.8", 80)), (STREAM, (FOUR, 80))]


@pytest.mark.parametrize(
    ("family", "flags", "hosts"),
    [
        (socket.AF_INET, 0, [FOUR]),
        (socket.AF_INET6, 0, [SIX]),
        (socket.AF_INET6, socket.AI_V4MAPPED, [SIX]),
        (socket.AF_INET6, socket.AI_V4MAPPED | socket.AI_ALL, [SIX, f"::ffff:{FOUR}"]),
        (0, socket.AI_ADDRCONFIG, [SIX, FOUR]),
    ],
)
def test_family_and_flags_are_heeded(family: int, flags: int, hosts: list[str]) -> None:
    """Only the addresses of the wanted family, and IPv4 in the clothes of IPv6 where that is asked for."""
    found = looked_up("both.test", 80, family, socket.SOCK_STREAM, 0, flags)
    assert [sockaddr[0] for _, sockaddr in found] == hosts


def test_a_canonical_name_comes_with_the_first_answer() -> None:
    """With AI_CANONNAME; the others have none."""
    with examined(CELL) as submitted, submitted("canonical").limits(resolver=NAMES):
        assert submitted("canonical")("both.test") == ["both.test", "", "", "", "", ""]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("gone.test", 80), socket.EAI_NONAME),
        (("never-heard-of.test", 80), socket.EAI_NONAME),
        (("localhost", 80), socket.EAI_NONAME),
        (("busy.test", 80), socket.EAI_AGAIN),
        (("four.test", 80, socket.AF_INET6), getattr(socket, "EAI_NODATA", socket.EAI_NONAME)),
        (("both.test", 80, 0, 0, 0, socket.AI_NUMERICHOST), socket.EAI_NONAME),
        (("both.test", "http", 0, 0, 0, socket.AI_NUMERICSERV), socket.EAI_NONAME),
        (("both.test", "no such service"), socket.EAI_SERVICE),
        (("both.test", "http", 0, socket.SOCK_DGRAM), socket.EAI_SERVICE),
    ],
)
def test_lookups_fail_as_they_do(args: tuple[Any, ...], error: int) -> None:
    """The class and the number of an error are those of every system, its text is not this one's."""
    with pytest.raises(socket.gaierror) as caught:
        looked_up(*args)
    assert caught.value.errno == error
    assert "not known" not in str(caught.value)


def test_a_name_that_cannot_be_one_is_a_unicode_error() -> None:
    """As Python says of a label of more than 63 characters."""
    with pytest.raises(UnicodeError):
        looked_up("a" * 64 + ".test", 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "::1", None, b"192.0.2.1"])
@pytest.mark.parametrize("port", [80, "80", "http"])
def test_hosts_that_are_numbers_are_what_they_always_are(host: Any, port: Any) -> None:
    """The same answers as without a resolver; the service comes from a table."""
    real = socket.getaddrinfo(host, 80 if port == "http" else port, type=STREAM)
    assert looked_up(host, port, type=STREAM) == [(STREAM, sockaddr) for *_, sockaddr in real]


def test_services_have_their_ports() -> None:
    """One answer for each protocol that has the service."""
    assert looked_up("four.test", "domain")[:2] == [(STREAM, (FOUR, 53)), (DGRAM, (FOUR, 53))]
    assert looked_up("127.0.0.1", "ntp") == [(DGRAM, ("127.0.0.1", 123))]
    assert called("getservbyname", "https") == 443 and called("getservbyport", 25, "tcp") == "smtp"
    for service in SERVICES:
        with pytest.raises(OSError, match="not found"):
            called("getservbyname", service, "sctp")


def test_the_old_functions_know_ipv4_only() -> None:
    """gethostbyname(3) has no IPv6 to give, and says so."""
    assert called("gethostbyname", "both.test") == FOUR
    assert called("gethostbyname_ex", "four.test") == ("four.test", [], [FOUR, "192.0.2.8", FOUR])
    with pytest.raises(socket.gaierror):
        called("gethostbyname", "::1")
    with pytest.raises(socket.gaierror):
        called("gethostbyname", "gone.test")


def test_addresses_lead_back_to_names() -> None:
    """What the table has; else a number, or an error for who insists on a name."""
    assert called("gethostbyaddr", SIX) == ("both.test", [], [SIX])
    assert called("getnameinfo", (FOUR, 80), 0) == ("both.test", "http")
    assert called("getnameinfo", ("127.0.0.9", 4711), 0) == ("127.0.0.9", "4711")
    with pytest.raises(socket.herror):
        called("gethostbyaddr", "127.0.0.9")
    with pytest.raises(socket.gaierror):
        called("getnameinfo", ("127.0.0.9", 80), socket.NI_NAMEREQD)


def test_whoever_connects_by_name_asks_the_table() -> None:
    """Sockets look names up themselves: by their own family, so an IPv4 socket finds the IPv4 address."""
    with socket.create_server(("127.0.0.1", 0)) as listener, examined(CELL) as submitted:
        connect = submitted("connect_in_every_way")
        with connect.limits(resolver=NAMES), connect.leaves_nothing_behind():
            assert connect("here.test", listener.getsockname()[1]) == b"xy"
        with connect.limits(resolver=NAMES), pytest.raises(socket.gaierror):
            connect("gone.test", 80)


def test_asyncio_asks_the_table_too() -> None:
    """Its loops call getaddrinfo in a thread."""
    with examined(CELL) as submitted, submitted("look_up_in_a_loop").limits(resolver=NAMES):
        assert submitted("look_up_in_a_loop")("both.test") == 6


def test_the_table_is_told_and_checked() -> None:
    """A story says what the resolver answers; what is no address is the author's mistake."""
    (sentence,) = describe({"resolver": {"many.test": ["::1"] * 9, **NAMES}})
    assert "many.test is ::1, ::1, ::1 and 6 more; both.test is 2001:db8::7, 192.0.2.7" in sentence
    assert "gone.test gives EAI_NONAME (“Name does not resolve”)" in sentence
    for wrong in (["pier"], [], "EAI_NOTHING"):
        with pytest.raises(ValueError, match=r"x\.test needs a list of numeric addresses"):
            describe({"resolver": {"x.test": wrong}})
