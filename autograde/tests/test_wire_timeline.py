"""The timeline: bars over an axis of time, exactly or without numbers."""

from __future__ import annotations

import random
import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from autograde.tests.drawings import elements, overlapping_texts, texts, texts_outside, without_color
from autograde.wire.axis import Axis, round_step
from autograde.wire.picture import Bar, Picture, busy, timeline
from autograde.wire.timeline import LOOKS, SCALE, Row, tracks
from autograde.wire.transcript import Transcript

RETRIES: list[Row] = [
    ("fetch", [
        (5.0, 5.01, "503", "trouble"), (5.01, 5.11, "waits", "wait"), (5.11, 5.12, "503", "trouble"),
        (5.12, 5.32, "waits", "wait"), (5.32, 5.33, "reset", "trouble"), (5.33, 5.73, "waits", "wait"),
        (5.73, 5.78, "200", "good"),
    ]),
]  # fmt: skip

WATERFALL: list[Row] = [
    ("resolve", [(10.0, 10.0004)]),
    ("connect", [(10.0004, 10.0011)]),
    ("first byte", [(10.0011, 10.052, "the server thinks", "wait")]),
    ("last byte", [(10.052, 10.0601, "reads", "good")]),
]


def bars(picture: Picture) -> list[tuple[float, float]]:
    """Left end and width of each bar."""
    return [(float(box.get("x", "")), float(box.get("width", ""))) for box in elements(picture, "rect")]


@pytest.mark.parametrize(
    ("span", "about", "step"),
    [(2.0, 8, 0.5), (1.0, 8, 0.2), (0.78, 20, 0.05), (0.06, 8, 0.01), (97, 8, 20), (0, 8, 1), (3e-6, 8, 5e-7)],
)
def test_steps_are_round_numbers(span: float, about: int, step: float) -> None:
    """1, 2 or 5 times a power of ten."""
    assert round_step(span, about) == pytest.approx(step)


def test_there_are_never_too_many_ticks() -> None:
    """For any time from a microsecond to weeks, and the last one is not before its end."""
    for power in range(-6, 7):
        for digits in range(10, 100, 7):
            axis = Axis([1000.0, 1000.0 + digits * 10.0**power], exact=True)
            assert 1 <= axis.count <= 9 and axis.place(1000.0 + digits * 10.0**power) <= 1 + 1e-9


def test_a_bar_is_as_long_as_its_time() -> None:
    """Twice the time, twice the width; and it begins where the other ends."""
    (one, short), (other, long) = bars(timeline([("a", [(3.0, 3.5), (3.5, 4.5)])]))
    assert long == pytest.approx(2 * short, abs=0.2) and other == pytest.approx(one + short, abs=0.2)


def test_the_axis_has_numbers_in_a_fitting_unit() -> None:
    """Seconds, milliseconds or microseconds, counted from the first start."""
    assert texts(timeline(WATERFALL))[-8:] == [f"{number}0 ms" if number else "0 ms" for number in range(8)]
    assert texts(timeline([("a", [(7, 9)])]))[-5:] == ["0 s", "0.5 s", "1 s", "1.5 s", "2 s"]
    assert "2 µs" in texts(timeline([("a", [(0, 0.000004)])]))


def test_the_words_say_what_the_picture_shows() -> None:
    """Row by row, from when to when, and how it ended."""
    assert timeline(WATERFALL, title="One request").alt.splitlines() == [
        "One request:",
        "  resolve: works from 0 ms to 0.4 ms",
        "  connect: works from 0.4 ms to 1.1 ms",
        "  first byte: the server thinks (waiting) from 1.1 ms to 52 ms",
        "  last byte: reads (✓) from 52 ms to 60.1 ms",
    ]
    assert timeline([("idle", [])]).alt.splitlines()[1] == "  idle: nothing"


def test_without_numbers_none_is_printed() -> None:
    """Neither in the drawing nor in its page, apart from the steps of the axis in words."""
    rows: list[Row] = [("a", [(0, 0.123456, "recv", "wait"), (0.123456, 0.7)])]
    picture = timeline(rows, exact=False)
    assert not any(re.search(r"\d", text) for text in texts(picture))
    assert picture.alt.splitlines()[1] == "  a: recv (waiting) from step 0 to step 2; works from step 2 to step 14"


