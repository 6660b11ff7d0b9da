"""The score of a claim about a server: what flew out of it is told before what its clients missed, and named.

PYTEST_DONT_REWRITE: the asserts here stand for those of check cells, which pytest does not rewrite either.
"""

from __future__ import annotations

import socket

import pytest

from autograde.examiner.score import Row, Score
from autograde.tests.examined import examined
from autograde.wire.peer import client
from autograde.wire.steps import expects, sends
from autograde.wire.stream_faults import vanishes

SERVERS = """
    def raises(listener):
        conn, address = listener.accept()
        with conn:
            raise OSError(5, "out of paper")

    def decodes(listener):
        conn, address = listener.accept()
        with conn:
            conn.recv(100).decode()

    def talks_on_the_listener(listener):
        conn, address = listener.accept()
        with conn:
            listener.sendall(b"hello")

    def takes_a_pair(listener):
        conn, (host, port) = listener.accept()
        conn.close()

    def closes_the_listener(listener):
        listener.accept()[0].close()
        listener.close()
        listener.accept()

    def leaves_it_open(listener, kept=[]):
        conn, address = listener.accept()
        kept.append(conn)
        conn.sendall(b"hello")

    def forgets_the_line_end(listener):
        with listener.accept()[0] as conn:
            conn.sendall(b"hel")

    def says_something_else(listener):
        with listener.accept()[0] as conn:
            conn.sendall(b"good evening")
            conn.recv(1)
        raise OSError(5, "out of paper")
"""


def failed(function: str, greeting: bytes = b"hello", host: str = "127.0.0.1") -> Row:
    """The row of a claim that this server greets its client."""
    score = Score(points=1)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with examined(SERVERS) as submitted, socket.create_server((host, 0), family=family) as listener:
        address = listener.getsockname()[:2]
        with score("A client is greeted"), client(address, sends(b"caf\xff"), expects(greeting, then_eof=True)):
            submitted(function)(listener)
    (row,) = score.rows
    assert row.outcome == "fail"
    return row


def test_what_a_server_raised_is_the_cause_of_what_its_client_missed() -> None:
    """It hangs up on its way out, so the client knows first; the line is what the student needs."""
    row = failed("raises")
    assert "Your code raised OSError: [Errno 5] out of paper" in row.story and "your line 4" in row.story
    assert row.mistake == "one for all"


def test_what_a_client_got_wrong_is_still_the_first_cause() -> None:
    """Here the client hung up, because of what it had read; the exception came later."""
    row = failed("says_something_else")
    assert "wanted b'hello', got b'good " in row.story


@pytest.mark.parametrize(
    ("function", "mistake"),
    [
        ("decodes", "one for all"),
        ("talks_on_the_listener", "listening"),
        ("closes_the_listener", "last guest"),
        ("leaves_it_open", "W08"),
    ],
)
def test_the_mistakes_of_servers_have_names(function: str, mistake: str) -> None:
    """Each by what it leaves in the record, or by the line that it raises on."""
    assert failed(function).mistake == mistake


def test_a_line_without_its_end_has_a_name() -> None:
    """All but the end of the line has come: that is no send that took a part."""
    assert failed("forgets_the_line_end", b"hel\n").mistake == "line end"
    assert failed("forgets_the_line_end", b"hello\n").mistake == "W02"


def test_an_address_is_no_pair_over_ipv6() -> None:
    """Found by the line that unpacks it."""
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    assert failed("takes_a_pair", host="::1").mistake == "sockaddr"


def test_vanishing_clients_are_told_before_what_flies_out() -> None:
    """The reset is in the story, and so is the exception that it made."""
    score = Score(points=1)
    with examined(SERVERS) as submitted, socket.create_server(("127.0.0.1", 0)) as listener:
        with score("Nobody minds"), client(listener.getsockname(), vanishes()) as guest:
            guest.wait_until_done()
            submitted("decodes")(listener)
    assert "aborted the connection (reset)" in score.rows[0].story and score.rows[0].mistake == "one for all"
