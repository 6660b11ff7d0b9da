"""The story of a conversation, as a student reads it."""

import re

from autograde.wire.codes import FAULTS, MISTAKES
from autograde.wire.story import Story, sentences
from autograde.wire.transcript import KINDS, Transcript


def conversation() -> Transcript:
    """A reply that came in single bytes and was read with one recv."""
    transcript = Transcript()
    transcript.add("student", "calls", text="ask('127.0.0.1', 40213, b'PING\\n')")
    transcript.add("server", "listens", text="127.0.0.1:40213")
    transcript.add("server", "accepts", to="student")
    transcript.add("server", "receives", to="student", data=b"PING\n")
    transcript.add("server", "sees the end", to="student")
    for byte in (b"P", b"O", b"N"):
        transcript.add("server", "sends", to="student", data=byte)
    transcript.add("student", "returns", text="b'P'")
    return transcript


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
    transcript = Transcript()
    for number in range(100):
        transcript.add("server", "notes", text=f"event {number}")
    told = sentences(transcript)
    assert len(told) == 15
    assert told[5] == "… 86 more steps …"
    assert told[-1] == "Event 99."


def test_every_kind_of_event_has_words() -> None:
    """No event can be recorded that a story cannot tell."""
    for kind in KINDS:
        transcript = Transcript()
        transcript.add("server", kind, to="student", data=b"x", text="something")
        assert kind == "listens" or re.fullmatch(r"[A-Zs].*\.", sentences(transcript)[0])


def test_the_tables_are_complete() -> None:
    """F01-F30 and W01-W25 are all there; every mistake has a name and advice."""
    assert {f"F{n:02}" for n in range(1, 31)} <= set(FAULTS)
    assert {f"W{n:02}" for n in range(1, 26)} <= set(MISTAKES)
    assert all(mistake.name and mistake.advice.endswith(".") for mistake in MISTAKES.values())
