"""When a claim's own guess is told, and when what was found speaks against it.

Each wrong answer here is one that was handed in, cut down; the servers are real ones.

PYTEST_DONT_REWRITE: the asserts here stand for those of check cells, which pytest does not rewrite either.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from autograde.examiner.score import Row, Score, ended_in_time, raises
from autograde.examiner.submitted import Answer, answers, submitted
from autograde.wire.peer import peer
from autograde.wire.steps import delays, expects, sends
from autograde.wire.stream_faults import drips, resets, stalls

Verdict = Callable[[], Row]


@contextmanager
def claim(source: str, likely: str = "") -> Iterator[tuple[Any, Verdict]]:
    """A block that is a claim about `answer` of this source, and what gives its row afterwards."""
    score = Score(points=1)
    with answers([Answer(textwrap.dedent(source), "answer")]):
        answer = submitted("answer")
        with score("It is right", likely=likely):
            yield answer, lambda: score.rows[0]


ASK = """
import socket

def answer(host, port):
    with socket.create_connection((host, port), timeout=0.3) as sock:
        sock.sendall(b"PING")
        sock.shutdown(socket.SHUT_WR)
        pieces = []
        while piece := sock.recv(4096):
            pieces.append(piece)
        return b"".join(pieces)
"""


@pytest.mark.parametrize(
    ("source", "mistake"),
    [
        (ASK.replace("SHUT_WR", "SHUT_RDWR"), "reading side"),
        (ASK.replace("SHUT_WR)", "SHUT_WR)  # not SHUT_RDWR").replace("recv(4096)", "recv(0)"), ""),
    ],
)
def test_nothing_came_though_the_server_had_not_ended(source: str, mistake: str) -> None:
    """Then no guess of the claim is right; who shut the reading side down is asked about that."""
    with claim(source, "W05") as (ask, row):
        with peer(expects(b"PING", then_eof=True), stalls()) as server, raises(TimeoutError):
            ask(server.host, server.port)
    assert row().mistake == mistake
    assert ("did your code shut down its own reading side?" in row().story) == bool(mistake)


def test_an_error_that_was_caught_is_one_that_became_an_answer() -> None:
    """Whatever the claim was about, a TimeoutError that was passed over is no wrong deadline."""
    source = """
    import socket

    def answer(host, port):
        try:
            with socket.create_connection((host, port), timeout=0.2) as sock:
                return sock.recv(10)
        except OSError:
            return b""
    """
    with claim(source, "W05") as (ask, row), peer(stalls()) as server, raises(TimeoutError):
        ask(server.host, server.port)
    assert row().mistake == "W06"


@pytest.mark.parametrize("likely", ["", "W06"])
def test_nothing_was_turned_into_an_answer_where_nothing_is_caught(likely: str) -> None:
    """Who returns an empty list for what has no address, and True for a port, has met no error."""
    with claim("def answer(port):\n    return []\n", likely) as (resolve, row), raises(LookupError):
        resolve(True)
    assert row().mistake == ""


def test_a_list_of_pieces_is_no_part_of_the_reply() -> None:
    """The type is told, and no guess."""
    source = ASK.replace('b"".join(pieces)', "pieces")
    with claim(source, "W01") as (ask, row):
        with peer(expects(b"PING", then_eof=True), sends(b"PONG")) as server:
            assert ask(server.host, server.port) == b"PONG"
    assert row().mistake == ""
    assert "wanted b'PONG', got [b'PONG']. What came is a list, not bytes." in row().story


@pytest.mark.parametrize(
    ("returned", "wanted", "told"),
    [
        ("'OK'", ["OK"], "What came is a str, not a list."),
        ("(each for each in ['OK'])", ["OK"], "What came is a generator object, not a list."),
        ("None", 3, "wanted 3, got None. Was there a `return` on this way out?"),
        ("[1, (2,)]", [1, [2]], "Item 2 is a tuple, not a list."),
        ("{'flags': ('SYN',), 'ttl': 1}", {"flags": ["SYN"], "ttl": 1}, "got ('SYN',) (a tuple, not a list)."),
        ("{'transport': {}}", {"transport": None}, "wanted None, got {} (a dict, not None)."),
        ("{'sent': 1}", {"sent": 1, "lost": 0}, "['lost'] is missing."),
    ],
)
def test_another_type_is_told_and_nothing_is_guessed(returned: str, wanted: Any, told: str) -> None:
    """A value of another type, an entry or an item of one, or a dictionary with other keys."""
    with claim(f"def answer():\n    return {returned}\n", "fragments") as (answer, row):
        assert answer() == wanted
    assert row().mistake == "" and told in row().story


def test_an_object_is_called_by_its_class() -> None:
    """And not the student's."""
    source = "import ipaddress\n\ndef answer():\n    return ipaddress.ip_address('127.0.0.1'), 80\n"
    with claim(source, "unchecked") as (answer, row):
        assert answer() == ("127.0.0.1", 80)
    assert "got (<an IPv4Address object>, 80). Item 1 is an IPv4Address object, not a str." in row().story


