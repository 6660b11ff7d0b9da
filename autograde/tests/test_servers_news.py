"""The news server: numbers and blocks, read by the library that Python had for it until 3.12."""

from __future__ import annotations

import contextlib
import socket
import struct
from typing import Any

import pytest

from autograde.servers.hosting import ServerBroke
from autograde.servers.news import GREETING, block, news
from autograde.tests.observers import read_all
from autograde.tests.programs import run_program

TIDES = "Subject: Tides\nMessage-ID: <tides@harbor.example>\n\nHigh water at nine.\n.\n..\n.hidden\n\nGood night.\n"
ODD = b"Subject: odd\r\n\r\ncaf\xe9 \x00\r\nbare\n.\nline ends\r\r\n." + b"x" * 1_500
GROUPS: dict[str, list[str | bytes]] = {"harbor.talk": [TIDES, ODD], "harbor.empty": []}


def talk(server: news, typed: bytes) -> bytes:
    """What comes after the greeting for a client that sends everything at once."""
    with socket.create_connection(server.address, timeout=10) as client:
        client.sendall(typed)
        client.shutdown(socket.SHUT_WR)
        said = read_all(client)
    assert said.startswith(server.greeting)
    return said.removeprefix(server.greeting)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", b".\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\r\nb\r\n", b"a\r\nb\r\n.\r\n"),
        (b"\r\n", b"\r\n.\r\n"),
        (b".\r\n..\r\n.a\r\na.", b"..\r\n...\r\n..a\r\na.\r\n.\r\n"),
        (b"bare\n.\n", b"bare\n.\n\r\n.\r\n"),
    ],
)
def test_a_block_ends_with_a_dot_and_doubles_others(data: bytes, wanted: bytes) -> None:
    """Lines end with CR LF and only there; a dot at the beginning of a line is doubled (RFC 3977, section 3.1.1)."""
    assert block(data) == wanted


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (b"GROUP harbor.talk\r\n", b"211 2 1 2 harbor.talk\r\n"),
        (b"group harbor.talk\n", b"211 2 1 2 harbor.talk\r\n"),
        (b"GROUP harbor.empty\r\nHEAD\r\n", b"211 0 0 0 harbor.empty\r\n420 no current article\r\n"),
        (b"GROUP nowhere\r\n", b"411 no such newsgroup\r\n"),
        (b"HEAD 1\r\n", b"412 no newsgroup selected\r\n"),
        (b"GROUP harbor.talk\r\nBODY 3\r\n", b"211 2 1 2 harbor.talk\r\n423 no article with that number\r\n"),
        (b"GROUP harbor.talk\r\nBODY x\r\n", b"211 2 1 2 harbor.talk\r\n501 syntax error\r\n"),
        (b"STAT <nobody@harbor.example>\r\n", b"430 no article with that message-id\r\n"),
        (b"STAT <tides@harbor.example>\r\n", b"223 0 <tides@harbor.example>\r\n"),
        (b"BODY <two@harbor.example>\r\n", b"430 no article with that message-id\r\n"),
        (b"HEAD <2.harbor.talk@harbor.example>\r\n", b"221 0 <2.harbor.talk@harbor.example>\r\nSubject: odd\r\n.\r\n"),
        (b"LIST\r\n", b"215 list of newsgroups follows\r\nharbor.talk 2 1 n\r\nharbor.empty 0 1 n\r\n.\r\n"),
        (b"MODE READER\r\n", b"201 posting not allowed\r\n"),
        (b"QUIT\r\nHELP\r\n", b"205 good-bye\r\n"),
        (b"POST\r\n", b"500 unknown command\r\n"),
        (b"\r\n", b"500 unknown command\r\n"),
        (b"\xff\xfe\r\n", b"500 unknown command\r\n"),
        (b"GROUP\r\n", b"501 syntax error\r\n"),
        (b"STAT " + b"9" * 600 + b"\r\n", b"501 line too long\r\n"),
        (b"x" * 100_000, b"501 line too long\r\n"),
        (b"QUI", b""),
    ],
)
def test_each_command_has_its_reply(typed: bytes, said: bytes) -> None:
    """The replies are those of RFC 3977, and commands are understood in either case."""
    with news(GROUPS) as server:
        assert talk(server, typed) == said


def test_articles_come_as_they_are() -> None:
    """Bytes that are no text, bare line feeds, long lines: all pass. Dots are doubled, parts cut at the empty line."""
    with news(GROUPS) as server:
        whole = talk(server, b"GROUP harbor.talk\r\nARTICLE 2\r\nBODY 2\r\n")
    body = b"caf\xe9 \x00\r\nbare\n.\nline ends\r\r\n.." + b"x" * 1_500 + b"\r\n.\r\n"
    first = b"211 2 1 2 harbor.talk\r\n220 2 <2.harbor.talk@harbor.example>\r\nSubject: odd\r\n\r\n"
    assert whole == first + body + b"222 2 <2.harbor.talk@harbor.example>\r\n" + body


