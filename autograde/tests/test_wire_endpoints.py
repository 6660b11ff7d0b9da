"""The graph of sockets: rows of a table in, boxes and connections out."""

from __future__ import annotations

from xml.etree import ElementTree

from autograde.tests.drawings import elements, overlapping_texts, texts, texts_outside, without_color
from autograde.wire.picture import Entry, endpoints

HERE = "127.0.0.1"
DOOR = Entry((HERE, 8000), ("0.0.0.0", 0), "LISTEN")
TABLE = [
    DOOR,
    Entry((HERE, 8000), (HERE, 40001), "ESTABLISHED"),
    Entry((HERE, 8000), (HERE, 40002), "CLOSE-WAIT"),
    Entry((HERE, 40001), (HERE, 8000), "ESTABLISHED"),
    Entry((HERE, 40002), (HERE, 8000), "FIN-WAIT-2"),
]
NAMES = {8000: "harbor", 40001: "one", 40002: "another"}


def test_each_socket_is_a_box_and_each_connection_a_line() -> None:
    """Five sockets, two connections; both ends of one are joined by one line."""
    picture = endpoints(TABLE)
    assert len(elements(picture, "rect")) == 5 and len(elements(picture, "line")) == 2


def test_the_words_name_both_ends_and_the_state() -> None:
    """Names stand for ports that are known, numbers for the others."""
    assert endpoints(TABLE[:2], names={8000: "harbor"}, title="Tonight").alt.splitlines() == [
        "Tonight:",
        "  127.0.0.1 : harbor  LISTEN",
        "  127.0.0.1 : harbor ↔ 127.0.0.1 : 40001  ESTABLISHED",
    ]


def test_a_connection_ends_where_its_partner_is() -> None:
    """The line leads from the middle of one box to that of the other, whatever the order of the table."""
    for table in (TABLE, TABLE[::-1]):
        boxes = [float(box.get("y", "")) + 19 for box in elements(endpoints(table, names=NAMES), "rect")]
        lines = [(float(line.get("y1", "")), float(line.get("y2", ""))) for line in elements(endpoints(table), "line")]
        assert all(y in boxes for pair in lines for y in pair)


def test_a_partner_that_is_not_in_the_table_leaves_a_stub() -> None:
    """What the table does not say is not drawn."""
    picture = endpoints([TABLE[3]])
    assert len(elements(picture, "rect")) == 1 and len(elements(picture, "line")) == 1


def test_who_listens_can_be_seen_without_color() -> None:
    """By its dashes and by its word."""
    assert 'stroke-dasharray="5 3"' in without_color(endpoints([DOOR])) and "LISTEN" in texts(endpoints([DOOR]))


def test_no_text_is_written_over_another() -> None:
    """Whichever side has more sockets."""
    for table in (TABLE, TABLE[2:], TABLE[1:3]):
        picture = endpoints(table, names=NAMES)
        assert overlapping_texts(picture) == [] and texts_outside(picture) == []


def test_an_empty_table_is_an_empty_picture() -> None:
    """No box, no broken page."""
    assert elements(endpoints([]), "rect") == []
    ElementTree.fromstring(endpoints([])._repr_mimebundle_()["text/html"])
