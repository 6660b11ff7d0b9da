"""The POP3 server in the hands of clients that we did not write, and the record of what they did."""

from __future__ import annotations

import poplib
import random
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from autograde.servers.certificates import Certificates, certificates
from autograde.servers.hostile_mail import hostile_mail
from autograde.servers.mail_hosting import STUDENT
from autograde.servers.mailbox import Message
from autograde.servers.pop3 import pop3
from autograde.tests.observers import read_all
from autograde.tests.programs import run_program

((USER, PASSWORD),) = STUDENT.items()
ONE, TWO, THREE = (b"Subject: %d\r\n\r\nline 1\r\nline 2\r\nline 3\r\n" % number for number in (1, 2, 3))


@pytest.fixture(scope="module")
def made() -> Iterator[Certificates]:
    """Certificates of an authority that the clients here trust."""
    with certificates() as made:
        yield made


def logged_in(server: pop3) -> poplib.POP3:
    """A client of the standard library, logged in."""
    client = poplib.POP3(server.host, server.port, timeout=5)
    client.user(USER)
    client.pass_(PASSWORD)
    return client


def fetched(client: poplib.POP3, number: int) -> bytes:
    """A message as it came, with CRLF line ends."""
    return b"".join(line + b"\r\n" for line in client.retr(number)[1])


def of(server: pop3, path: str, *arguments: str, scheme: str = "pop3") -> bytes:
    """What curl fetches."""
    url = f"{scheme}://{server.host}:{server.port}/{path}"
    done = run_program("curl", "-sS", "-u", f"{USER}:{PASSWORD}", *arguments, url)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.drives(client="poplib", server="pop3", feature="STAT, LIST, UIDL, RETR, TOP, NOOP, CAPA")
def test_messages_are_counted_listed_and_fetched() -> None:
    """Sizes are those of the bytes, identifiers stay the same in the next session."""
    with pop3([ONE, TWO * 1000, THREE]) as server:
        client = logged_in(server)
        sizes = [len(message.raw) for message in server.messages]
        assert client.stat() == (3, sum(sizes))
        assert client.list()[1] == [b"%d %d" % pair for pair in enumerate(sizes, start=1)]
        listed: object = client.list(2)  # one line, whatever its type is said to be
        assert listed == b"+OK 2 %d" % sizes[1]
        assert [fetched(client, number) for number in (1, 2, 3)] == [ONE, TWO * 1000, THREE]
        assert client.top(1, 2)[1] == [b"Subject: 1", b"", b"line 1", b"line 2"] and client.top(3, 0)[1][-1] == b""
        assert client.noop() == b"+OK " and client.capa().keys() == {"TOP", "USER", "UIDL", "PIPELINING"}
        uids = client.uidl()[1]
        client.quit()
        again = logged_in(server)
        assert again.uidl()[1] == uids and len({uid.split()[1] for uid in uids}) == 3
        assert again.uidl(3) == b"+OK " + uids[2].split()[1]
        again.quit()
    assert server.messages == [Message(ONE), Message(TWO * 1000), Message(THREE)]


def test_messages_of_every_kind_are_kept_with_crlf() -> None:
    """Bytes with other line ends, message objects, and messages of another mailbox with their flags."""
    written = EmailMessage()
    written["Subject"] = "written"
    written.set_content("text\n")
    read = Message(b"a: b\n\nc\r\nd", frozenset({"\\Seen"}))
    with pop3([b"a: b\r\n\nc\n", written, read]) as server:
        first, second, third = server.messages
    assert first == Message(b"a: b\r\n\r\nc\r\n") and third == Message(b"a: b\r\n\r\nc\r\nd", read.flags)
    assert second.raw.startswith(b"Subject: written\r\n") and second.raw.endswith(b"\r\n\r\ntext\r\n")
    assert third.seen and not first.seen


@pytest.mark.drives(client="poplib", server="pop3", feature="DELE, RSET, QUIT")
def test_deletions_are_real_after_quit_alone() -> None:
    """Marked messages are not listed any more; RSET takes marks back; only QUIT deletes."""
    with pop3([ONE, TWO, THREE]) as server:
        client = logged_in(server)
        client.dele(1)
        client.dele(2)
        assert client.stat() == (1, len(THREE)) and client.list()[1] == [b"3 %d" % len(THREE)]
        assert len(client.uidl()[1]) == 1 and len(server.messages) == 3
        for again in (client.dele, client.retr, client.list, client.uidl):
            with pytest.raises(poplib.error_proto):
                again(2)
        client.rset()
        assert client.stat()[0] == 3
        client.dele(2)
        client.quit()
        assert server.messages == [Message(ONE), Message(THREE)]


def test_a_session_that_is_not_ended_by_quit_deletes_nothing() -> None:
    """Whoever hangs up, or stays until the block ends, has marked messages for nothing; the record tells it."""
    with pop3([ONE, TWO]) as server:
        hangs_up, stays, ends = logged_in(server), logged_in(server), logged_in(server)
        for client in (hangs_up, stays, ends):
            client.dele(1)
        hangs_up.close()
        ends.quit()
    stays.close()
    assert server.messages == [Message(TWO)]
    assert [session.ended_properly for session in server.sessions] == [False, False, True]


def test_the_record_tells_the_commands_in_order() -> None:
    """Also those that were refused, with what followed them."""
    with pop3([ONE]) as server:
        client = logged_in(server)
        with pytest.raises(poplib.error_proto):
            client.retr(7)
        client.retr(1)
        client.dele(1)
        client.quit()
        assert server.wait_for_clients()
    (session,) = server.sessions
    assert session.verbs == ["USER", "PASS", "RETR", "RETR", "DELE", "QUIT"] and session.user == USER
    assert [command.argument for command in session.commands[2:5]] == ["7", "1", "1"]


