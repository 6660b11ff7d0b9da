"""What a student reads when numbers and dictionaries are compared, and which guesses that speaks against.

PYTEST_DONT_REWRITE: the asserts here stand for those of check cells, which pytest does not rewrite either.
"""

from __future__ import annotations

from typing import Any

import pytest

from autograde.examiner.expectations import TRIES, undisturbed
from autograde.examiner.score import Score
from autograde.examiner.submitted import Answer, answers, submitted


def story_of(source: str, wanted: Any, likely: str = "") -> str:
    """The story of a claim that what `answer` of this source returns is `wanted`."""
    score = Score(points=1)
    with answers([Answer(source, "answer")]):
        answer = submitted("answer")
        with score("The answer is right", likely=likely):
            assert answer() == wanted
    return score.rows[0].story


def test_dictionaries_are_told_apart_by_their_entries() -> None:
    """A wrong value, a missing and a superfluous key, also within; equal entries are not told."""
    source = "def answer():\n    return {'a': 1, 'b': 2, 'in': {'c': 3, 'd': b'x'}, 'extra': 0}\n"
    story = story_of(source, {"a": 1, "b": 5, "in": {"c": 4, "d": b"x"}, "z": None})
    assert (
        "What answer returned is not what was wanted: ['b']: wanted 5, got 2; ['in']['c']: wanted 4, got 3; "
        "['z'] is missing; ['extra'] is there, and should not be.\n"
    ) in story


def test_many_differences_are_counted() -> None:
    """Six are told, the others are a number."""
    source = "def answer():\n    return {n: -1 for n in range(10)}\n"
    assert story_of(source, {n: n for n in range(10)}).count("wanted") == 7  # six, and the sentence before them
    assert "and 4 more." in story_of(source, {n: n for n in range(10)})


def test_a_dictionary_instead_of_which_something_else_came() -> None:
    """Nothing to tell apart."""
    assert "wanted {'a': 1}, got None" in story_of("def answer():\n    return None\n", {"a": 1})


@pytest.mark.parametrize(("got", "is_backwards"), [(0x3412, True), (0x34120000, True), (0x1235, False)])
def test_byte_order_is_suspected_only_where_a_number_is_backwards(got: int, is_backwards: bool) -> None:
    """The same bytes from the other end, in 2 or 4 bytes."""
    wanted = 0x1234
    story = story_of(f"def answer():\n    return {{'port': {got}}}\n", {"port": wanted}, likely="W11")
    assert ("its bytes in the opposite order" in story) == is_backwards
    assert ("big-endian (W11)" in story) == is_backwards


def test_impossible_numbers_may_come_from_a_wrong_place() -> None:
    """A ValueError of the student's own is explained by the claim's guess, if that is about reading a structure."""
    source = "def answer():\n    raise ValueError('a length of 8704 bytes')\n"
    assert "headers have no fixed length" in story_of(source, {}, likely="header length")
    assert "Likely" not in story_of(source, {}, likely="W01")


def test_a_wrong_result_is_not_a_slow_one() -> None:
    """Where time is what a claim is about, a wrong value has another cause."""
    assert "Likely" not in story_of("def answer():\n    return 1\n", 2, likely="W03")


@pytest.mark.parametrize(("pauses", "times"), [([0.0], 1), ([0.3, 0.0], 2), ([0.3] * 9, TRIES)])
def test_a_disturbed_conversation_is_had_again(pauses: list[float], times: int) -> None:
    """A call that took longer than it can, is made again, a few times."""
    source = "import time\n\ndef answer(pause):\n    time.sleep(pause)\n"
    with answers([Answer(source, "answer")]):
        answer = submitted("answer")
        answer(0)  # which loads the cell
        made = 0
        for _ in undisturbed(answer, seconds=0.2):
            answer(pauses[made])
            made += 1
    assert made == times
