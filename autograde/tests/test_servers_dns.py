"""The DNS server: right answers that independent clients believe, wrong ones on demand, and a record of all queries."""

from __future__ import annotations

import contextlib
import logging
import socket
import struct
from collections.abc import Callable
from itertools import repeat
from random import Random
from typing import Any

import pytest
from twisted.names import dns as twisted_dns

from autograde.servers.dns import ELSEWHERE, RECORDS, REPLIES, dns
from autograde.servers.hostile_dns import KINDS
from autograde.servers.hosting import ServerBroke
from autograde.tests.observers import read_all
from autograde.tests.programs import run_program

NOERROR, FORMERR, SERVFAIL, NXDOMAIN, REFUSED = 0, 1, 2, 3, 5
FORGED = ["192.0.2.66"]
WWW = ["192.0.2.80", "192.0.2.81"]


def query_bytes(name: str, kind: str = "A", ident: int = 7) -> bytes:
    """A query, made by Twisted."""
    message = twisted_dns.Message(ident, recDes=1)
    message.addQuery(b".".join(label.encode("idna") for label in name.split(".")), getattr(twisted_dns, kind))
    data: bytes = message.toStr()
    return data


def parsed(data: bytes) -> Any:
    """A message, read by Twisted."""
    message = twisted_dns.Message()
    message.fromStr(data)
    return message


def ask_raw(server: dns, query: bytes, *, replies: int = 1) -> list[tuple[bytes, tuple[str, int]]]:
    """Send one datagram; what comes back, and from where. Fails if it does not come."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(10)
        client.sendto(query, server.address)
        return [client.recvfrom(65535) for _ in range(replies)]


def ask(server: dns, name: str, kind: str = "A") -> Any:
    """What Twisted reads in the answer over UDP."""
    return parsed(ask_raw(server, query_bytes(name, kind))[0][0])


def exchange(server: dns, *queries: bytes) -> bytes:
    """Everything that the server says over TCP to these queries."""
    with socket.create_connection(server.address, timeout=10) as client:
        for query in queries:
            client.sendall(len(query).to_bytes(2, "big") + query)
        client.shutdown(socket.SHUT_WR)
        return read_all(client)


def addresses(message: Any, owner: str = "www.loopback.example") -> list[str]:
    """The addresses that a message gives for a name."""
    return [record.payload.dottedQuad() for record in message.answers if record.name.name == owner.encode()]


@pytest.mark.drives(client="twisted.names", server="dns", feature="A, AAAA, CNAME, MX, TXT, NS")
@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("www.loopback.example", "A", [socket.inet_aton(address) for address in WWW]),
        ("www.loopback.example", "AAAA", [socket.inet_pton(socket.AF_INET6, "2001:db8::80")]),
        ("web.loopback.example", "CNAME", [b"www.loopback.example"]),
        ("loopback.example", "MX", [(10, b"mail.loopback.example"), (20, b"www.loopback.example")]),
        ("loopback.example", "TXT", [[b"a course", b"in network programming"]]),
        ("loopback.example", "NS", [b"ns.loopback.example"]),
        ("bücher.loopback.example", "A", [socket.inet_aton("192.0.2.90")]),
    ],
)
def test_every_type_of_record_is_read_back_by_another_library(name: str, kind: str, wanted: list[object]) -> None:
    """What was given as plain data arrives."""
    with dns() as server:
        answers = ask(server, name, kind).answers

    read: dict[str, Callable[[Any], object]] = {
        "A": lambda data: data.address,
        "AAAA": lambda data: data.address,
        "MX": lambda data: (data.preference, data.name.name),
        "TXT": lambda data: data.data,
    }
    value: Callable[[Any], object] = read.get(kind, lambda data: data.name.name)
    assert [value(answer.payload) for answer in answers] == wanted


def test_an_answer_is_these_bytes() -> None:
    """The owner is a pointer to the name in the question (RFC 1035, section 4.1.4), worked out by hand."""
    with dns([("a.example", "A", "192.0.2.1")]) as server:
        [(answer, source)] = ask_raw(server, query_bytes("a.example", ident=0x1234))
    question = b"\1a\7example\0" + b"\0\1\0\1"
    head = b"\x12\x34" + b"\x85\x80" + b"\0\1\0\1\0\0\0\0"  # response, authoritative, recursion wanted and available
    assert answer == head + question + b"\xc0\x0c" + b"\0\1\0\1" + struct.pack("!IH", 300, 4) + b"\xc0\0\2\1"
    assert source == server.address


def test_names_inside_records_are_compressed_too() -> None:
    """The alias's target ends in a pointer to where its domain stood first."""
    with dns([("b.a.example", "CNAME", "c.a.example.")]) as server:
        [(answer, _)] = ask_raw(server, query_bytes("b.a.example", "CNAME"))
    assert answer.endswith(b"\0\4" + b"\1c\xc0\x0e")


