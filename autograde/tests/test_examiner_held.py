"""`holds`: arguments that live where the student's code runs, so that a check sees what becomes of them."""

from __future__ import annotations

import pytest

from autograde.tests.examined import examined

CELL = """
def grow(data):
    data += b"!"
    return len(data)

def first(items):
    return next(items)

def everything(items):
    return list(items), list(items)
"""


def test_what_a_call_does_to_its_argument_can_be_seen() -> None:
    """A copy would come and go unseen; what is held is the same object before and after."""
    with examined(CELL) as submitted:
        grow = submitted("grow")
        held = grow.holds(bytearray(b"ab"))
        assert grow(held) == 3
        assert list(held) == list(b"ab!")
        assert grow(bytearray(b"ab")) == 3


def test_an_iterator_is_gone_through_once() -> None:
    """The second time nothing is left."""
    with examined(CELL) as submitted:
        everything = submitted("everything")
        assert everything(everything.holds([1, 2], "iterator")) == ([1, 2], [])
        assert everything([1, 2]) == ([1, 2], [1, 2])


def test_an_endless_iterator_begins_again() -> None:
    """It never ends, and stays where the last call left it."""
    with examined(CELL) as submitted:
        first = submitted("first")
        endless = first.holds([1, 2], "endless")
        assert [first(endless) for _ in range(5)] == [1, 2, 1, 2, 1]


def test_a_form_that_is_none_is_an_error_of_the_check() -> None:
    """A slip in a check does not look like the student's."""
    with examined(CELL) as submitted, pytest.raises(ValueError, match="no such form"):
        submitted("first").holds([1], "reversed")
