"""The IMAP server in the hands of clients that we did not write, and the record of what they did."""

from __future__ import annotations

import email
import email.policy
import imaplib
import random
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograde.servers.certificates import Certificates, certificates
from autograde.servers.hostile_mail import hostile_mail
from autograde.servers.imap import imap
from autograde.servers.mail_hosting import STUDENT
from autograde.servers.mailbox import SEEN, Message
from autograde.tests.observers import read_all
from autograde.tests.programs import run_program

((USER, PASSWORD),) = STUDENT.items()
ONE, TWO, THREE = (b"Subject: %d\r\n\r\nline 1\r\nline 2\r\n" % number for number in (1, 2, 3))
READ = Message(THREE, frozenset({SEEN}))
SPACED = '"Old letters"'


@pytest.fixture(scope="module")
def made() -> Iterator[Certificates]:
    """Certificates of an authority that the clients here trust."""
    with certificates() as made:
        yield made


def logged_in(server: imap, mailbox: str = "INBOX", *, readonly: bool = False) -> imaplib.IMAP4:
    """A client of the standard library, logged in, with a mailbox selected."""
    client = imaplib.IMAP4(server.host, server.port, timeout=5)
    client.login(USER, PASSWORD)
    assert client.select(mailbox, readonly)[0] == "OK"
    return client


def fetched(client: imaplib.IMAP4, number: int, what: str) -> bytes:
    """The literal in the answer to a FETCH of one item."""
    status, data = client.fetch(str(number), f"({what})")
    assert status == "OK" and isinstance(data[0], tuple), data
    return bytes(data[0][1])


def of(server: imap, path: str, *arguments: str, scheme: str = "imap") -> bytes:
    """What curl fetches."""
    url = f"{scheme}://{server.host}:{server.port}/{path}"
    done = run_program("curl", "-sS", "-u", f"{USER}:{PASSWORD}", *arguments, url)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.drives(client="imaplib", server="imap", feature="SEARCH, FETCH BODY.PEEK[], flags unchanged")
def test_peeking_leaves_the_flags_as_they_are() -> None:
    """Unread messages are found and fetched, and are unread still, also for those who look after the session."""
    with imap({"INBOX": [ONE, TWO, READ]}) as server:
        client = logged_in(server)
        assert client.search(None, "UNSEEN") == ("OK", [b"1 2"])
        assert fetched(client, 2, "BODY.PEEK[]") == TWO
        assert fetched(client, 1, "BODY.PEEK[HEADER]") == b"Subject: 1\r\n\r\n"
        assert client.fetch("2:3", "(FLAGS)")[1] == [b"2 (FLAGS (\\Recent))", b"3 (FLAGS (\\Recent \\Seen))"]
        client.logout()
    assert [message.seen for message in server.mailboxes["INBOX"]] == [False, False, True]
    assert server.sessions[0].ended_properly


@pytest.mark.drives(client="imaplib", server="imap", feature="FETCH BODY[], RFC822, RFC822.TEXT: sets \\Seen")
@pytest.mark.parametrize("what", ["BODY[]", "RFC822", "BODY[TEXT]", "RFC822.TEXT"])
def test_fetching_marks_a_message_as_read(what: str) -> None:
    """The flag is there before the client has its answer."""
    with imap({"INBOX": [ONE, TWO]}) as server:
        client = logged_in(server)
        assert TWO.endswith(fetched(client, 2, what))
        assert server.mailboxes["INBOX"] == [Message(ONE), Message(TWO, frozenset({SEEN}))]
        assert client.search(None, "SEEN")[1] == [b"2"]
        client.logout()


@pytest.mark.drives(client="imaplib", server="imap", feature="EXAMINE")
def test_who_only_examines_a_mailbox_changes_nothing() -> None:
    """Neither by fetching nor by storing."""
    with imap({"INBOX": [ONE]}) as server:
        client = logged_in(server, readonly=True)
        assert fetched(client, 1, "BODY[]") == ONE
        assert client.store("1", "+FLAGS", SEEN)[0] == "NO"
        client.logout()
    assert server.mailboxes == {"INBOX": [Message(ONE)]}


@pytest.mark.drives(client="imaplib", server="imap", feature="LIST, mailbox names with spaces and beyond ASCII")
def test_mailboxes_have_names_of_all_kinds() -> None:
    """Names with spaces are quoted, others are encoded (RFC 3501, section 5.1.3)."""
    with imap({"Old letters": [ONE], "R & D": [TWO], "Entwürfe": [THREE]}) as server:
        client = logged_in(server, SPACED)
        names = [line.split(b' "/" ')[1] for line in client.list()[1] if isinstance(line, bytes)]
        assert names == [b"INBOX", b'"Old letters"', b'"R &- D"', b"Entw&APw-rfe"]
        assert fetched(client, 1, "BODY.PEEK[]") == ONE
        for name, mail in (('"R &- D"', TWO), ("Entw&APw-rfe", THREE)):
            assert client.select(name)[1] == [b"1"] and fetched(client, 1, "BODY.PEEK[]") == mail
        assert client.select('"No such"')[0] == "NO"
        client.logout()
    assert list(server.mailboxes) == ["INBOX", "Old letters", "R & D", "Entwürfe"]


