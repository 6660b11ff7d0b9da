"""The sequence diagram: what of a record it shows, in words and in shapes."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

import pytest

from autograde.wire.picture import Picture, sequence
from autograde.wire.sequence import rows_of, window
from autograde.wire.transcript import KINDS, Transcript

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: Picture) -> list[str]:
    """Every text of the drawing itself, in the order of painting; proves on the way that it is well-formed."""
    return [element.text or "" for element in ElementTree.fromstring(picture.svg).iter(f"{SVG}text")]


def a_record(*steps: tuple[str, str, Mapping[str, object]]) -> Transcript:
    """A transcript of (lane, kind, fields), all at time zero."""
    transcript = Transcript()
    for lane, kind, fields in steps:
        transcript.add(lane, kind, at=0.0, **fields)  # type: ignore[arg-type]
    return transcript


def a_question_seen_by_both() -> Transcript:
    """Two programs that both wrote down what they did."""
    return a_record(
        ("client", "connects", {"to": "server"}),
        ("server", "accepts", {"to": "client"}),
        ("client", "sends", {"to": "server", "data": b"PING\n"}),
        ("server", "receives", {"to": "client", "data": b"PING\n"}),
        ("client", "half-closes", {"to": "server"}),
        ("server", "sees the end", {"to": "client"}),
    )


def test_one_side_alone_gives_arrows_in_both_directions() -> None:
    """What only a peer saw: its receipt is an arrow that comes from the other lane."""
    record = a_record(
        ("server", "receives", {"to": "student", "data": b"PING\n"}),
        ("server", "sends", {"to": "student", "data": b"PONG\n"}),
    )
    assert [(row.lane, row.to) for row in rows_of(record)] == [("student", "server"), ("server", "student")]


def test_two_sides_give_one_arrow_for_each_deed() -> None:
    """When both wrote, the sender's event is the arrow and the receiver's a remark."""
    rows = rows_of(a_question_seen_by_both())
    assert [bool(row.to) for row in rows] == [True, False, True, False, True, False]
    assert [row.label for row in rows if not row.to] == ["accepts", "receives 5 bytes", "reads the end"]


def test_tiny_sends_of_one_size_fold_into_one_row() -> None:
    """A trickle of five bytes is one arrow that says so; two single bytes stay two."""
    drip = [("server", "sends", {"to": "student", "data": bytes([byte])}) for byte in b"PONG\n"]
    assert [row.label for row in rows_of(a_record(*drip))] == ["b'PONG\\n'  5 × 1 byte"]
    assert len(rows_of(a_record(*drip[:2]))) == 2


def test_a_long_conversation_keeps_its_beginning_and_its_end() -> None:
    """Of 100 rows, 20 are drawn, one of which counts the rest."""
    record = a_record(*(("client", "notes", {"text": f"note {number}"}) for number in range(100)))
    shown = window(rows_of(record), 20)
    assert len(shown) == 20
    assert shown[0].label == "note 0" and shown[-1].label == "note 99"
    assert [row.label for row in shown if row.look == "gap"] == ["… 81 more …"]


def test_the_failing_row_is_never_left_out() -> None:
    """The window lies around the row where it went wrong, and nothing is counted twice or lost."""
    record = a_record(*(("client", "notes", {"text": f"note {number}"}) for number in range(100)))
    for number in range(100):
        picture = sequence(record, failing=record.events[number], rows=12)
        assert "✗ here" in texts(picture) and f"note {number}" in texts(picture)
        left_out = sum(int(text.split()[1]) for text in texts(picture) if text.startswith("… "))
        assert left_out + sum(text.startswith("note ") for text in texts(picture)) == 100


def test_a_reset_is_another_shape_than_an_end() -> None:
    """A reader who sees no colors still tells them apart: the reset is a zigzag that ends in a cross."""
    end = sequence(a_record(("server", "closes", {"to": "client"}))).svg
    reset = sequence(a_record(("server", "resets", {"to": "client"}))).svg
    assert "stroke-dasharray" in end and reset.count(" L") > end.count(" L") + 10


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_is_drawn_and_told(kind: str) -> None:
    """No kind breaks the drawing, with a partner or without, and each says something."""
    for to in ("", "b"):
        picture = sequence(a_record(("a", kind, {"to": to, "data": b"x", "text": "some text"})))
        assert len(texts(picture)) > len({"a", to} - {""})
        assert len(picture.alt.splitlines()) == 2


@pytest.mark.parametrize("text", ["<script>&\"'", "\x00\x1b\ud800\ufffe", "]]>", "é⚓"])
def test_hostile_text_stays_text(text: str) -> None:
    """Bytes and words from anywhere cannot break out of the drawing or of the page around it."""
    record = a_record(
        (text, "calls", {"text": text}), (text, "sends", {"to": "b", "data": text.encode("utf-8", "replace")})
    )
    page = sequence(record, title=text)._repr_mimebundle_()["text/html"]
    ElementTree.fromstring(page)
    assert "<script" not in page


def test_ports_of_connections_are_left_out() -> None:
    """Addresses that the record keeps for listens, connects and accepts are not drawn."""
    record = a_record(
        ("server", "listens", {"text": "127.0.0.1 port 40123"}),
        ("client", "connects", {"to": "server", "text": "127.0.0.1 port 40123"}),
        ("server", "accepts", {"to": "client", "text": "127.0.0.1 port 50999"}),
    )
    bundle = sequence(record)._repr_mimebundle_()
    assert "40123" not in str(bundle) and "50999" not in str(bundle)


def test_the_same_record_gives_the_same_bytes() -> None:
    """Only the events count, not when they happened."""
    earlier, later = a_question_seen_by_both(), Transcript()
    for event in earlier:
        later.add(event.lane, event.kind, to=event.to, data=event.data, text=event.text)
    assert sequence(earlier).svg == sequence(later).svg


def test_no_label_leaves_the_drawing() -> None:
    """Every text lies inside the width that the drawing claims."""
    record = a_record(
        ("student", "calls", {"text": "f(" + "x" * 100 + ")"}),
        ("a lane with a long name", "sends", {"to": "student", "data": b"y" * 5000, "size": 123_456_789}),
        ("a lane with a long name", "is blocked", {"text": "z" * 100}),
    )
    root = ElementTree.fromstring(sequence(record).svg)
    for element in root.iter(f"{SVG}text"):
        width = len(element.text or "") * 7.2
        left = (
            float(element.get("x", ""))
            - {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor", "")]
        )
        assert left >= 0 and left + width <= float(root.get("width", ""))


def test_an_empty_record_is_an_empty_picture() -> None:
    """Nothing happened: still a drawing."""
    assert sequence(Transcript()).alt == "The conversation:"
