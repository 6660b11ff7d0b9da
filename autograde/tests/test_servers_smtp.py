"""The SMTP server in the hands of clients that we did not write, and the record of what they did."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest

from autograde.servers.certificates import Certificates, certificates
from autograde.servers.smtp import EVERYBODY, smtp
from autograde.tests.observers import read_all
from autograde.tests.programs import run_program

ANN, BOB, EVE = "ann@example.org", "bob@example.net", "eve@example.net"
HELLO = b"Subject: hello\r\n\r\nHello.\r\n"
USERS = {"ann": "pw-of-ann"}


@pytest.fixture(scope="module")
def made() -> Iterator[Certificates]:
    """Certificates of an authority that the clients here trust."""
    with certificates() as made:
        yield made


def client_of(server: smtp) -> smtplib.SMTP:
    """A client of the standard library, connected."""
    return smtplib.SMTP(server.host, server.port, timeout=5)


def trusting(made: Certificates) -> ssl.SSLContext:
    """What a client needs to believe the server."""
    return ssl.create_default_context(cafile=made.cafile)


def begin_data(client: smtplib.SMTP) -> None:
    """Go as far as the 354 of DATA."""
    client.ehlo()
    client.mail(ANN)
    client.rcpt(BOB)
    assert client.docmd("DATA")[0] == 354


@pytest.mark.drives(client="smtplib", server="smtp", feature="EHLO, MAIL, RCPT, DATA, QUIT")
def test_a_message_is_kept_with_its_envelope_and_its_exact_bytes() -> None:
    """Sender, recipients, options and content are those of the wire; headers say nothing about them."""
    with smtp() as server, client_of(server) as client:
        assert client.sendmail(ANN, [BOB, EVE], HELLO, mail_options=["BODY=8BITMIME"]) == {}
    (mail,) = server.messages
    assert (mail.sender, mail.recipients, mail.content) == (ANN, [BOB, EVE], HELLO)
    assert mail.options == [f"SIZE={len(HELLO)}", "BODY=8BITMIME"]
    assert (mail.bare_line_feeds, mail.longest_line, mail.stuffed_lines) == (0, 14, 0)
    assert (mail.session, mail.user, mail.tls) == (0, "", False)


def test_the_record_tells_the_commands_in_order_and_how_the_session_ended() -> None:
    """Each command is there with what followed it; QUIT ends a session properly, hanging up does not."""
    with smtp() as server:
        with client_of(server) as client:
            client.sendmail(ANN, [BOB], HELLO)
        with client_of(server) as rude:
            rude.ehlo()
            rude.close()
    first, second = server.sessions
    assert first.verbs == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"] and first.ended_properly
    assert first.commands[2].argument.upper() == f"TO:<{BOB}>".upper() and not first.commands[2].tls
    assert second.verbs == ["EHLO"] and not second.ended_properly
    assert server.commands == first.commands + second.commands


@pytest.mark.drives(client="curl", server="smtp", feature="upload, dot-stuffing, lines over 998 bytes")
def test_dots_are_unstuffed_and_long_lines_kept() -> None:
    """The content is what the client meant, what it sent for it is kept beside it."""
    content = b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n" + b"x" * 5000 + b"\r\n"
    with smtp() as server:
        url = f"smtp://{server.host}:{server.port}"
        done = run_program(
            "curl", "-sS", url, "--mail-from", ANN, "--mail-rcpt", BOB, "--upload-file", "-", stdin=content
        )
    assert done.returncode == 0, done.stderr
    (mail,) = server.messages
    assert mail.content == content and mail.longest_line == 5000
    assert mail.stuffed_lines == 3 and b"\r\n..\r\n...\r\n..x\r\n" in mail.sent


def test_a_dot_that_was_not_stuffed_is_lost() -> None:
    """A client that sends lines as they are loses a dot, and the rest after a lone one: the record shows both."""
    with smtp() as server, client_of(server) as client:
        begin_data(client)
        client.send(b".x\r\n.\r\nrest\r\n")
        assert [client.getreply()[0] for _ in range(2)] == [250, 500]
    assert server.messages[0].content == b"x\r\n" and server.messages[0].stuffed_lines == 0
    assert server.sessions[0].verbs[-2:] == ["REST", "QUIT"]


def test_bare_line_feeds_are_kept_and_counted() -> None:
    """A line feed alone neither ends a line nor is it repaired."""
    with smtp() as server, client_of(server) as client:
        begin_data(client)
        client.send(b"Subject: x\n\nline\n.\n\r\n.\r\n")
        assert client.getreply()[0] == 250
    assert server.messages[0].content == b"Subject: x\n\nline\n.\n\r\n" and server.messages[0].bare_line_feeds == 4


@pytest.mark.drives(client="smtplib", server="smtp", feature="refused recipients, sender, message")
def test_one_recipient_is_refused_and_the_others_get_the_mail() -> None:
    """The refusal is the scripted one; the envelope holds who was accepted."""
    with smtp(refuse_recipients={BOB: "550 5.1.1 No such user"}) as server, client_of(server) as client:
        assert client.sendmail(ANN, [BOB, EVE], HELLO) == {BOB: (550, b"5.1.1 No such user")}
    assert server.messages[0].recipients == [EVE]


@pytest.mark.drives(client="curl", server="smtp", feature="refused recipients")
def test_curl_too_sees_a_recipient_refused() -> None:
    """Told to go on, it delivers to the other."""
    with smtp(refuse_recipients={BOB: "451 4.3.0 Not now"}) as server:
        url = f"smtp://{server.host}:{server.port}"
        arguments = ["-sS", url, "--mail-from", ANN, "--mail-rcpt", BOB, "--mail-rcpt", EVE, "--upload-file", "-"]
        strict = run_program("curl", *arguments, stdin=HELLO)
        lenient = run_program("curl", *arguments, "--mail-rcpt-allowfails", stdin=HELLO)
    assert strict.returncode == 55 and lenient.returncode == 0
    assert [mail.recipients for mail in server.messages] == [[EVE]]


def test_everybody_can_be_refused() -> None:
    """Then no message is accepted."""
    with smtp(refuse_recipients={EVERYBODY: "553 5.1.2 Nobody lives here"}) as server, client_of(server) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            client.sendmail(ANN, [BOB, EVE], HELLO)
    assert {code for code, _ in caught.value.recipients.values()} == {553}
    assert server.messages == [] and "DATA" not in server.sessions[0].verbs


def test_the_sender_or_the_message_can_be_refused() -> None:
    """Each with its own reply."""
    with smtp(refuse_sender="553 5.1.8 Go away") as server, client_of(server) as client:
        with pytest.raises(smtplib.SMTPSenderRefused, match="Go away"):
            client.sendmail(ANN, [BOB], HELLO)
    with smtp(refuse_message="554 5.6.0 Smells of spam") as server, client_of(server) as client:
        with pytest.raises(smtplib.SMTPDataError, match="spam"):
            client.sendmail(ANN, [BOB], HELLO)
    assert server.messages == []


@pytest.mark.drives(client="smtplib", server="smtp", feature="greeting 421, reply 421")
def test_a_421_ends_the_conversation() -> None:
    """As a greeting it is all that is said; as a reply it is the last."""
    with smtp(greeting="421 4.3.2 Not now") as server, pytest.raises(smtplib.SMTPConnectError) as caught:
        client_of(server)
    assert caught.value.smtp_code == 421 and server.sessions[0].commands == []
    with smtp(refuse_recipients={BOB: "421 4.3.2 Closing"}) as server, client_of(server) as client:
        client.ehlo()
        client.mail(ANN)
        assert client.rcpt(BOB) == (421, b"4.3.2 Closing")
        assert client.sock is not None and client.sock.recv(1) == b""


@pytest.mark.drives(client="smtplib", server="smtp", feature="STARTTLS, AUTH PLAIN and LOGIN")
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_password_is_asked_for_after_tls_alone(made: Certificates, mechanism: str) -> None:
    """Before STARTTLS no AUTH is offered; after it the login is noted as hidden, and so is the mail."""
    with smtp(identity=made.identity(), users=USERS, login_required=True) as server, client_of(server) as client:
        client.ehlo()
        assert client.has_extn("starttls") and not client.has_extn("auth")
        client.starttls(context=trusting(made))
        client.ehlo()
        assert client.has_extn("auth") and not client.has_extn("starttls")
        client.user, client.password = "ann", USERS["ann"]
        client.auth(mechanism, {"PLAIN": client.auth_plain, "LOGIN": client.auth_login}[mechanism])
        client.sendmail(ANN, [BOB], HELLO)
    assert [(login.user, login.accepted, login.tls) for login in server.logins] == [("ann", True, True)]
    assert server.messages[0].user == "ann" and server.messages[0].tls
    before = [command.verb for command in server.commands if not command.tls]
    assert before == ["EHLO", "STARTTLS"]
    assert server.sessions[0].verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.drives(client="curl", server="smtp", feature="--ssl-reqd with -u, SMTPS")
@pytest.mark.parametrize("from_start", [False, True])
def test_curl_logs_in_over_tls(made: Certificates, from_start: bool) -> None:
    """By STARTTLS, or with TLS from the start."""
    with smtp(identity=made.identity(), users={"ann": "pw"}, tls_from_start=from_start) as server:
        url = f"smtp{'s' * from_start}://{server.host}:{server.port}"
        arguments = ["--ssl-reqd", "--cacert", made.cafile, "-u", "ann:pw", "--mail-from", ANN, "--mail-rcpt", BOB]
        done = run_program("curl", "-sS", url, *arguments, "--upload-file", "-", stdin=HELLO)
    assert done.returncode == 0, done.stderr
    assert server.messages[0].user == "ann" and server.messages[0].tls and server.logins[0].tls


@pytest.mark.drives(client="openssl s_client", server="smtp", feature="-starttls smtp, certificate")
def test_openssl_believes_the_certificate(made: Certificates) -> None:
    """The chain that STARTTLS shows is verified."""
    with smtp(identity=made.identity()) as server:
        address = f"{server.host}:{server.port}"
        arguments = ["-starttls", "smtp", "-connect", address, "-CAfile", made.cafile, "-ign_eof", "-crlf"]
        done = run_program("openssl", "s_client", *arguments, stdin=b"QUIT\n")
    assert b"Verify return code: 0 (ok)" in done.stdout and b"221 2.0.0 Goodbye" in done.stdout
    assert server.sessions[0].commands[-1].tls


@pytest.mark.parametrize("kind", ["wrong name", "expired", "self-signed"])
def test_a_client_that_refuses_the_certificate_breaks_nothing(made: Certificates, kind: str) -> None:
    """Its handshake fails, and the server goes on."""
    with smtp(identity=made.identity(kind), users=USERS) as server:
        with client_of(server) as client, pytest.raises(ssl.SSLCertVerificationError):
            client.starttls(context=trusting(made))
        with client_of(server) as client:
            client.noop()
    assert server.logins == []


def test_auth_can_be_offered_in_clear() -> None:
    """Without STARTTLS a password that is sent is noted as sent in clear."""
    with smtp(users=USERS) as server, client_of(server) as client:
        client.ehlo()
        assert not client.has_extn("starttls") and client.esmtp_features["auth"].split() == ["LOGIN", "PLAIN"]
        client.login("ann", USERS["ann"])
    (login,) = server.logins
    assert (login.password, login.tls) == (USERS["ann"], False) and server.sessions[0].user == "ann"


def test_auth_can_be_offered_before_starttls_too(made: Certificates) -> None:
    """Then it is for the client to begin TLS first: the record tells whether it did."""
    with smtp(identity=made.identity(), users=USERS, auth_in_clear=True) as server, client_of(server) as client:
        client.ehlo()
        assert client.has_extn("starttls") and client.has_extn("auth")
        client.login("ann", USERS["ann"])
        client.starttls(context=trusting(made))
    verbs = server.sessions[0].verbs
    assert verbs.index("AUTH") < verbs.index("STARTTLS") and not server.logins[0].tls


def test_a_password_that_is_sent_too_early_is_refused_and_recorded(made: Certificates) -> None:
    """AUTH was not offered; what was sent all the same stands in the record, in clear."""
    with smtp(identity=made.identity(), users=USERS) as server, client_of(server) as client:
        client.ehlo()
        code, _ = client.docmd("AUTH", "PLAIN AGFubgBwdw==")
    (command,) = (command for command in server.commands if command.verb == "AUTH")
    assert code == 538 and command.argument == "PLAIN AGFubgBwdw==" and not command.tls


def test_a_wrong_password_is_refused_and_recorded() -> None:
    """What was tried is in the record; who had to log in can send nothing."""
    with smtp(users=USERS, login_required=True) as server, client_of(server) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("ann", "guess")
        with pytest.raises(smtplib.SMTPSenderRefused) as caught:
            client.sendmail(ANN, [BOB], HELLO)
    assert caught.value.smtp_code == 530 and server.messages == []
    assert {(login.user, login.password, login.accepted) for login in server.logins} == {("ann", "guess", False)}


def test_nobody_can_log_in_where_there_are_no_users() -> None:
    """AUTH is not offered, and not understood."""
    with smtp() as server, client_of(server) as client:
        client.ehlo()
        assert not client.has_extn("auth") and client.docmd("AUTH", "PLAIN AGFubgBwdw==")[0] == 502


@pytest.mark.drives(client="smtplib", server="smtp", feature="SIZE, 8BITMIME, SMTPUTF8")
def test_extensions_are_offered_and_kept() -> None:
    """A message over SIZE is refused before it is sent; an address beyond ASCII arrives as it is."""
    with smtp(size_limit=1000) as server, client_of(server) as client:
        client.ehlo()
        assert client.esmtp_features.keys() == {"size", "8bitmime", "smtputf8", "help"}
        with pytest.raises(smtplib.SMTPSenderRefused) as caught:
            client.sendmail(ANN, [BOB], HELLO + b"x" * 1000)
        assert caught.value.smtp_code == 552
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = ANN, "zoë@exämple.net", "Grüße"
        message.set_content("Grüße\n")
        client.send_message(message)
    (mail,) = server.messages
    assert mail.recipients == ["zoë@exämple.net"] and "SMTPUTF8" in mail.options
    assert "Subject: Grüße".encode() in mail.content


def test_without_smtputf8_addresses_are_ascii() -> None:
    """The client is told beforehand, and a client that does not listen is refused."""
    with smtp(smtputf8=False) as server:
        with client_of(server) as client, pytest.raises(smtplib.SMTPNotSupportedError):
            client.sendmail(ANN, ["zoë@example.net"], HELLO, mail_options=["SMTPUTF8"])
        with client_of(server) as client:
            client.ehlo()
            client.send("MAIL FROM:<zoë@example.net>\r\n".encode())
            assert client.getreply() == (500, b"Error: strict ASCII mode")
    assert server.messages == []


def test_what_was_said_before_a_half_close_is_answered() -> None:
    """A client may send all at once and stop sending."""
    with smtp() as server, socket.create_connection(server.address, timeout=5) as sock:
        sock.sendall(b"EHLO x\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nx: y\r\n.\r\nQUIT\r\n")
        sock.shutdown(socket.SHUT_WR)
        said = read_all(sock)
    assert said.endswith(b"221 2.0.0 Goodbye\r\n") and server.sessions[0].ended_properly
    assert [mail.content for mail in server.messages] == [b"x: y\r\n"]


def test_one_session_per_recipient_can_be_told_from_one_session() -> None:
    """Each message knows its session."""
    with smtp() as server:
        for recipient in (BOB, EVE):
            with client_of(server) as client:
                client.sendmail(ANN, [recipient], HELLO)
        with client_of(server) as client:
            client.sendmail(ANN, [BOB], HELLO)
            client.sendmail(ANN, [EVE], HELLO)
    assert [mail.session for mail in server.messages] == [0, 1, 2, 2] and len(server.sessions) == 3


@pytest.mark.drives(client="smtplib", server="smtp", feature="SMTPS, IPv6")
def test_tls_can_begin_at_once_and_on_ipv6(made: Certificates) -> None:
    """There STARTTLS is not offered, and AUTH is."""
    with smtp(host="::1", identity=made.identity(), tls_from_start=True, users=USERS) as server:
        with smtplib.SMTP_SSL("::1", server.port, timeout=5, context=trusting(made)) as client:
            client.login("ann", USERS["ann"])
            assert not client.has_extn("starttls")
    assert all(command.tls for command in server.commands) and server.logins[0].tls


@pytest.mark.parametrize("address", ["<@@>", '"', "<a@[1.2.3>", "<a@[1.2", "", "<a@x> FOO=BAR"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Also those that the parser stumbles over."""
    with smtp() as server, client_of(server) as client:
        client.ehlo()
        assert client.docmd("MAIL", f"FROM:{address}")[0] in (501, 553, 555)


@pytest.mark.parametrize("leave", [smtplib.SMTP.close, smtplib.SMTP.__hash__])
def test_a_client_that_vanishes_in_its_data_leaves_no_message(leave: Callable[[smtplib.SMTP], None]) -> None:
    """Half a message is none, whether the client hangs up or stays until the block ends."""
    client = smtplib.SMTP()
    with smtp() as server:
        client.connect(server.host, server.port)
        begin_data(client)
        client.send(b"Subject: half\r\n\r\nha")
        leave(client)
    client.close()
    assert server.messages == [] and server.sessions[0].verbs[-1] == "DATA"
