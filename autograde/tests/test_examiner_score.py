"""The score of a check cell: what a claim says about real student code, and the number that nbgrader reads.

PYTEST_DONT_REWRITE: the asserts here stand for those of check cells, which pytest does not rewrite either.
"""

from __future__ import annotations

import contextlib
import socket
import textwrap
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from autograde.examiner.score import Score, ended_in_time, raises
from autograde.examiner.submitted import Answer, answers, submitted
from autograde.wire.peer import client, peer
from autograde.wire.places import closed_port
from autograde.wire.steps import expects, sends
from autograde.wire.stream_faults import resets, stalls

ASK = """
import socket

def ask(host, port, request, timeout=2.0):
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        return sock.recv(3)
"""


@contextlib.contextmanager
def handed_in(source: str, name: str = "ask") -> Iterator[Any]:
    """The stand-in for `name` of an answer cell."""
    with answers([Answer(source, "answer")]):
        yield submitted(name)


def test_an_assert_shows_both_sides_of_a_call() -> None:
    """`assert ask(...) == reply` says what was wanted and what came, and calls nothing twice."""
    score = Score(points=2, seed=5)
    with handed_in(ASK) as ask, score("The reply is whole"):
        with peer(expects(b"PING\n", then_eof=True), sends(b"PONG\n")) as server:
            assert ask(server.host, server.port, b"PING\n") == b"PONG\n"
    (row,) = score.rows
    assert row.outcome == "fail"
    assert "wanted b'PONG\\n'" in row.story and "got    b'PON'" in row.story
    assert "What ask returned is not what was wanted." in row.story
    assert row.story.count("was called") == 1
    assert row.mistake == "W01"
    assert "Score(points=2, seed=5)" in row.story
    assert row.picture.startswith("<svg")


def test_partial_credit_is_the_part_of_the_claims_that_hold() -> None:
    """Two of three claims, 4 points: 2.67, as text that nbgrader reads as a number."""
    score = Score(points=4)
    for value in (1, 1, 2):
        with score(f"One is {value}"):
            assert value == 1
    assert score.earned == 2.67
    assert float(repr(score)) == 2.67
    assert score._repr_mimebundle_()["text/plain"] == "2.67"


def test_a_score_without_claims_earns_nothing() -> None:
    """A cell that ends before its first claim gives no points."""
    assert repr(Score(points=3)) == "0"


def test_what_the_peer_missed_is_the_first_cause() -> None:
    """A wrong request is reported as such, not as the short reply that follows from it."""
    score = Score(points=1)
    with handed_in(ASK) as ask, score("The request arrives"):
        with peer(expects(b"PING\n", then_eof=True), sends(b"PONG\n")) as server:
            assert ask(server.host, server.port, b"PIMG\n") == b"PON"
    assert "wanted b'PING\\n', got b'PIMG\\n'" in score.rows[0].story
    assert "byte 3: wanted b'N', got b'M'" in score.rows[0].story


def test_an_exception_of_the_student_shows_their_line_and_what_it_means() -> None:
    """The story names the exception, the student's own line, and what such an exception says."""
    score = Score(points=1)
    with handed_in(ASK) as ask, score("Nobody is there"), closed_port() as (host, port):
        assert ask(host, port, b"PING\n") == b"PONG\n"
    story = score.rows[0].story
    assert "raised ConnectionRefusedError" in story
    assert "with socket.create_connection((host, port), timeout=timeout) as sock:" in story
    assert "nobody listens on that port" in story


@pytest.mark.parametrize(
    ("steps", "wanted", "words"),
    [
        ([sends(b"PONG\n"), resets()], ConnectionError, "wanted ConnectionError, but the call returned"),
        ([stalls()], ConnectionError, "wanted ConnectionError, got TimeoutError"),
    ],
)
def test_a_missing_exception_is_named(steps: list[Any], wanted: type[Exception], words: str) -> None:
    """`raises` tells an answer from an error and one error from another."""
    score = Score(points=1)
    with handed_in(ASK) as ask, score("It raises"):
        with peer(expects(b"PING\n", then_eof=True), *steps) as server, raises(wanted):
            ask(server.host, server.port, b"PING\n", timeout=0.2)
    assert words.lower() in score.rows[0].story.lower()