def test_a_check_that_speaks_for_itself_tells_of_other_types_too() -> None:
    """Its message shows both dictionaries, in which a tuple is easily overlooked."""
    with claim("def answer():\n    return {'peer': ('::1', 5)}\n", "W05") as (answer, row):
        got, wanted = answer(), [{"peer": ["::1", 5]}]
        assert got in wanted, f"the entry is wrong: {got}"
    assert row().mistake == ""
    assert "The entry is wrong: {'peer': ('::1', 5)}. ['peer'] is a tuple, not a list." in row().story


@pytest.mark.parametrize(
    ("returned", "likely", "mistake"),
    [
        ("{'lost': 2, 'late': 0}", "late", ""),
        ("{'lost': 0, 'late': 2}", "late", "late"),
        ("{'lost': 2, 'late': 0}", "W05", ""),
        ("{'lost': 2, 'late': 0}", "W16", ""),
    ],
)
def test_a_guess_about_an_entry_needs_that_entry_to_be_wrong(returned: str, likely: str, mistake: str) -> None:
    """Of `lost` alone nobody can tell what was late, or that somebody waited busily."""
    with claim(f"def answer():\n    return {returned}\n", likely) as (answer, row):
        assert answer() == {"lost": 0, "late": 0}
    assert row().mistake == mistake


@pytest.mark.parametrize("likely", ["W02", "W03", "W08"])
def test_a_wrong_count_is_no_lost_byte_and_no_slow_copy(likely: str) -> None:
    """All arrived in time, and what was returned is not the number of calls."""
    with claim("def answer():\n    return 3000\n", likely) as (send_all, row):
        calls = send_all()
        assert calls == 1000, f"it takes 1,000 calls; send_all returned {calls!r}"
    assert row().mistake == ""


def test_a_byte_a_call_is_slow_without_any_copy() -> None:
    """recv(1) for 64 MB."""
    source = """
    def answer(sock):
        data = bytearray()
        while piece := sock.recv(1):
            data += piece
    """
    with claim(source, "W03") as (read, row), peer(drips(b"x", every=0.05)) as server:
        read.within(0.3)(server.connect())
    assert row().mistake == "byte by byte"


@pytest.mark.parametrize(
    ("cut", "mistake"),
    [
        ("line.rstrip()", "stripped"),
        ("line.splitlines()[0]", "stripped"),
        ("line.replace('\\r', '\\n')", "newline"),
    ],
)
def test_what_takes_off_too_much_is_no_translated_line_end(cut: str, mistake: str) -> None:
    """Both change a reply, and only one of them has to do with `newline=`."""
    with claim(f"def answer(line):\n    return [{cut}]\n", "newline") as (read, row):
        assert read("a\rb ") == ["a\rb "]
    assert row().mistake == mistake


@pytest.mark.parametrize(
    ("raised", "likely"), [("UnicodeDecodeError('utf-8', b'x', 0, 1, 'invalid start byte')", "beyond")]
)
def test_a_text_that_cannot_be_decoded_is_not_too_long(raised: str, likely: str) -> None:
    """A reply of max_bytes that is no text."""
    with claim(f"def answer():\n    raise {raised}\n", likely) as (ask, row):
        assert ask() == b"x"
    assert row().mistake == ""