@pytest.mark.parametrize("name", ['"R & D"', '"R&D"', "&AP", "&AAAA-", "&&-"])
def test_a_mailbox_name_that_is_badly_encoded_is_refused(name: str) -> None:
    """The session goes on."""
    with imap({"R & D": []}) as server:
        client = logged_in(server)
        for command in (client.select, client.create, client.subscribe):
            with pytest.raises(imaplib.IMAP4.error, match="BAD"):
                command(name)
        assert client.noop()[0] == "OK"
        client.logout()


@pytest.mark.drives(client="imaplib", server="imap", feature="STORE, EXPUNGE, COPY, APPEND, CREATE, DELETE, STATUS")
def test_messages_are_marked_moved_and_deleted() -> None:
    """What a client changes is in the mailboxes at once."""
    with imap({"INBOX": [ONE, TWO, THREE]}) as server:
        client = logged_in(server)
        client.store("1", "+FLAGS", "(\\Seen \\Flagged)")
        client.store("1", "-FLAGS", "\\Seen")
        client.create("Archive")
        client.copy("1:2", "Archive")
        client.store("2", "+FLAGS", "\\Deleted")
        assert client.expunge()[1] == [b"2"]
        client.append("Archive", f"({SEEN})", "", TWO)
        assert client.status("Archive", "(MESSAGES UNSEEN)")[1] == [b"Archive (MESSAGES 3 UNSEEN 2)"]
        flagged = Message(ONE, frozenset({"\\Flagged"}))
        assert server.mailboxes == {
            "INBOX": [flagged, Message(THREE)],
            "Archive": [flagged, Message(TWO), Message(TWO, frozenset({SEEN}))],
        }
        client.delete("Archive")
        assert list(server.mailboxes) == ["INBOX"]
        client.logout()


@pytest.mark.drives(client="imaplib", server="imap", feature="SEARCH by text, date, number; UID; empty answers")
def test_searches_find_what_they_should() -> None:
    """Also nothing, which is an empty list."""
    with imap({"INBOX": [ONE, TWO, READ]}) as server:
        client = logged_in(server)
        for criteria, found in {
            "ALL": b"1 2 3", "(UNSEEN UNDELETED)": b"1 2", 'SUBJECT "2"': b"2", 'TEXT "line"': b"1 2 3", "2:*": b"2 3",
            "NOT UNSEEN": b"3", "OR SEEN SUBJECT 1": b"1 3", "SINCE 1-Jan-2020": b"1 2 3", "FLAGGED": b"",
            'SUBJECT "none"': b"",
        }.items():  # fmt: skip
            assert client.search(None, criteria) == ("OK", [found]), criteria
        uids = client.uid("SEARCH", "UNSEEN")[1][0].split()
        assert len(uids) == 2 and client.uid("FETCH", uids[1].decode(), "(BODY.PEEK[])")[1][0][1] == TWO
        client.logout()


@pytest.mark.drives(client="imaplib", server="imap", feature="hostile mail: literals, BODYSTRUCTURE, ENVELOPE")
def test_hostile_mail_arrives_as_it_is() -> None:
    """Literals may hold anything, lines of the protocol as well; nothing in a message upsets the server."""
    corpus = hostile_mail(random.Random(4))
    with imap({"INBOX": [mail.raw for mail in corpus]}) as server:
        client = logged_in(server)
        for number, mail in enumerate(corpus, start=1):
            assert fetched(client, number, "BODY.PEEK[]") == mail.raw, mail.name
            assert client.fetch(str(number), "(ENVELOPE BODYSTRUCTURE RFC822.SIZE INTERNALDATE)")[0] == "OK"
        assert client.search(None, "SUBJECT", f'"{corpus[-1].expected["subject"]}"')[1] == [b"%d" % len(corpus)]
        client.logout()
    assert not any(message.seen for message in server.mailboxes["INBOX"])


def test_parts_and_pieces_can_be_fetched() -> None:
    """A part by its number, a piece of a message by its place."""
    message = email.message.EmailMessage(email.policy.SMTP)
    message["Subject"] = "parts"
    message.set_content("the text\n")
    message.add_attachment(b"\0\1\2", maintype="application", subtype="octet-stream", filename="a.bin")
    with imap({"INBOX": [message]}) as server:
        client = logged_in(server)
        assert fetched(client, 1, "BODY.PEEK[1]") == b"the text\r\n"
        assert fetched(client, 1, "BODY.PEEK[2]") == b"AAEC\r\n"
        assert fetched(client, 1, "BODY.PEEK[]<9.5>") == b"parts"
        assert fetched(client, 1, "BODY.PEEK[HEADER.FIELDS (SUBJECT)]") == b"Subject: parts\r\n\r\n"
        client.logout()


