"""An object of the student's class never decides whether it is what a check wants, and never sees what that is."""

from __future__ import annotations

from typing import Any

import pytest

from autograde.examiner.errors import StudentFault
from autograde.tests.examined import examined

YES = """
    seen = []

    class Yes:
        def __eq__(self, other):
            seen.append(other)
            return True
        __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
        def __bool__(self): return True

    class Number:
        def __init__(self, n): self.n = n
        def __eq__(self, other): return isinstance(other, Number) and self.n == other.n
        def __lt__(self, other): return self.n < other.n
        def __le__(self, other): return self.n <= other.n
        def __gt__(self, other): return self.n > other.n
        def __ge__(self, other): return self.n >= other.n

    class Row:
        def __init__(self, *items): self.items = items
        def __iter__(self): return iter(self.items)
        def __len__(self): return len(self.items)
        def __contains__(self, item): return True

    class Endless:
        def __getitem__(self, index): return index

    def yes(): return Yes()
    def what_was_seen(): return [repr(each) for each in seen]
"""


def test_an_object_that_equals_everything_equals_nothing() -> None:
    """It is not equal to plain data, from either side, and has not been shown any."""
    with examined(YES) as submitted:
        thing = submitted("yes")()
        for wanted in (b"secret", 4, None, [1], True, "secret"):
            assert thing != wanted and wanted != thing
            assert (thing == wanted, wanted == thing) == (False, False)
            assert thing not in [wanted]
        assert submitted("what_was_seen")() == []


@pytest.mark.parametrize(
    "use",
    [
        bool,
        lambda thing: thing < 5,
        lambda thing: thing <= 5,
        lambda thing: thing > 5,
        lambda thing: thing >= 5,
    ],
)
def test_an_object_is_no_number_and_no_truth(use: Any) -> None:
    """Where a check wants a number, or True or False, an object costs the claim; it is not asked."""
    with examined(YES) as submitted:
        thing = submitted("yes")()
        with pytest.raises(StudentFault, match="an object of its own class `Yes` instead of"):
            use(thing)
        assert submitted("what_was_seen")() == []


def test_what_is_in_an_object_is_what_its_items_equal() -> None:
    """The items are compared here, so an object cannot claim to hold what was asked for; endless ones raise."""
    with examined(YES) as submitted:
        row = submitted("Row")(1, "two")
        assert "two" in row and "three" not in row
        assert submitted("yes")() not in row
        with pytest.raises(TypeError, match="iterable"):
            _ = b"secret" in submitted("yes")()
        with pytest.raises(OverflowError, match="more than 10,000 items"):
            _ = b"secret" in submitted("Endless")()
        assert submitted("what_was_seen")() == []


def test_objects_of_the_student_are_compared_by_their_own_rules() -> None:
    """Two objects of one answer cell are equal, or in an order, as their class says."""
    with examined(YES) as submitted:
        one, two = submitted("Number")(1), submitted("Number")(2)
        assert one == submitted("Number")(1) and one != two
        assert one < two and one <= two and two > one and two >= one
        assert one in submitted("Row")(two, one)
        with submitted("Number").limits(recv_at_most=1):
            assert submitted("Number")(1) != one