@pytest.mark.drives(client="twisted.names", server="dns", feature="alias chains and loops")
def test_a_chain_of_aliases_is_told_in_order_with_the_addresses_at_its_end() -> None:
    """old -> older -> web -> www, then the addresses of www."""
    with dns() as server:
        answer = ask(server, "old.loopback.example")
    owners = [record.name.name.split(b".")[0] for record in answer.answers]
    assert owners == [b"old", b"older", b"web", b"www", b"www"] and answer.rCode == NOERROR


def test_a_loop_of_aliases_is_told_once_around() -> None:
    """left -> right -> left, and no further."""
    with dns() as server:
        answer = ask(server, "left.loopback.example")
    assert [record.payload.name.name for record in answer.answers] == [
        b"right.loopback.example",
        b"left.loopback.example",
    ]


@pytest.mark.parametrize(
    ("name", "kind", "code", "answers"),
    [
        ("nowhere.loopback.example", "A", NXDOMAIN, 0),
        ("lost.loopback.example", "A", NXDOMAIN, 1),
        ("mail.loopback.example", "AAAA", NOERROR, 0),
        ("example", "A", NOERROR, 0),
        ("", "NS", NOERROR, 0),
        ("WWW.LoopBack.Example", "A", NOERROR, 2),
    ],
)
def test_names_that_do_not_exist_are_told_from_those_without_such_a_record(
    name: str, kind: str, code: int, answers: int
) -> None:
    """NXDOMAIN also ends a chain of aliases; a name exists if one below it does; letter case does not matter."""
    with dns() as server:
        answer = ask(server, name, kind)
    assert (answer.rCode, len(answer.answers)) == (code, answers)


@pytest.mark.drives(client="twisted.names", server="dns", feature="truncated over UDP, whole over TCP")
def test_an_answer_too_big_for_a_datagram_is_marked_and_told_whole_over_tcp() -> None:
    """At most 512 bytes with TC over UDP; twenty records behind their length over TCP, on the same port."""
    with dns() as server:
        [(short, _)] = ask_raw(server, query_bytes("big.loopback.example", "TXT"))
        whole = exchange(server, query_bytes("big.loopback.example", "TXT"))
    assert len(short) <= 512 and parsed(short).trunc == 1
    assert int.from_bytes(whole[:2], "big") == len(whole) - 2 > 512
    assert parsed(whole[2:]).trunc == 0 and len(parsed(whole[2:]).answers) == 20