def test_without_numbers_every_run_gives_the_same_picture() -> None:
    """Times that are a few milliseconds off change no byte, wherever the clock started."""
    dice, pictures = random.Random(7), set()
    for _ in range(200):
        late = dice.random() * 1e6
        rows, now = [], late
        for seconds in (0.1, 0.0, 0.2, 0.0, 0.4, 0.1):
            end = now + seconds + dice.random() * 0.003
            rows.append(("step", [(now, end, "waits", "wait")]))
            now = end
        pictures.add(timeline(rows, exact=False, grid=0.05).svg)
    assert len(pictures) == 1


def test_what_takes_next_to_no_time_can_be_seen() -> None:
    """A mark, a moment, and what is less than a step have a visible width, and do not widen the rest."""
    for exact in (True, False):
        drawn = bars(timeline([("a", [(0, 0), (0, 1e-9), (0, 2)])], exact=exact))
        assert all(width >= 4 for _, width in drawn) and max(width for _, width in drawn) <= SCALE


def test_short_bars_have_their_labels_above() -> None:
    """What failed in an instant is named, although a wait follows at once."""
    for exact in (True, False):
        picture = timeline(RETRIES, exact=exact)
        assert [text for text in texts(picture) if text in ("503 ✗", "reset ✗", "200 ✓", "waits")] == [
            "503 ✗", "waits", "503 ✗", "waits", "reset ✗", "waits", "200 ✓",
        ]  # fmt: skip
        assert overlapping_texts(picture) == [] and texts_outside(picture) == []


def test_bars_that_overlap_are_drawn_below_each_other() -> None:
    """Three clients at once need three lines; the next one takes the first that is free."""
    at_once = [Bar(0, 2), Bar(1, 4), Bar(1, 3), Bar(2, 5)]
    assert tracks(at_once) == [[at_once[0], at_once[3]], [at_once[1]], [at_once[2]]]
    assert len({box.get("y") for box in elements(timeline([("server", at_once)]), "rect")}) == 3


def test_looks_differ_without_color() -> None:
    """By hatching, or by the sign behind the label."""
    drawn = [without_color(timeline([("a", [(0, 1, "x", look)])])) for look in LOOKS]
    shapes = [re.sub(r"<desc>.*?</desc>| fill-opacity=\"[^\"]*\"", "", svg, flags=re.S) for svg in drawn]
    assert all(one != other for one, other in combinations(shapes, 2))


def test_many_and_long_labels_stay_readable() -> None:
    """No text is written over another one or out of the drawing."""
    rows: list[Row] = [
        (f"worker {n}", [(n / 9 + k, n / 9 + k + 0.9, f"a job with a long name {k}") for k in range(6)])
        for n in range(5)
    ]
    rows.append(("failures", [(k / 50, k / 50, "an error message", "trouble") for k in range(40)]))
    rows.append(("tries", [(k / 2, k / 2 + k % 2 / 2, "an error message", "trouble") for k in range(12)]))
    picture = timeline(rows)
    assert overlapping_texts(picture) == [] and texts_outside(picture) == []


@pytest.mark.parametrize("rows", [[], [("a", [])], [("a", [(1, 1)])], [("", [(0, 0, "<&\x00>")])]])
def test_nothing_to_draw_is_still_a_picture(rows: list[tuple[str, list[Bar]]]) -> None:
    """No division by an empty time, no broken page."""
    for exact in (True, False):
        ElementTree.fromstring(timeline(rows, exact=exact)._repr_mimebundle_()["text/html"])


def test_a_record_says_who_was_busy_and_who_waited() -> None:
    """A call lasts until it returned, a wait until the next deed of its lane, or to the end."""
    record = Transcript()
    for at, lane, kind, text in [
        (0.0, "server", "is blocked", "accept()"),
        (1.0, "student", "calls", "ask('127.0.0.1', 1)"),
        (2.0, "server", "accepts", ""),
        (2.5, "student", "sends", ""),
        (3.0, "server", "waits", "says nothing more"),
        (4.0, "student", "raises", "TimeoutError"),
        (5.0, "client", "resets", ""),
    ]:
        record.add(lane, kind, text=text, at=at)
    assert busy(record) == [
        ("server", [Bar(0, 2, "accept()", "wait"), Bar(3, 5, "says nothing more", "wait")]),
        ("your code", [Bar(1, 4, "ask()", "trouble")]),
        ("client", [Bar(5, 5, "resets", "trouble")]),
    ]


def test_a_call_that_never_ended_is_a_wait() -> None:
    """The record ends while it is still going on."""
    record = Transcript()
    record.add("student", "calls", text="serve(listener)", at=0.0)
    record.add("server", "notes", text="much later", at=9.0)
    assert busy(record) == [("your code", [Bar(0, 9, "serve()", "wait")])]
    assert busy(Transcript()) == []