def test_a_chosen_message_is_refused() -> None:
    """RETR and TOP get the scripted words; the others can be had, and the refused one still be deleted."""
    with pop3([ONE, TWO], refuse={2: "the message is locked"}) as server:
        client = logged_in(server)
        with pytest.raises(poplib.error_proto, match="the message is locked"):
            client.retr(2)
        with pytest.raises(poplib.error_proto, match="the message is locked"):
            client.top(2, 0)
        assert fetched(client, 1) == ONE and client.stat()[0] == 2
        client.dele(2)
        client.quit()
    assert server.messages == [Message(ONE)]


def test_a_wrong_password_is_refused_and_recorded() -> None:
    """Nothing can be had before a login, and one may try again."""
    with pop3([ONE], users={"ann": "with spaces in it"}) as server:
        client = poplib.POP3(server.host, server.port, timeout=5)
        with pytest.raises(poplib.error_proto):
            client.stat()
        client.user("ann")
        with pytest.raises(poplib.error_proto):
            client.pass_("guess")
        client.user("ann")
        client.pass_("with spaces in it")
        assert client.stat()[0] == 1
        client.quit()
    assert [(login.password, login.accepted) for login in server.logins] == [
        ("guess", False),
        ("with spaces in it", True),
    ]


@pytest.mark.parametrize("command", ["RETR", "RETR x", "DELE x", "DELE", "TOP 1", "TOP 1 -1", "LIST -1", "XYZZY", "ÿ"])
def test_a_command_that_makes_no_sense_is_answered(command: str) -> None:
    """With -ERR; the session goes on."""
    with pop3([ONE]) as server:
        client = logged_in(server)
        client.sock.sendall(f"{command}\r\n".encode())
        assert client.sock.recv(1000).startswith(b"-ERR ")
        assert fetched(client, 1) == ONE
        client.quit()


@pytest.mark.parametrize("size", [16382, 16383, 16384, 16385])
def test_lines_that_begin_with_a_dot_arrive_wherever_they_stand(size: int) -> None:
    """Also at the edge of the pieces of 16 KiB in which Twisted sends, and at the beginning and the end."""
    head = b".:" + b"x" * 1000 + b"\r\n"
    mail = head * (size // len(head))
    mail += b"y" * (size - len(mail) - 2) + b"\r\n." + b"\r\n..\r\n.\r\n"
    with pop3([mail]) as server:
        client = logged_in(server)
        assert fetched(client, 1) == mail
        client.quit()


@pytest.mark.drives(client="poplib", server="pop3", feature="hostile mail, byte for byte")
def test_hostile_mail_arrives_as_it_is() -> None:
    """Whatever is in a message, the client has its bytes."""
    corpus = hostile_mail(random.Random(3))
    with pop3(mail.raw for mail in corpus) as server:
        client = logged_in(server)
        for number, mail in enumerate(corpus, start=1):
            assert fetched(client, number).rstrip() == mail.raw.rstrip(), mail.name
        client.quit()


@pytest.mark.drives(client="curl", server="pop3", feature="LIST, RETR, TOP, UIDL, DELE")
def test_curl_lists_fetches_and_deletes() -> None:
    """With a session of its own for each, all of them ended by QUIT."""
    mail = b"Subject: dots\r\n\r\n.\r\n..x\r\n"
    with pop3([mail, TWO]) as server:
        assert of(server, "") == b"1 %d\r\n2 %d\r\n" % (len(mail), len(TWO))
        assert of(server, "1") == mail
        assert of(server, "", "-X", "TOP 2 1") == b"Subject: 2\r\n\r\nline 1\r\n"
        assert len(of(server, "", "-X", "UIDL").splitlines()) == 2
        of(server, "1", "-X", "DELE", "--head")
        assert server.messages == [Message(TWO)]
    assert len(server.sessions) == 5 and all(session.ended_properly for session in server.sessions)


@pytest.mark.drives(client="curl", server="pop3", feature="POP3S")
@pytest.mark.drives(client="poplib", server="pop3", feature="POP3S, IPv6")
def test_tls_can_begin_at_once_and_on_ipv6(made: Certificates) -> None:
    """The password is then noted as hidden."""
    with pop3([ONE], identity=made.identity()) as server:
        assert of(server, "1", "--cacert", made.cafile, scheme="pop3s") == ONE
    assert server.logins[0].tls and all(command.tls for command in server.commands)
    with pop3([ONE], identity=made.identity(), host="::1") as server:
        context = ssl.create_default_context(cafile=made.cafile)
        client = poplib.POP3_SSL("::1", server.port, timeout=5, context=context)
        client.user(USER)
        client.pass_(PASSWORD)
        assert fetched(client, 1) == ONE
        client.quit()


def test_commands_that_come_together_are_answered_in_order() -> None:
    """A client may send without waiting (PIPELINING), and stop sending: all is answered."""
    with pop3([ONE]) as server, socket.create_connection(server.address, timeout=5) as sock:
        sock.sendall(f"USER {USER}\r\nPASS {PASSWORD}\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n".encode())
        sock.shutdown(socket.SHUT_WR)
        said = read_all(sock)
    assert said.count(b"+OK") == 6 and ONE in said and server.messages == []


def test_twisted_neither_starts_its_reactor_nor_prints() -> None:
    """Whoever wants a reactor can still install one; a failure that Twisted logs is not shown."""
    program = """
import poplib, sys
from autograde.servers.pop3 import pop3
with pop3() as server:
    poplib.POP3(server.host, server.port, timeout=5).quit()
from twisted.python import log
log.err(ValueError("nobody should see this"))
assert "twisted.internet.reactor" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
