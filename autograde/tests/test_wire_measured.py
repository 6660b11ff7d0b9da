"""Pictures of measured values: histograms and shares."""

from __future__ import annotations

from random import Random

import pytest

from autograde.tests.drawings import overlapping_texts, texts, texts_outside, widths
from autograde.wire.histogram import duration
from autograde.wire.picture import Picture, histogram, shares


def times(middle: float, amount: int = 500) -> list[float]:
    """Times around a middle, with a long tail."""
    dice = Random(7)
    return [middle * dice.lognormvariate(0, 0.4) for _ in range(amount)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 s"), (12.3, "12 s"), (0.0012, "1.2 ms"), (38e-6, "38 µs"), (1e-6, "1 µs"), (10.0**-4, "100 µs"),
        (4e-8, "40 ns"),
    ],
)  # fmt: skip
def test_a_time_is_told_in_its_unit(seconds: float, words: str) -> None:
    """Two digits are enough, and powers of ten are round."""
    assert duration(seconds) == words


def test_a_histogram_says_how_many_and_how_long() -> None:
    """Per series: the amount, the median, and what nearly all stay below."""
    picture = histogram({"even": [n / 1000 for n in range(1, 101)], "one": [3.0], "none": []}, things="question")
    assert picture.alt.splitlines()[1:] == [
        "  even: 100 questions, half within 50 ms, 95 % within 95 ms",
        "  one: 1 question, half within 3 s, 95 % within 3 s",
        "  none: nothing measured",
    ]


def test_every_value_is_in_a_column_of_its_ratio() -> None:
    """Twice as slow is as far to the right everywhere; equal values share one column."""
    assert len(widths(histogram({"same": [0.005] * 9}))) == 1
    assert len(widths(histogram({"two": [0.005, 0.05]}))) == 2
    assert len(widths(histogram({"ends": [1e-3, 1e-2, 1e-1]}))) == 3


def test_a_time_of_zero_is_no_measurement() -> None:
    """It has no place on this axis."""
    with pytest.raises(ValueError, match="above zero"):
        histogram({"broken": [0.0, 1.0]})


def test_shares_are_as_long_as_their_part() -> None:
    """Half of it is half as wide; words and drawing carry both numbers."""
    picture = shares([("small", 50, 200), ("large", 200, 200), ("nothing", 0, 0)], title="Received", things="datagram")
    assert picture.alt.splitlines() == [
        "Received:",
        "  small: 50 of 200 datagrams (25 %)",
        "  large: 200 of 200 datagrams (100 %)",
        "  nothing: 0 of 0 datagrams (0 %)",
    ]
    frame, quarter, _, whole, *_ = widths(picture)
    assert frame == whole == pytest.approx(4 * quarter) and "50 of 200" in texts(picture)
    with pytest.raises(ValueError, match="between 0 and its whole"):
        shares([("more than all", 2, 1)])


@pytest.mark.parametrize(
    "picture",
    [
        histogram({}),
        histogram({"x": []}),
        histogram({"a series with a very long name indeed": times(1e-4), "b": times(3e-2), "c": times(5e-5)}),
        shares([]),
        shares([("a buffer with a long name", 1_000_000, 2_000_000)]),
    ],
    ids=lambda picture: picture.title,
)
def test_nothing_is_written_over_another_or_outside(picture: Picture) -> None:
    """Empty or full, short or long."""
    assert overlapping_texts(picture) == [] and texts_outside(picture) == []
