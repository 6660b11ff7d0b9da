"""The story of a conversation, as a student reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from autograde.wire.codes import FAULTS, MISTAKES
from autograde.wire.story import HERE, Story, sentences, turning_point
from autograde.wire.transcript import KINDS, Transcript

WORDS = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet"]


def a_record(*steps: tuple[str, str, Mapping[str, object]]) -> Transcript:
    """A transcript of (lane, kind, fields)."""
    transcript = Transcript()
    for lane, kind, fields in steps:
        transcript.add(lane, kind, **fields)  # type: ignore[arg-type]
    return transcript


def conversation() -> Transcript:
    """A reply that came in single bytes and was read with one recv."""
    return a_record(
        ("student", "calls", {"text": "ask('127.0.0.1', 40213, b'PING\\n')"}),
        ("server", "listens", {"text": "127.0.0.1:40213"}),
        ("server", "accepts", {"to": "student"}),
        ("server", "receives", {"to": "student", "data": b"PING\n"}),
        ("server", "sees the end", {"to": "student"}),
        *(("server", "sends", {"to": "student", "data": byte}) for byte in (b"P", b"O", b"N")),
        ("student", "returns", {"text": "b'P'"}),
    )


def many_different(number: int) -> Transcript:
    """So many events of which none repeats another."""
    names = [f"{one} {other} {third}" for one in WORDS for other in WORDS for third in WORDS]
    return a_record(*(("server", "notes", {"text": name}) for name in names[:number]))


def test_each_event_becomes_a_sentence_and_like_ones_are_joined() -> None:
    """Three sends in a row are one sentence that says so."""
    assert sentences(conversation()) == [
        "ask('127.0.0.1', 40213, b'PING\\n') was called.",
        "The server accepted a connection from your code.",
        r"The server read b'PING\n' (5 bytes).",
        "The server saw the end: your code will send nothing more.",
        "The server sent b'PON' (3 bytes) in 3 pieces.",
        "It returned b'P'.",
    ]


def test_a_story_has_steps_verdict_caret_advice_and_seed() -> None:
    """The parts come in the order in which a reader needs them."""
    story = Story(
        "What ask returned is not what was wanted.",
        sentences(conversation()),
        wanted=b"PONG\n",
        got=b"P",
        mistake="W01",
        seed="seed 7",
    )
    text = str(story)
    order = [" 1. ask(", "What ask returned", "wanted b'PONG", "got    b'P'", "^ byte 2", "Likely: one recv", "seed 7"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "Lesson 1.3 shows it." in text


def test_a_long_story_keeps_both_ends() -> None:
    """What is left out is counted."""
    told = sentences(many_different(100))
    assert len(told) == 15
    assert told[5] == "… 86 more steps …"
    assert told[-1] == "Alpha juliet juliet."


@pytest.mark.parametrize("place", [0, 4, 6, 50, 93, 98, 99])
def test_a_long_story_keeps_what_is_around_the_failure(place: int) -> None:
    """The failing step is marked, its neighbors are there, and so are the first and the last step."""
    record = many_different(100)
    told = sentences(record, failing=record.events[place])
    events = [f"{event.text[0].upper()}{event.text[1:]}." for event in record]
    assert len(told) <= 15
    assert [line for line in told if line.endswith(HERE)] == [events[place] + HERE]
    plain = [line.removesuffix(HERE) for line in told]
    assert {events[0], events[-1], *events[max(0, place - 3) : place + 2]} <= set(plain)


@pytest.mark.parametrize("place", [0, 30, 99])
def test_steps_keep_their_numbers(place: int) -> None:
    """What is left out is no step of its own, and the steps after it have the numbers of the whole record."""
    record = many_different(100)
    story = str(Story("", sentences(record, failing=record.events[place])))
    lines = [line for line in story.splitlines() if line]
    numbers = [int(found[1]) for line in lines if (found := re.match(r" ?(\d+)\. ", line))]
    left_out = sum(int(found[1]) for line in lines if (found := re.match(r"    … (\d+) more", line)))
    assert numbers[0] == 1 and numbers[-1] == 100 and place + 1 in numbers
    assert len(numbers) + left_out == 100


def test_what_repeats_is_told_twice_and_counted() -> None:
    """Twenty tries of two steps each are five lines."""
    tries = [("student", "connects", {"to": "server"}), ("server", "resets", {"to": "student"})] * 20
    told = sentences(a_record(("student", "calls", {"text": "f()"}), *tries, ("student", "raises", {"text": "Oh."})))
    assert told == [
        "f() was called.",
        *["Your code connected to the server.", "The server aborted the connection (reset)."] * 2,
        "… 18 more times the same …",
        "It raised Oh.",
    ]
    assert "42. It raised Oh." in str(Story("", told))


def test_a_repetition_with_other_numbers_says_so() -> None:
    """A count that goes up is a repetition, but not of the same."""
    told = sentences(a_record(*(("server", "notes", {"text": f"round {number}"}) for number in range(9))))
    assert told == ["Round 0.", "Round 1.", "… 7 more times the same, with other numbers …"]


def test_the_failing_step_is_not_folded_away() -> None:
    """Where one of many like steps is the one that failed, it stands by itself."""
    record = a_record(*(("server", "notes", {"text": "again"}) for _ in range(20)))
    told = sentences(record, failing=record.events[10])
    assert told == ["Again.", "Again.", "… 8 more times the same …", "Again." + HERE, *["Again."] * 2, told[-1]]
    assert told[-1] == "… 7 more times the same …"


def test_the_step_of_a_script_that_was_not_met_is_marked() -> None:
    """It need not be pointed out by the caller."""
    record = a_record(
        ("server", "receives", {"to": "student", "data": b"PIMG\n"}),
        ("server", "misses", {"text": r"wanted b'PING\n', got b'PIMG\n'"}),
        ("server", "resets", {"to": "student"}),
    )
    assert sentences(record)[1] == rf"The server's script failed: wanted b'PING\n', got b'PIMG\n'.{HERE}"


def test_the_turning_point_is_the_missed_step_or_the_end_of_the_call() -> None:
    """Of several steps that were missed it is the one with that problem."""
    record = a_record(
        ("student", "returns", {"text": "1"}),
        ("client 1", "misses", {"text": "wanted a"}),
        ("client 2", "misses", {"text": "wanted b"}),
        ("student", "raises", {"text": "E"}),
        ("server", "closes", {}),
    )
    assert turning_point(record, "wanted b") is record.events[2]
    assert turning_point(record) is record.events[3]
    assert turning_point(record, "something else") is None


def test_what_a_relay_passes_on_is_one_sentence() -> None:
    """It went to the server, through the relay."""
    record = a_record(
        ("student", "sends", {"to": "server", "via": "relay", "data": b"PING\n"}),
        ("server", "half-closes", {"to": "student", "via": "relay"}),
    )
    assert sentences(record) == [
        r"Your code sent b'PING\n' (5 bytes) to the server, through the relay.",
        "The server ended its side towards your code: it will send nothing more.",
    ]


@pytest.mark.parametrize(
    ("lane", "kind", "fields", "told"),
    [
        ("student", "is lost", {"text": "datagram 2", "to": "server", "via": "relay"},
         "Your code sent datagram 2, b'x' (1 byte), to the server, but the relay lost it."),
        ("server", "is lost", {"to": "student"},
         "The server sent the datagram b'x' (1 byte) to your code, but the network lost it."),
        ("student", "is held", {"to": "server", "via": "relay"},
         "Your code sent the datagram b'x' (1 byte) to the server, and the relay held it back."),
        ("relay", "sends", {"to": "server", "text": "late"}, "The relay sent the datagram b'x' (1 byte), late."),
        ("relay", "sends", {"to": "server", "text": "again"}, "The relay sent the datagram b'x' (1 byte), again."),
        ("relay", "sends", {"to": "student", "text": "changed: bit 3 of byte 1"},
         "The relay sent the datagram b'x' (1 byte), changed: bit 3 of byte 1."),
        ("stranger", "sends", {"to": "student"}, "A stranger sent the datagram b'x' (1 byte)."),
    ],
)  # fmt: skip
def test_the_fate_of_a_datagram_is_told(lane: str, kind: str, fields: dict[str, object], told: str) -> None:
    """Lost, kept back, late, twice, changed, or from somebody else."""
    assert sentences(a_record((lane, kind, {"data": b"x", "unit": "datagram", **fields}))) == [told]


def test_each_datagram_is_a_sentence_of_its_own() -> None:
    """TCP does not keep the borders of sends, UDP does."""
    for unit, number in (("", 1), ("datagram", 3)):
        pieces = [("server", "sends", {"to": "student", "data": data, "unit": unit}) for data in (b"a", b"b", b"c")]
        assert len(sentences(a_record(*pieces))) == number


def test_in_a_crowd_everybody_goes_by_name() -> None:
    """With more than two parties it is said who sent to whom."""
    record = a_record(
        ("client 1", "sends", {"to": "student", "data": b"a"}),
        ("client 2", "receives", {"to": "student", "data": b"b"}),
        ("client 2", "closes", {"to": "student"}),
    )
    assert sentences(record) == [
        "Client 1 sent b'a' (1 byte) to your code.",
        "Client 2 read b'b' (1 byte) from your code.",
        "Client 2 closed the connection with your code.",
    ]


def test_the_connections_of_one_server_are_told_apart() -> None:
    """FTP's commands need no mention of where they went; what happens to a data connection does."""
    record = a_record(
        ("student", "connects", {"to": "control"}),
        ("student", "sends", {"to": "control", "data": b"LIST\r\n"}),
        ("data 1", "sends", {"to": "student", "data": b"a.txt"}),
        ("data 2", "resets", {"to": "student"}),
    )
    assert sentences(record) == [
        "On the control connection, your code connected to the server.",
        r"Your code sent b'LIST\r\n' (6 bytes).",
        "On data connection 1, the server sent b'a.txt' (5 bytes).",
        "On data connection 2, the server aborted the connection (reset).",
    ]