def test_the_wanted_exception_is_kept() -> None:
    """What was raised can be looked at."""
    score = Score(points=1)
    with handed_in(ASK) as ask, score("Refused"):
        with closed_port() as (host, port), raises(ConnectionRefusedError) as refused:
            ask(host, port, b"")
        assert refused.error.errno
    assert score.earned == 1


def test_a_server_waiting_for_the_end_is_recognized() -> None:
    """No shutdown: both sides wait. The story says so by name."""
    score = Score(points=1)
    source = ASK.replace("sock.shutdown(socket.SHUT_WR)", "pass")
    with handed_in(source) as ask, score("It answers"):
        with peer(expects(b"PING\n", then_eof=True), sends(b"PONG\n")) as server:
            assert ask(server.host, server.port, b"PING\n", timeout=10.0) == b"PON"
    assert score.rows[0].mistake == "half-close"
    assert "sock.shutdown(socket.SHUT_WR)" in score.rows[0].story


def test_an_unfinished_answer_is_recognized() -> None:
    """The untouched stub is told to write an answer, not that it has made a mistake."""
    score = Score(points=1)
    with handed_in("def ask(*args):\n    raise NotImplementedError()") as ask, score("It answers", likely="W01"):
        assert ask() == b""
    assert score.rows[0].mistake == "unfinished"


def test_a_character_cut_in_two_is_recognized() -> None:
    """Whether its exception is what failed the claim, or came instead of the one that was wanted."""
    score = Score(points=2)
    with handed_in("def ask():\n    return 'ö'.encode()[:1].decode()") as ask:
        with score("It decodes", likely="W01"):
            assert ask() == "ö"
        with score("It raises", likely="resume"), raises(TimeoutError):
            ask()
    assert [row.mistake for row in score.rows] == ["W09", "W09"]


def test_bytes_that_were_skipped_are_recognized_as_a_part_that_was_not_sent() -> None:
    """The header was sent in part, the payload behind it whole."""
    score = Score(points=1)
    source = "def put(sock):\n    sock.send(b'header'[:3])\n    sock.sendall(b'payload')"
    with handed_in(source, "put") as put, score("All is sent", likely="W02"):
        with peer(expects(b"headerpayload")) as server:
            put(server.connect())
    assert score.rows[0].mistake == "W02"


def test_an_exception_is_no_answer_even_if_it_is_the_wrong_one() -> None:
    """The guess that an error was turned into an answer needs an answer."""
    score = Score(points=2)
    source = """
    def ask(how):
        if how:
            raise EOFError
        try:
            raise ConnectionResetError
        except OSError:
            return b""
    """
    with handed_in(textwrap.dedent(source)) as ask:
        for how in (True, False):
            with score("It raises", likely="W06"), raises(ConnectionError):
                ask(how)
    assert [row.mistake for row in score.rows] == ["", "W06"]


def test_a_guess_at_what_comes_after_an_exception_needs_the_exception() -> None:
    """Who never raised cannot have lost what had come before."""
    score = Score(points=1)
    with handed_in("def ask():\n    return 'half a line'") as ask, score("It goes on", likely="resume"):
        with raises(TimeoutError):
            ask()
    assert score.rows[0].mistake == ""


SERVE = """
def serve(listener):
    conn, _ = listener.accept()
    out = conn.makefile("w")
    out.write(conn.recv(100).decode())
    WHAT_THEN
"""
"""A server that echoes through a file object."""


@pytest.mark.parametrize(
    ("what_then", "likely", "mistake"),
    [
        ("out.flush(); conn.close(); conn.recv(1)", "", "W08"),
        ("conn.recv(100)", "flush", "flush"),
        ("out.write('e'); out.close(); conn.close()", "spaces", "spaces"),
        ("out.close(); conn.close(); raise OSError(98, 'Address already in use')", "stale", "stale"),
    ],
)
def test_what_a_server_did_wrong_is_recognized(what_then: str, likely: str, mistake: str) -> None:
    """A client waits for the end of its connection, or for a reply, or gets a wrong one; or the server raises."""
    score = Score(points=1)
    steps = [sends(b"a b"), expects(b"a b", then_eof=True)]
    with handed_in(SERVE.replace("WHAT_THEN", what_then), "serve") as serve, score("It answers", likely=likely):
        with socket.create_server(("127.0.0.1", 0)) as listener, client(listener.getsockname(), *steps):
            serve.within(2.0)(listener)
    assert score.rows[0].mistake == mistake