def test_any_reply_can_be_replaced() -> None:
    """A greeting of several lines, a refusal, and a block that lies are data; what is not replaced stays."""
    replies = {
        "HELP": b"100-one\r\n100 two\r\n",
        "BODY 1": b"222 1\r\n.unstuffed\r\n",
        "group harbor.talk": b"502 no\r\n",
    }
    with news(GROUPS, greeting=b"200-Welcome\r\n200 to the harbor\r\n", replies=replies) as server:
        said = talk(server, b"HELP\r\nBODY 1\r\ngroup harbor.talk\r\nMODE READER\r\n")
    assert said == b"100-one\r\n100 two\r\n222 1\r\n.unstuffed\r\n502 no\r\n201 posting not allowed\r\n"


def test_commands_are_recorded_by_session() -> None:
    """Two clients are two sessions, and the record says which of them said good-bye."""
    with news(GROUPS) as server:
        talk(server, b"HELP\r\nquit\r\n")
        talk(server, b"LIST\r\n")
    assert [session.commands for session in server.sessions] == [["HELP", "quit"], ["LIST"]]
    assert [session.has_quit for session in server.sessions] == [True, False]
    assert server.commands == ["HELP", "quit", "LIST"]


@pytest.mark.filterwarnings("ignore:'nntplib' is deprecated:DeprecationWarning")
@pytest.mark.drives(client="nntplib", server="news", feature="greeting, LIST, GROUP, ARTICLE, HEAD, BODY, HELP, QUIT")
def test_nntplib_reads_the_news() -> None:
    """Python's own client of old sees the groups and gets articles with their dots as they were."""
    nntplib = pytest.importorskip("nntplib", reason="nntplib left the standard library with Python 3.13")
    lines = TIDES.encode().splitlines()
    with news(GROUPS) as server, nntplib.NNTP(server.host, server.port, timeout=10) as client:
        assert client.getwelcome() == GREETING.decode().strip()
        assert [(group.group, group.last) for group in client.list()[1]] == [
            ("harbor.talk", "2"),
            ("harbor.empty", "0"),
        ]
        assert client.group("harbor.talk")[1:] == (2, 1, 2, "harbor.talk")
        assert client.article(1)[1].lines == lines
        assert client.head("<tides@harbor.example>")[1].lines == lines[:2]
        assert client.body(1)[1].lines == lines[3:]
        assert "ARTICLE" in client.help()[1]
        with pytest.raises(nntplib.NNTPTemporaryError, match="423"):
            client.body(99)
        assert client.head(2)[1].lines == [b"Subject: odd"]
    assert server.sessions[0].has_quit


@pytest.mark.drives(client="curl", server="news", feature="telnet://, dot-terminated block")
def test_curl_reads_a_block() -> None:
    """A client that only passes bytes on sees stuffed dots and the end."""
    with news({"harbor.talk": ["Subject: x\n\n.dot\n"]}) as server:
        typed = b"GROUP harbor.talk\r\nBODY 1\r\nQUIT\r\n"
        done = run_program("curl", "-s", f"telnet://{server.host}:{server.port}", stdin=typed)
    assert done.stdout.endswith(b"222 1 <1.harbor.talk@harbor.example>\r\n..dot\r\n.\r\n205 good-bye\r\n")


@pytest.mark.usefixtures("nothing_remains")
def test_rude_clients_leave_nothing_behind(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Clients that reset in a command, do not read, or stay, cost no thread, socket, word or error."""
    with contextlib.ExitStack() as stay, news({"g": [b"x" * 5_000_000]}) as server:
        for typed in (b"", b"HEL", b"GROUP g\r\nARTICLE 1\r\n", b"QUIT\r\n"):
            stay.enter_context(socket.create_connection(server.address)).sendall(typed)
            with socket.create_connection(server.address) as client:
                client.sendall(typed)
                client.recv(1)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert capfd.readouterr() == ("", "") and not caplog.records


def test_what_breaks_in_the_server_is_raised_at_its_end() -> None:
    """A reply that is no bytes is an author's mistake, and no fault of the client."""
    replies: Any = {"HELP": 7}
    with pytest.raises(ServerBroke, match="the news server broke"), news(GROUPS, replies=replies) as server:
        talk(server, b"HELP\r\n")
