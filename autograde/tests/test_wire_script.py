"""Scripts that come as text."""

from __future__ import annotations

import pytest

from autograde.wire.script import BadScript, datagram_script, stream_script


def test_the_words_of_a_check_cell_work() -> None:
    """Steps and rules with bytes, numbers and keywords."""
    told = [step.describe() for step in stream_script("passes(100), sends(b'x'), drips(every=0.5)")]
    assert told == ["passes 100 bytes on", "sends b'x'", "sends b'.' every 0.5 s, for ever (F07, drip-feed)"]
    assert [rule.clause for rule in datagram_script("drops(2), duplicates(rate=0.1)")] == [
        "loses datagram 2",
        "delivers 10 % of the datagrams twice",
    ]
    assert stream_script("") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("passes(100", "Write it like this"),
        ("explode()", "There are: passes, expects"),
        ("passes", "There are"),
        ("__import__('os').system('true')", "There are"),
        ("sends(open('x'))", "does not fit"),
        ("sends(b'x', 2)", r"does not fit sends\(data"),
        ("passes(upto=b'')", "nothing to look for"),
        ("\0", "cannot be read"),
    ],
)
def test_anything_else_gets_a_sentence(text: str, told: str) -> None:
    """No code is run, and the sentence says what would be right."""
    with pytest.raises(BadScript, match=told):
        stream_script(text)


def test_rules_say_what_they_miss() -> None:
    """The rules' own complaint is passed on."""
    with pytest.raises(BadScript, match="say to which datagrams"):
        datagram_script("drops()")