def test_what_was_not_tried_again_is_no_fault_of_the_conversation() -> None:
    """The other side waited in vain, which nobody could change."""
    score = Score(points=2)
    with handed_in("def ask(*args):\n    while True: pass") as ask:
        for number in (1, 2):
            with score(f"Try {number}", likely="spaces"), peer(expects(b"x")) as server:
                ask.within(0.3)(server.host, server.port)
    assert "was not tried again" in score.rows[1].story.splitlines()[-3]
    assert score.rows[1].mistake == ""


def test_a_broken_check_costs_nothing_and_says_so() -> None:
    """An exception of the check itself is our fault."""
    score = Score(points=1)
    with score("The check is right"):
        _ = 1 / 0
    assert score.rows[0].outcome == "infrastructure"
    assert "costs you nothing" in score.rows[0].story
    assert "1 / 0" not in score.rows[0].story and "1 / 0" in score.rows[0].trouble


def test_an_interrupt_is_not_swallowed() -> None:
    """Whoever stops the check stops it."""
    score = Score(points=1)
    with pytest.raises(KeyboardInterrupt), score("Interrupted"):
        raise KeyboardInterrupt


def test_a_call_that_takes_too_long_is_told_how_long_it_may_take() -> None:
    """Half the timeout more, or 0.3 s, whichever is larger."""
    score = Score(points=1)
    with handed_in("import time\ndef slow(s):\n    time.sleep(s)", "slow") as slow, score("In time"):
        slow(0.45)
        ended_in_time(slow, 0.1)
    assert "with timeout=0.1 it may take 0.4 s in all" in score.rows[0].story


def test_a_story_is_about_the_last_conversation_of_its_claim() -> None:
    """What went well before is no part of the story."""
    score = Score(points=1)
    with handed_in(ASK) as ask, score("Both are whole"):
        for reply in (b"abc", b"abcd"):
            with peer(expects(b"x", then_eof=True), sends(reply)) as server:
                assert ask(server.host, server.port, b"x") == reply
    assert score.rows[0].story.count("accepted a connection") == 1


def test_closing_a_borrowed_socket_is_the_students_fault() -> None:
    """A check that cannot go on with its own socket, because the student closed it, is not broken."""
    score = Score(points=1)
    with handed_in("def take(sock):\n    sock.close()\n    return b''", "take") as take, score("The socket stays open"):
        with peer(sends(b"hello"), expects(b"thanks")) as server:
            sock = server.connect(timeout=2.0)
            assert take(sock) == b""
            sock.sendall(b"thanks")
    assert score.rows[0].outcome == "fail"
    assert "closed the socket that it was given" in score.rows[0].story


def test_what_student_code_prints_is_shown_under_the_claims() -> None:
    """Printing is allowed, capped, escaped, and never counts."""
    score = Score(points=1)
    with handed_in("def talk():\n    print('<hello>' * 5000)\n    return 1", "talk") as talk, score("It talks"):
        assert talk() == 1
    page = score._repr_mimebundle_()["text/html"]
    assert score.earned == 1
    assert "What your code printed" in page and "&lt;hello&gt;" in page and "more characters" in page


def test_the_same_seed_gives_the_same_data() -> None:
    """A failure can be replayed."""
    assert Score(1, seed=9).random.randbytes(8) == Score(1, seed=9).random.randbytes(8)
    assert Score(1).seed != Score(1).seed


def test_the_table_escapes_what_students_wrote() -> None:
    """No markup of a student reaches the page."""
    score = Score(points=1)
    with score("No <b>markup</b>"):
        raise AssertionError("<script>alert(1)</script>")
    page = score._repr_mimebundle_()["text/html"]
    assert "<script" not in page and "<b>" not in page
    HTMLParser().feed(page)