def test_a_query_over_tcp_may_come_in_any_pieces() -> None:
    """Two queries, one byte at a time: two answers, in order."""
    queries = [query_bytes("ns.loopback.example", ident=1), query_bytes("mail.loopback.example", ident=2)]
    stream = b"".join(len(query).to_bytes(2, "big") + query for query in queries)
    with dns() as server, socket.create_connection(server.address, timeout=10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(len(stream)):
            client.sendall(stream[i : i + 1])
        client.shutdown(socket.SHUT_WR)
        answers = read_all(client)
    length = int.from_bytes(answers[:2], "big")
    assert parsed(answers[2 : 2 + length]).id == 1 and parsed(answers[4 + length :]).id == 2
    assert [(query.ident, query.over) for query in server.queries] == [(1, "tcp"), (2, "tcp")]


def test_queries_are_recorded_with_all_that_a_check_wants_to_know() -> None:
    """Name, type, identifier, transport, source, the bytes themselves, and what became of them."""
    with dns(script=["silence"]) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        query = query_bytes("www.loopback.example", "MX", ident=4711)
        client.settimeout(10)
        for _ in range(2):
            client.sendto(query, server.address)
        client.recv(512)
        first, second = server.queries
        assert (first.name, first.type, first.ident, first.over) == ("www.loopback.example", "MX", 4711, "udp")
        assert first.source == ("127.0.0.1", client.getsockname()[1]) and first.data == query and not first.problem
        assert (first.replies, second.replies) == (("silence",), ("right",))


def test_wrong_identifier() -> None:
    """Everything is as it should be, but for the identifier and what is told."""
    with dns(script=["wrong identifier"]) as server:
        answer = ask(server, "www.loopback.example")
    assert answer.id != 7 and answer.queries[0].name.name == b"www.loopback.example" and addresses(answer) == FORGED


def test_wrong_question() -> None:
    """The identifier matches, and a record of the wanted name is there, but another name was asked."""
    with dns(script=["wrong question"]) as server:
        answer = ask(server, "www.loopback.example")
    assert answer.id == 7 and answer.queries[0].name.name == b"forged.example" and addresses(answer) == FORGED


def test_answers_for_another_name() -> None:
    """The question matches; the record belongs to another name, alone or before the right ones."""
    with dns(script=["for another name", "another name as well"]) as server:
        alone, before = ask(server, "www.loopback.example"), ask(server, "www.loopback.example")
    assert [record.name.name for record in alone.answers] == [b"forged.example"]
    assert [record.name.name for record in before.answers][:2] == [b"forged.example", b"www.loopback.example"]
    assert addresses(alone) == [] and addresses(before) == WWW and alone.id == before.id == 7


def test_the_other_letter_case_is_a_right_answer() -> None:
    """Names compare without regard to case (RFC 4343), in the question and the records."""
    with dns(script=["other case"]) as server:
        answer = ask(server, "www.Loopback.example")
    assert answer.queries[0].name.name.swapcase() == b"www.Loopback.example" and answer.id == 7
    assert addresses(answer, "WWW.lOOPBACK.EXAMPLE") == WWW


@pytest.mark.parametrize(
    ("reply", "code", "truncated"), [("server failure", SERVFAIL, 0), ("refused", REFUSED, 0), ("truncated", 0, 1)]
)
def test_answers_without_records(reply: str, code: int, truncated: int) -> None:
    """They fail in one flag or code, and tell nothing."""
    with dns(script=[reply]) as server:
        answer = ask(server, "www.loopback.example")
    assert (answer.rCode, answer.trunc, answer.answers, answer.id) == (code, truncated, [], 7)


def test_the_query_itself_comes_back() -> None:
    """A client that takes any datagram for a response would take its own query for one."""
    with dns(script=["the query itself"]) as server:
        query = query_bytes("www.loopback.example")
        assert ask_raw(server, query)[0][0] == query


def test_a_stranger_is_faster_than_the_server() -> None:
    """The forged answer comes first, from another port; then the right one, and once more."""
    with dns(script=[("from another port", "right", "right")]) as server:
        replies = ask_raw(server, query_bytes("www.loopback.example"), replies=3)
        places = [source == server.address for _, source in replies]
    assert places == [False, True, True] and replies[0][1][0] == server.host
    assert [addresses(parsed(reply)) for reply, _ in replies] == [FORGED, WWW, WWW]


def test_a_stranger_may_have_the_same_port_on_another_address() -> None:
    """Comparing the port alone is not enough."""
    try:
        socket.create_server(("127.0.0.2", 0)).close()
    except OSError:
        pytest.skip("this machine has no other loopback address than 127.0.0.1")
    with dns(script=["from another address"]) as server:
        [(reply, source)] = ask_raw(server, query_bytes("www.loopback.example"))
        assert source == ("127.0.0.2", server.port) and addresses(parsed(reply)) == FORGED


def test_silence_can_last_for_ever() -> None:
    """No query is answered over UDP, each is recorded; TCP has a script of its own."""
    with dns(script=repeat("silence")) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for i in range(20):
            client.sendto(query_bytes("www.loopback.example", ident=i), server.address)
        assert exchange(server, query_bytes("www.loopback.example"))
        client.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client.recv(512)
    assert [query.ident for query in server.queries if query.over == "udp"] == list(range(20))


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_messages_are_sent_as_they_are_made(kind: str) -> None:
    """Over UDP and over TCP, with the query's identifier and question where the message is long enough to have them."""
    query = query_bytes("www.loopback.example", ident=0xABCD)
    with dns(script=[kind], tcp_script=[kind], random=Random(5)) as server:
        [(datagram, _)] = ask_raw(server, query)
        stream = exchange(server, query)
    for message in (datagram, stream[2:]):
        assert message[:2] == b"\xab\xcd"[: len(message)]
        if len(message) >= len(query):
            assert message[12 : len(query)] == query[12:]
    assert int.from_bytes(stream[:2], "big") == len(stream) - 2


def test_lengths_that_lie_and_connections_that_end() -> None:
    """Over TCP the length before a message may be wrong, or nothing comes at all."""
    query = query_bytes("www.loopback.example")
    with dns(tcp_script=["length says more", "length says less", "hangs up"]) as server:
        more, less, nothing = exchange(server, query), exchange(server, query), exchange(server, query)
    assert int.from_bytes(more[:2], "big") == len(more) - 2 + 10
    assert int.from_bytes(less[:2], "big") == len(less) - 2 - 10
    assert nothing == b"" and parsed(more[2:]).id == 7
    assert [query.replies for query in server.queries] == [("length says more",), ("length says less",), ("hangs up",)]


@pytest.mark.parametrize(("over", "reply"), [("udp", "silense"), ("udp", "hangs up"), ("tcp", "from another port")])
def test_a_reply_that_does_not_exist_is_our_own_mistake(over: str, reply: str) -> None:
    """It is raised where the block ends, and says which."""
    with pytest.raises(ServerBroke, match=f"no reply '{reply}' over {over}"):
        with dns(script=[reply], tcp_script=[reply]) as server:
            if over == "tcp":
                exchange(server, query_bytes("www.loopback.example"))
            else:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                    client.sendto(query_bytes("www.loopback.example"), server.address)
                    client.sendto(query_bytes("www.loopback.example"), server.address)
                    client.settimeout(10)
                    client.recv(512)


def test_every_reply_can_be_made() -> None:
    """The table of replies holds nothing that the server cannot do."""
    for over in ("udp", "tcp"):
        kinds = tuple(kind for kind in REPLIES if kind not in ELSEWHERE[over] and kind != "from another address")
        with dns(script=[kinds], tcp_script=[kinds]) as server:
            if over == "udp":
                assert len(ask_raw(server, query_bytes("loopback.example", "MX"), replies=len(kinds) - 1))
            else:
                assert exchange(server, query_bytes("loopback.example", "MX"))


@pytest.mark.parametrize(
    ("data", "answered"),
    [
        (b"", False),
        (b"\x12\x34\1", False),
        (b"\x12\x34" + b"\x81\x80" + bytes(8), False),
        (b"\x12\x34" + b"\1\0" + b"\0\1" + bytes(6), True),
        (b"\x12\x34" + b"\1\0" + bytes(8), True),
        (b"\x12\x34" + b"\x11\0" + b"\0\1" + bytes(6) + b"\1a\0\0\1\0\1", True),
        (query_bytes("a.example", ident=0x1234)[:-1], True),
    ],
)
def test_what_is_no_query_is_recorded_with_its_problem(data: bytes, answered: bool) -> None:
    """FORMERR goes back for a query that cannot be read; nothing for half a header, or for a response."""
    with dns() as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(10)
        client.sendto(data, server.address)
        client.sendto(query_bytes("www.loopback.example"), server.address)
        first = client.recv(512)
        if answered:
            assert parsed(first).id == 0x1234 and parsed(first).rCode == FORMERR and parsed(first).answer == 1
        else:
            assert parsed(first).id == 7
        bad = server.queries[0]
        assert bad.problem and bad.data == data and (bad.name, bad.type, bad.replies) == ("", "", ("format error",))


def test_whatever_bytes_come_it_goes_on(nothing_remains: None) -> None:
    """Five hundred spoiled queries do not break it."""
    random = Random(9)
    spoiled = []
    for _ in range(500):
        data = bytearray(query_bytes("www.loopback.example", random.choice(["A", "MX", "TXT"])))
        for _ in range(random.randrange(1, 6)):
            data[random.randrange(len(data))] = random.randrange(256)
        spoiled.append(bytes(data[: random.randrange(len(data) + 1)]))
    with dns() as server:
        exchange(server, *spoiled)
        assert [query.data for query in server.queries] == spoiled
        assert addresses(ask(server, "www.loopback.example")) == WWW


def test_rude_clients_leave_nothing(
    nothing_remains: None, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Half a length, half a message, garbage, a reset, and a connection still open when the block ends."""
    caplog.set_level(logging.INFO)
    with dns(tcp_script=["silence"]) as server:
        still_open = socket.create_connection(server.address)
        still_open.sendall(b"\0\x20" + query_bytes("www.loopback.example")[:5])
        with socket.create_connection(server.address) as half:
            half.sendall(b"\0")
        with socket.create_connection(server.address) as garbage:
            garbage.sendall(bytes(range(256)) * 300)
            garbage.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        waiting = socket.create_connection(server.address)
        waiting.sendall(struct.pack("!H", 38) + query_bytes("www.loopback.example"))
        assert addresses(ask(server, "www.loopback.example")) == WWW
    still_open.close()
    waiting.close()
    assert capfd.readouterr() == ("", "") and not caplog.records
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(server.address)


def test_who_connects_as_the_block_ends_is_not_forgotten(nothing_remains: None) -> None:
    """A connection that was accepted in the last moment is closed like the others."""
    for _ in range(20):
        with dns([]) as server:
            clients = [socket.create_connection(server.address, timeout=10) for _ in range(10)]
        for client in clients:
            with client:
                with contextlib.suppress(ConnectionError):
                    assert client.recv(1) == b""


def dig(server: dns, *arguments: str) -> str:
    """What dig prints."""
    done = run_program("dig", "-p", str(server.port), f"@{server.host}", "+time=5", *arguments)
    return done.stdout.decode()


@pytest.mark.drives(client="dig", server="dns", feature="A, AAAA, CNAME, MX, TXT, NS")
def test_dig_shows_what_was_given() -> None:
    """Each record of the zone but the long ones, as a zone file would write it."""
    with dns() as server:
        for name, kind, value in RECORDS:
            if name != "big.loopback.example":
                ascii_name = name.encode("idna").decode()
                assert value in dig(server, "+short", ascii_name, kind).splitlines(), (name, kind)


@pytest.mark.drives(client="dig", server="dns", feature="+tcp, chain and loop of aliases, NXDOMAIN")
def test_dig_over_tcp() -> None:
    """The status, and the chain told to its end."""
    with dns() as server:
        chain = dig(server, "+tcp", "+short", "old.loopback.example").split()
        loop = dig(server, "+tcp", "left.loopback.example")
        missing = dig(server, "+tcp", "nowhere.loopback.example")
    assert chain == ["older.loopback.example.", "web.loopback.example.", "www.loopback.example.", *WWW]
    assert "ANSWER: 2" in loop and "status: NXDOMAIN" in missing
    assert {query.over for query in server.queries} == {"tcp"}


@pytest.mark.drives(client="dig", server="dns", feature="TC and retry over TCP, +notcp +ignore, EDNS size")
def test_dig_falls_back_to_tcp_when_the_answer_is_truncated() -> None:
    """It asks again over TCP by itself, unless told to ignore the flag; with EDNS it takes bigger datagrams."""
    with dns() as server:
        whole = dig(server, "+short", "big.loopback.example", "TXT")
        cut = dig(server, "+notcp", "+ignore", "+noedns", "big.loopback.example", "TXT")
        roomy = dig(server, "+notcp", "+ignore", "+bufsize=8192", "+short", "big.loopback.example", "TXT")
    assert len(whole.splitlines()) == len(roomy.splitlines()) == 20 and "flags: qr aa tc rd ra" in cut
    assert [query.over for query in server.queries] == ["udp", "tcp", "udp", "udp"]


@pytest.mark.drives(client="dig", server="dns", feature="silence, wrong identifier, wrong question, stranger")
def test_dig_is_not_fooled() -> None:
    """It believes only the right answer, says what was wrong with the forged one, and asks again after silence."""
    with dns(
        script=[("wrong identifier", "right"), ("wrong question", "right"), ("from another port", "right")]
    ) as server:
        printed = [dig(server, "www.loopback.example") for _ in range(3)]
    assert all("192.0.2.80" in text and "192.0.2.66" not in text for text in printed)
    assert "ID mismatch" in printed[0] and "Question section mismatch" in printed[1]
    with dns(script=["silence"]) as server:
        assert dig(server, "+time=1", "+short", "www.loopback.example").split()[-2:] == WWW
    assert len(server.queries) > 1 and {query.ident for query in server.queries} == {server.queries[0].ident}


@pytest.mark.drives(client="dig", server="dns", feature="hostile messages")
def test_dig_finds_the_flaw_in_hostile_messages() -> None:
    """It refuses exactly those that must be refused (but the ones without a header, for which it waits in vain)."""
    for name, kind in KINDS.items():
        if name in ("empty datagram", "cut in the header", "no string"):
            continue
        with dns(script=[name]) as server:
            printed = dig(server, "+tries=1", "www.loopback.example")
        assert ("malformed" in printed or "bad packet" in printed) == kind.must_be_refused, name


@pytest.mark.drives(client="dig", server="dns", feature="over IPv6")
def test_it_can_live_on_ipv6() -> None:
    """The same on ::1."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback address")
    with dns(host="::1", script=[("from another port", "right")]) as server:
        assert dig(server, "+short", "ns.loopback.example").split()[-1] == "192.0.2.53"
        assert dig(server, "+short", "+tcp", "ns.loopback.example").split() == ["192.0.2.53"]
    assert {query.source[0] for query in server.queries} == {"::1"}