@pytest.mark.parametrize(
    "raw", [b"Subject: x\r\n", b"no header", b"\r\n", b"\r\n\r\n", b"a: b\r\n\r\n", b"a: b\r\n\r\nx"]
)
def test_a_message_of_any_form_is_given_out_whole(raw: bytes) -> None:
    """Also one that is no message."""
    with imap({"INBOX": [raw]}) as server:
        client = logged_in(server)
        assert fetched(client, 1, "BODY.PEEK[]") == raw
        client.logout()
    assert server.mailboxes["INBOX"] == [Message(raw)]


def test_a_wrong_password_is_refused_and_recorded() -> None:
    """Passwords may hold what has to be quoted; nothing can be had before a login."""
    with imap(users={"ann": 'a "quoted\\ word'}) as server:
        client = imaplib.IMAP4(server.host, server.port, timeout=5)
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            client.login("ann", "guess")
        client.login("ann", 'a "quoted\\ word')
        client.logout()
    assert [(login.password, login.accepted, login.tls) for login in server.logins] == [
        ("guess", False, False),
        ('a "quoted\\ word', True, False),
    ]


def test_the_record_tells_the_commands_in_order() -> None:
    """With their arguments, literals included; whoever hangs up has not ended the session."""
    with imap({"Old letters": [ONE]}) as server:
        client = logged_in(server, SPACED)
        client.append("INBOX", "", "", b"a: b\r\n\r\nX1 LOGOUT\r\n")
        client.uid("FETCH", "1:*", "(FLAGS)")
        client.shutdown()
        assert server.wait_for_clients()
    (session,) = server.sessions
    assert session.verbs == ["CAPABILITY", "LOGIN", "SELECT", "APPEND", "UID"] and not session.ended_properly
    assert [command.argument for command in session.commands[2:]] == [
        SPACED, "INBOX {19}\r\na: b\r\n\r\nX1 LOGOUT", "FETCH 1:* (FLAGS)"
    ]  # fmt: skip
    assert session.user == USER


@pytest.mark.drives(client="curl", server="imap", feature="LIST, FETCH by index and section, SEARCH, STORE, APPEND")
def test_curl_lists_searches_fetches_and_stores(tmp_path: Path) -> None:
    """In mailboxes with spaces too."""
    (tmp_path / "three").write_bytes(THREE)
    with imap({"INBOX": [ONE], "Old letters": [TWO, READ]}) as server:
        assert b'"Old letters"' in of(server, "")
        assert of(server, "Old%20letters?UNSEEN") == b"* SEARCH 1\r\n"
        assert of(server, "Old%20letters;MAILINDEX=1;SECTION=TEXT") == b"line 1\r\nline 2\r\n"
        assert of(server, "INBOX;MAILINDEX=1") == ONE
        of(server, "Old%20letters", "-X", "STORE 2 -FLAGS \\Seen")
        of(server, "INBOX", "--upload-file", str(tmp_path / "three"))
    assert [message.seen for message in server.mailboxes["Old letters"]] == [True, False]
    assert [message.raw for message in server.mailboxes["INBOX"]] == [ONE, THREE]
    assert all(session.ended_properly for session in server.sessions)


@pytest.mark.drives(client="curl", server="imap", feature="IMAPS, AUTHENTICATE")
@pytest.mark.drives(client="imaplib", server="imap", feature="IMAPS, IPv6")
def test_tls_can_begin_at_once_and_on_ipv6(made: Certificates) -> None:
    """The password is then noted as hidden."""
    with imap({"INBOX": [ONE]}, identity=made.identity()) as server:
        assert of(server, "INBOX;MAILINDEX=1", "--cacert", made.cafile, scheme="imaps") == ONE
    assert server.logins[0].accepted and server.logins[0].tls and "AUTHENTICATE" in server.sessions[0].verbs
    with imap({"INBOX": [ONE]}, identity=made.identity(), host="::1") as server:
        context = ssl.create_default_context(cafile=made.cafile)
        with imaplib.IMAP4_SSL("::1", server.port, timeout=5, ssl_context=context) as client:
            client.login(USER, PASSWORD)
    assert all(command.tls for command in server.commands) and server.sessions[0].ended_properly


@pytest.mark.parametrize(
    "line",
    [b"x", b"", b"a XYZZY", b"a FETCH", b"a LOGIN", b"a LOGIN \xff\xfe x", b"a SELECT INBOX",
     b"a AUTHENTICATE PLAIN\r\n=\xff", b"a AUTHENTICATE LOGIN\r\n/w==\r\n/w=="],
)  # fmt: skip
def test_a_command_that_makes_no_sense_is_answered(line: bytes) -> None:
    """With BAD or NO; the session goes on."""
    with imap() as server, socket.create_connection(server.address, timeout=5) as sock:
        sock.sendall(line + b"\r\nb NOOP\r\nc LOGOUT\r\n")
        said = read_all(sock)
    assert (b" BAD " in said or b" NO " in said) and b"b OK" in said and b"c OK" in said


def test_a_line_without_end_is_hung_up_on() -> None:
    """Memory is bounded, and nothing breaks."""
    with imap() as server, socket.create_connection(server.address, timeout=5) as sock:
        with pytest.raises(ConnectionError):
            for _ in range(1000):
                sock.sendall(b"x" * 65536)
