"""Pictures of a text's bytes, and of measured times over sizes."""

from __future__ import annotations

import pytest

from autograde.tests.drawings import elements, overlapping_texts, texts, texts_outside
from autograde.wire.picture import byte_grid, curves


def test_each_byte_has_a_cell_that_says_what_it_is_for() -> None:
    """By its first bits, and not by its color alone."""
    picture = byte_grid("aé€", title="Three")
    assert [text for text in texts(picture) if text in ("61", "c3", "a9", "e2", "82", "ac")] == [
        "61", "c3", "a9", "e2", "82", "ac",
    ]  # fmt: skip
    assert [text for text in texts(picture) if text.endswith("…")] == ["0…", "11…", "10…", "11…", "10…", "10…"]
    assert picture.alt.splitlines() == [
        "Three: 3 characters, 6 bytes (1 ASCII, 2 lead, 3 continuation)",
        "  latin small letter e with acute: c3 a9",
        "  euro sign: e2 82 ac",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n", "Ahoy! Grüße. Καλή βάρδια 🌊", "ä" * 40, "a" * 15 + "🌊"])
def test_any_text_has_its_grid(text: str) -> None:
    """As many cells as bytes, and three for the key; nothing is written outside or over something else."""
    picture = byte_grid(text)
    assert len(elements(picture, "rect")) == len(text.encode()) + 3
    assert texts_outside(picture) == [] == overlapping_texts(picture)


def test_a_curve_says_its_numbers_in_words() -> None:
    """Size and time of each point, by series."""
    picture = curves({"+=": [(1, 1e-6), (1000, 0.5)], "join": [(1, 2e-6), (1000, 2e-3)]}, title="Building")
    assert picture.alt.splitlines() == [
        "Building, by the number of pieces:",
        "  +=: 1 in 1 µs, 1,000 in 500 ms",
        "  join: 1 in 2 µs, 1,000 in 2 ms",
    ]
    assert texts_outside(picture) == [] == overlapping_texts(picture)
    assert {"1", "10", "100", "1,000"} <= set(texts(picture))


def test_a_power_is_a_straight_line() -> None:
    """On axes of equal ratio twice the step up is twice the power: 1 to 100 in size, linear against quadratic."""
    picture = curves({"linear": [(1, 1e-6), (100, 1e-4)], "quadratic": [(1, 1e-6), (100, 1e-2)]})
    rises = []
    for path in elements(picture, "path"):
        (_, y0), (_, y1) = (map(float, point.strip("ML").split()) for point in path.get("d", "").split(" L"))
        rises.append(y0 - y1)
    assert rises[1] == pytest.approx(2 * rises[0])


@pytest.mark.parametrize("series", [{}, {"a": []}, {"a": [(0, 1.0)]}, {"a": [(1, 0.0)]}])
def test_what_has_no_logarithm_is_refused(series: dict[str, list[tuple[int, float]]]) -> None:
    """With a sentence, not with an error of `log10`."""
    with pytest.raises(ValueError, match="above zero"):
        curves(series)
