"""The state diagram: a table of transitions, and the way of one run through it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from autograde.tests.drawings import area, elements, overlapping_texts, texts, texts_outside, without_color
from autograde.wire.picture import HTTP_REQUEST, TCP, Machine, Picture, Transition, states
from autograde.wire.states import layers

DOOR = Machine(
    [("shut", "open", "push"), ("open", "shut", "pull"), ("shut", "locked", "key"), ("open", "open", "kick")]
)

CLIENT = ["CLOSED", "SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED"]
SERVER = ["CLOSED", "LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED"]
CHUNKED = [
    "start line", "fields", "fields", "chunk size", "chunk", "chunk size", "chunk", "chunk size", "trailers", "whole",
]  # fmt: skip


def strokes(picture: Picture) -> list[ElementTree.Element]:
    """The lines of the arrows, without their heads."""
    return [path for path in elements(picture, "path") if path.get("fill") == "none"]


def thick(picture: Picture) -> int:
    """How many arrows are drawn as taken."""
    return sum(path.get("stroke-width") == "2.6" for path in strokes(picture))


def test_every_state_and_transition_is_drawn() -> None:
    """One box for each state, one arrow and one label for each transition."""
    picture = states(DOOR)
    assert len(elements(picture, "rect")) == 3 and len(strokes(picture)) == 4
    assert sorted(texts(picture)) == sorted(["shut", "open", "locked", "push", "pull", "key", "kick"])


def test_the_way_of_a_run_is_numbered() -> None:
    """A transition that was taken twice has both numbers; those not taken keep their plain label."""
    picture = states(DOOR, path=["shut", "open", "shut", "open"])
    assert {"1, 3: push", "2: pull", "key"} <= set(texts(picture))
    assert thick(picture) == 2


def test_the_words_tell_the_way_and_the_rest() -> None:
    """First this run step by step, then what it did not take."""
    assert states(DOOR, path=["shut", "open", "open"], title="A door").alt.splitlines() == [
        "A door:",
        "  this run begins in shut",
        "    1. shut → open (push)",
        "    2. open → open (kick)",
        "  not taken:",
        "    open → shut (pull)",
        "    shut → locked (key)",
    ]
    assert states(Machine([("a", "b")])).alt.splitlines()[1:] == ["  transitions:", "    a → b"]


def test_a_state_that_was_missed_leaves_a_gap() -> None:
    """Who polls a socket's state does not see each one; the picture claims no transition that is not there."""
    picture = states(TCP, path=["ESTABLISHED", "TIME-WAIT"])
    assert thick(picture) == 0
    assert "  1. ESTABLISHED → TIME-WAIT (not in one step)" in picture.alt
    bold = [text.text for text in elements(picture, "text") if text.get("font-weight") == "bold"]
    assert bold == ["ESTABLISHED", "TIME-WAIT"]


def test_states_seen_without_an_order_are_highlighted() -> None:
    """Both ends of a connection have states; they take no arrow with them, and each is told once."""
    picture = states(DOOR, seen=["locked", "open", "locked"])
    assert thick(picture) == 0 and "  seen: locked, open" in picture.alt.splitlines()
    bold = {text.text for text in elements(picture, "text") if text.get("font-weight") == "bold"}
    assert bold == {"locked", "open"}
    with pytest.raises(ValueError, match="no such state: ajar"):
        states(DOOR, seen=["ajar"])


def test_a_state_that_is_not_there_is_an_error() -> None:
    """The message names those there are."""
    with pytest.raises(ValueError, match=r"no such state: ajar; there are shut, open, locked"):
        states(DOOR, path=["shut", "ajar"])


@pytest.mark.parametrize(("machine", "path"), [(TCP, CLIENT), (TCP, SERVER), (HTTP_REQUEST, CHUNKED)])
def test_the_ready_tables_allow_what_happens(machine: Machine, path: list[str]) -> None:
    """An active open and close, a passive open and close, and a request in chunks take transitions all the way."""
    assert "not in one step" not in states(machine, path=path).alt


def test_the_tcp_table_is_that_of_the_standard() -> None:
    """RFC 9293 has eleven states and twenty transitions in its figure; each state can be left and reached."""
    table = TCP.table()
    assert len(TCP.names()) == 11 and len(table) == 20 == len({each[:2] for each in table})
    assert {each.start for each in table} == {each.end for each in table} == set(TCP.names())


def test_a_table_can_be_added_to() -> None:
    """What a figure leaves out and a run has shown: a reset."""
    more = TCP.also(("ESTABLISHED", "CLOSED", "get RST"))
    assert "1: get RST" in texts(states(more, path=["ESTABLISHED", "CLOSED"]))
    assert len(TCP.table()) == 20


@pytest.mark.parametrize(
    ("machine", "path"), [(TCP, CLIENT), (TCP, SERVER), (TCP, []), (HTTP_REQUEST, CHUNKED), (DOOR, [])]
)
def test_no_text_is_written_over_another(machine: Machine, path: list[str]) -> None:
    """Labels find room beside their arrows, inside the drawing, and outside of every box."""
    picture = states(machine, path=path)
    assert overlapping_texts(picture) == [] and texts_outside(picture) == []
    labels = [area(text) for text in elements(picture, "text") if text.get("font-size") == "10"]
    for box in elements(picture, "rect"):
        x, y, width, height = (float(box.get(name, "")) for name in ("x", "y", "width", "height"))
        assert not any(a[0] < x + width and x < a[2] and a[1] < y + height and y < a[3] for a in labels)


def test_there_and_back_do_not_lie_on_each_other() -> None:
    """Two arrows between the same states are two lines."""
    there, back = strokes(states(Machine([("a", "b", "there"), ("b", "a", "back")])))
    corners = [re.findall(r"[\d.]+", path.get("d", "")) for path in (there, back)]
    assert corners[0][:2] != corners[1][2:]


def test_states_without_places_stand_in_layers() -> None:
    """Each a row below the first that leads to it; what cannot be reached stands at the top."""
    found = layers(Machine([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "a"), ("x", "y")]))
    assert {name: row for name, (_, row) in found.items()} == {"a": 0, "b": 1, "c": 1, "d": 2, "x": 0, "y": 0}
    assert len(set(found.values())) == 6


def test_the_way_of_a_run_can_be_seen_without_color() -> None:
    """It is thicker, and its states are bold."""
    assert without_color(states(DOOR, path=["shut", "open"])) != without_color(states(DOOR))
    assert thick(states(DOOR, path=["shut", "open"])) == 1


def test_the_same_table_gives_the_same_bytes() -> None:
    """Plain tuples or transitions."""
    given = Machine([Transition(*each) for each in DOOR.transitions])
    assert states(given, path=["shut"]).svg == states(DOOR, path=["shut"]).svg


def test_an_empty_table_is_an_empty_picture() -> None:
    """Nothing to draw, and hostile names, break no page."""
    for machine in (Machine([]), Machine([("<a>", "\x00&", "]]>")])):
        ElementTree.fromstring(states(machine)._repr_mimebundle_()["text/html"])