@pytest.mark.parametrize(
    ("kind", "text"), [("raises", "ConnectionRefusedError: no"), ("misses", "the client could not connect: no")]
)
def test_a_refused_attempt_is_told_as_an_attempt(kind: str, text: str) -> None:
    """Who was refused did not connect; who connected and was disappointed later did."""
    refused = [("client", "connects", {"to": "student"}), ("client", kind, {"text": text})]
    assert sentences(a_record(*refused))[0] == "The client tried to connect to your code."
    disappointed = [refused[0], ("client", kind, {"text": "wanted b'hello'"})]
    assert sentences(a_record(*disappointed))[0] == "The client connected to your code."


def test_long_binary_data_is_told_in_pairs_of_digits() -> None:
    """Escapes would show half as many bytes; text, and what is short, stays as Python writes it."""
    told = sentences(a_record(("server", "sends", {"to": "student", "data": bytes(range(128, 228))})))
    assert told == ["The server sent 80 81 82 83 84 85 86 87 88 89 8a 8b 8c … (100 bytes, in hex)."]
    short = sentences(a_record(("server", "sends", {"to": "student", "data": b"\x00\x00\x00\x05hello"})))
    assert short == [r"The server sent b'\x00\x00\x00\x05hello' (9 bytes)."]


def test_every_kind_of_event_has_words() -> None:
    """No event can be recorded that a story cannot tell."""
    for kind in KINDS:
        told = sentences(a_record(("server", kind, {"to": "student", "data": b"x", "text": "something"})))
        assert kind == "listens" or re.fullmatch(rf"[A-Zs].*\.({HERE})?", told[0])


def test_the_tables_are_complete() -> None:
    """F01-F30 and W01-W25 are all there; every mistake has a name and advice."""
    assert {f"F{n:02}" for n in range(1, 31)} <= set(FAULTS)
    assert {f"W{n:02}" for n in range(1, 26)} <= set(MISTAKES)
    assert all(mistake.name and mistake.advice.endswith(".") for mistake in MISTAKES.values())