@pytest.mark.parametrize("likely", ["W01", "W08", "W16"])
def test_a_reset_says_nothing_of_pieces_and_of_what_is_open(likely: str) -> None:
    """The exception speaks for itself."""
    with claim(ASK, likely) as (ask, row):
        with peer(expects(b"PING", then_eof=True), resets()) as server:
            assert ask(server.host, server.port) == b"PONG"
    assert row().mistake == "" and "ConnectionResetError" in row().story


WAIT = """
import time

def answer(sock, *, patience):
    HOW
    try:
        while sock.recv(100):
            pass
    except TimeoutError:
        pass
"""


@pytest.mark.parametrize(("how", "mistake"), [("sock.settimeout(patience)", "W05"), ("time.sleep(2.5); return", "")])
def test_a_deadline_is_guessed_at_only_after_one_more_wait(how: str, mistake: str) -> None:
    """A timeout that starts anew ends one timeout after the last piece; a fixed time does not. Its name is theirs."""
    with claim(WAIT.replace("HOW", how), "W05") as (wait, row):
        with peer(delays(0.8), sends(b"x"), stalls()) as server:
            wait(server.connect(), patience=1.0)
        ended_in_time(wait, 1.0)
    assert "with patience=1 it may take 1.5 s in all" in row().story
    assert row().mistake == mistake


def test_a_recursion_is_one_line_and_a_number() -> None:
    """And not two dozen lines."""
    with claim("def answer(n=0):\n    return answer(n + 1)\n") as (answer, row):
        answer()
    assert row().story.count("your line 2") == 1 and " times)" in row().story


def test_values_are_named_by_where_they_come_from() -> None:
    """The names of a check are its own affair."""

    def only(value: Any) -> Any:
        return {key: value[key] for key in value if key != "rtt"}

    source = "def answer():\n    return {'sent': 1, 'rtt': 2}\n"
    with claim(source) as (udp_ping, row):
        whole = udp_ping.within(3.0)()
        report = only(whole)
        assert report == {"sent": 2}
    assert "What udp_ping returned is not what was wanted: ['sent']: wanted 2, got 1." in row().story
    with claim(source) as (udp_ping, row):
        report, wanted = {**udp_ping(), "rtt": 0}, {"sent": 2, "rtt": 0}
        assert report == wanted
    assert "What udp_ping returned is not what was wanted" in row().story
    with claim(source) as (udp_ping, row):
        report = udp_ping()
        assert isinstance(report, dict) and report.get("sent") == 3
    assert "['sent'] in what udp_ping returned is not what was wanted: wanted 3, got 1." in row().story
    with claim("def answer():\n    return 1, 2\n") as (udp_ping, row):
        _first, second = udp_ping()
        assert second == 3
    assert "Item 2 of what udp_ping returned is not what was wanted: wanted 3, got 2." in row().story


def test_each_part_of_a_condition_is_told_by_itself() -> None:
    """A type first, then a number."""
    for returned, told in [
        ("None", "wanted an int, got None. Was there a `return` on this way out?"),
        ("'2'", "What send_all returned is not of the type that was wanted: wanted an int, got a str: '2'."),
        ("1", "What send_all returned is not what was wanted: wanted more than 1, got 1."),
    ]:
        with claim(f"def answer():\n    return {returned}\n", "W02") as (send_all, row):
            calls = send_all()
            assert isinstance(calls, int) and calls > 1
        assert told in row().story and row().mistake == ""
    with claim("def answer():\n    return None\n") as (connect_any, row):
        errors = connect_any()
        assert isinstance(errors, list | tuple)
    assert "wanted a list or a tuple, got None" in row().story


def test_what_an_exception_says_is_called_by_its_class() -> None:
    """One without its attribute `got`."""
    source = "def answer():\n    raise EOFError('nothing')\n"
    with claim(source, "W04") as (read, row):
        with raises(EOFError) as short:
            read()
        facts = (10, getattr(short.error, "got", None))
        assert facts == (10, b"")
    assert "What the EOFError says is not what was wanted: wanted (10, b''), got (10, None)." in row().story
    assert row().mistake == ""


def test_a_sentence_that_begins_with_their_name_leaves_it_as_it_is() -> None:
    """`answer`, not `Answer`."""
    with claim("def answer():\n    return 1\n") as (answer, row):
        raise AssertionError(f"answer returned {answer()}")
    assert "\nanswer returned 1.\n" in row().story
