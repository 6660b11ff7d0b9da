"""The sequence diagram: what of a record it shows, in words and in shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from xml.etree import ElementTree

import pytest

from autograde.tests.drawings import elements, overlapping_texts, texts, texts_outside, without_color
from autograde.wire.picture import sequence
from autograde.wire.rows import rows_of
from autograde.wire.sequence import shortened
from autograde.wire.svg import AMBER, BLUE, GREEN, RED, WIDE, shown_bytes
from autograde.wire.transcript import KINDS, Transcript

Step = tuple[str, str, Mapping[str, object]]

NAMES = [f"{one} {other}" for one in "abcdefghij" for other in "abcdefghij"]
"""A hundred texts, none of which repeats another."""


def a_record(*steps: Step) -> Transcript:
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


def datagrams() -> Transcript:
    """Everything that a relay and a stranger can do to datagrams, in five lanes."""
    there = {"to": "server", "via": "relay", "unit": "datagram"}
    back = {"to": "student", "via": "relay", "unit": "datagram"}
    return a_record(
        ("student", "calls", {"text": "udp_ping('127.0.0.1', 40213, count=3, timeout=0.25)"}),
        ("student", "sends", {"data": b"PING 1", **there}),
        ("server", "sends", {"data": b"PONG 1", **back}),
        ("student", "is lost", {"data": b"PING 2", "text": "datagram 2", **there}),
        ("student", "is held", {"data": b"PING 3", "text": "datagram 3", **there}),
        ("student", "sends", {"data": b"PING 4" * 200, **there}),
        ("relay", "sends", {"to": "server", "data": b"PING 3", "text": "late", "unit": "datagram"}),
        ("relay", "sends", {"to": "server", "data": b"PING 3", "text": "again", "unit": "datagram"}),
        ("server", "is held", {"data": b"PONG 3", **back}),
        ("relay", "sends", {"to": "student", "data": b"pONG 3", "text": "changed: bit 5 of byte 1"}),
        ("stranger", "sends", {"to": "student", "data": bytes(range(120, 220)), "unit": "datagram"}),
        ("backup", "sends", {"to": "server", "data": b"PONG 9", "unit": "datagram"}),
        ("student", "returns", {"text": "[0.001, None, 0.25]"}),
    )  # fmt: skip


def transfers() -> Transcript:
    """FTP: a control connection and two data connections, of which the second breaks."""
    return a_record(
        ("student", "connects", {"to": "control"}),
        ("control", "sends", {"to": "student", "data": b"220 The harbor office is open.\r\n"}),
        ("student", "sends", {"to": "control", "data": b"RETR a/very/long/name/of/a/file.txt\r\n"}),
        ("student", "connects", {"to": "data 1"}),
        ("data 1", "sends", {"to": "student", "data": b"x" * 4000, "size": 123_456_789}),
        ("data 1", "half-closes", {"to": "student"}),
        ("control", "sends", {"to": "student", "data": b"226 Transfer complete.\r\n"}),
        ("student", "connects", {"to": "data 2"}),
        ("data 2", "resets", {"to": "student"}),
        ("student", "raises", {"text": "ConnectionResetError: [Errno 104] Connection reset by peer"}),
    )


def a_crowd(size: int, wrong: int = 0) -> Transcript:
    """As many clients that do the same at the same time, of which one may get a wrong reply."""
    clients = [f"client {number}" for number in range(1, size + 1)]
    replies = [b"HELLO 99" if number == wrong else b"HELLO %d" % number for number in range(1, size + 1)]
    missed: list[Step] = [(f"client {wrong}", "misses", {"text": "wanted another one"})] if wrong else []
    return a_record(
        *((client, "connects", {"to": "student"}) for client in clients),
        *((client, "sends", {"to": "student", "data": b"hello " + client[7:].encode()}) for client in clients),
        *(
            (client, "receives", {"to": "student", "data": reply})
            for client, reply in zip(clients, replies, strict=True)
        ),
        *missed,
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
    """A trickle of five bytes is one arrow that says so; two single bytes stay two, and so do datagrams."""
    drip = [("server", "sends", {"to": "student", "data": bytes([byte])}) for byte in b"PONG\n"]
    assert [row.whole_label for row in rows_of(a_record(*drip))] == ["b'PONG\\n'  5 × 1 byte"]
    assert len(rows_of(a_record(*drip[:2]))) == 2
    assert len(rows_of(a_record(*((lane, kind, {**fields, "unit": "datagram"}) for lane, kind, fields in drip)))) == 5


def test_a_long_conversation_keeps_its_beginning_and_its_end() -> None:
    """Of 100 rows, 20 are drawn, one of which counts the rest."""
    record = a_record(*(("client", "notes", {"text": name}) for name in NAMES))
    shown = shortened(rows_of(record), 20)
    assert len(shown) == 20
    assert shown[0].label == "a a" and shown[-1].label == "j j"
    assert [row.label for row in shown if row.look == "gap"] == ["… 81 more …"]


def test_the_failing_row_is_never_left_out() -> None:
    """The window lies around the row where it went wrong, and nothing is counted twice or lost."""
    record = a_record(*(("client", "notes", {"text": name}) for name in NAMES))
    for number in range(100):
        picture = sequence(record, failing=record.events[number], rows=12)
        assert "✗ here" in texts(picture) and NAMES[number] in texts(picture)
        left_out = sum(int(text.split()[1]) for text in texts(picture) if text.startswith("… "))
        assert left_out + sum(text in NAMES for text in texts(picture)) == 100
        assert f"{number + 1:>3}. client: {NAMES[number]} ← here" in picture.alt


def test_what_repeats_is_drawn_twice_and_counted() -> None:
    """Twenty tries take five rows."""
    tries = [("student", "connects", {"to": "server"}), ("server", "resets", {"to": "student"})] * 20
    picture = sequence(a_record(*tries))
    assert texts(picture)[2:] == ["connects", "reset", "connects", "reset", "… 18 more times the same …"]


def test_a_step_of_a_script_that_was_not_met_is_marked() -> None:
    """Without being pointed out; who points out another event overrules it."""
    record = a_record(("server", "notes", {"text": "before"}), ("server", "misses", {"text": "wanted b'PING'"}))
    assert "the script of server fails: wanted b'PING' ← here" in sequence(record).alt
    assert "before ← here" in sequence(record, failing=record.events[0]).alt


def test_your_code_is_leftmost_and_a_relay_stands_between() -> None:
    """Whoever was first in the record; given lanes come first."""
    record = a_record(
        ("server", "listens", {}),
        ("student", "sends", {"to": "server", "via": "relay", "data": b"x"}),
        ("stranger", "sends", {"to": "student", "data": b"x"}),
    )
    assert texts(sequence(record))[:4] == ["your code", "relay", "server", "stranger"]
    assert texts(sequence(record, lanes=["server", "student"]))[:4] == ["server", "relay", "your code", "stranger"]


def test_what_a_relay_passes_on_is_one_arrow_with_a_dot() -> None:
    """A third party in between is hopped over instead."""
    through = a_record(("student", "sends", {"to": "server", "via": "relay", "data": b"x"}))
    past = a_record(("relay", "listens", {}), ("student", "sends", {"to": "server", "data": b"x"}))
    assert [(row.lane, row.to, row.via) for row in rows_of(through)] == [("student", "server", "relay")]
    dots = [box for box in elements(sequence(through), "rect") if box.get("rx") == "4.5"]
    assert len(dots) == 1 and len(elements(sequence(through), "line")) == 3 + 1
    lanes = ["student", "relay", "server"]
    hopping = sequence(past, lanes=lanes)
    assert any(path.get("d", "").count(" L") > 6 for path in elements(hopping, "path"))
    assert not any(path.get("d", "").count(" L") > 6 for path in elements(sequence(through), "path"))


def test_the_fates_of_a_datagram_differ_without_color() -> None:
    """Passed on, lost, kept back, sent late: four shapes, and four sentences."""
    relay = {"to": "server", "via": "relay", "data": b"x", "unit": "datagram"}
    first = ("student", "sends", relay)
    fates: list[list[Step]] = [
        [("student", "sends", relay)],
        [("student", "is lost", relay)],
        [("student", "is held", relay)],
        [("relay", "sends", {"to": "server", "data": b"x", "text": "late", "unit": "datagram"})],
    ]
    pictures = [sequence(a_record(first, *fate)) for fate in fates]
    shapes = [re.sub(r"<text.*?</text>|<desc>.*?</desc>", "", without_color(one), flags=re.S) for one in pictures]
    assert all(one != other for one, other in combinations(shapes, 2))
    assert len({picture.alt for picture in pictures}) == 4


def test_a_datagram_kept_back_has_a_bar_until_it_leaves() -> None:
    """The bar on the relay's lane ends where the arrow of the late one begins."""
    picture = sequence(datagrams())
    bars = [box for box in elements(picture, "rect") if box.get("stroke-dasharray") == "3 2"]
    heights = [float(bar.get("height", "")) for bar in bars]
    assert heights == [2 * 38 + 8, 38 + 8]


def test_a_refused_attempt_does_not_arrive() -> None:
    """It ends in a cross; one that was only disappointed later does arrive."""
    connects = ("client", "connects", {"to": "student"})
    refused = rows_of(a_record(connects, ("client", "misses", {"text": "the client could not connect: refused"})))
    assert (refused[0].end, refused[0].label) == ("refused", "connects: refused")
    assert "tries to connect" in refused[0].sentence
    assert rows_of(a_record(connects, ("client", "misses", {"text": "wanted b'hello'"})))[0].end == ""


def test_clients_that_did_the_same_are_drawn_once() -> None:
    """The one that failed has a lane of its own, and the heading counts the others."""
    picture = sequence(a_crowd(50, wrong=7))
    assert texts(picture)[:3] == ["your code", "client 1 + 48 alike", "client 7"]
    assert "(client 1 + 48 alike: drawn once)" in picture.alt
    assert len([text for text in texts(picture) if text == "connects"]) == 2


def test_a_few_clients_have_a_lane_each() -> None:
    """Four clients and the code they talk to fit on a page."""
    assert len([text for text in texts(sequence(a_crowd(4))) if text == "connects"]) == 4


def test_who_differs_in_a_crowd_is_not_drawn_with_the_others() -> None:
    """Numbers may differ, deeds may not."""
    record = a_crowd(10)
    record.add("client 4", "resets", to="student", at=0.0)
    assert {"client 1 + 8 alike", "client 4"} <= set(texts(sequence(record)))


@pytest.mark.parametrize("record", [datagrams(), transfers(), a_crowd(4), a_crowd(30, wrong=3)])
def test_many_lanes_stay_readable(record: Transcript) -> None:
    """No text is written over another one or out of the drawing, and the drawing fits a page."""
    picture = sequence(record)
    assert overlapping_texts(picture) == [] and texts_outside(picture) == []
    assert float(ElementTree.fromstring(picture.svg).get("width", "")) < 1250


def test_a_reset_is_another_shape_than_an_end() -> None:
    """A reader who sees no colors still tells them apart: the reset is a zigzag that ends in a cross."""
    end = sequence(a_record(("server", "closes", {"to": "client"}))).svg
    reset = sequence(a_record(("server", "resets", {"to": "client"}))).svg
    assert "stroke-dasharray" in end and reset.count(" L") > end.count(" L") + 10


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_is_drawn_and_told(kind: str) -> None:
    """No kind breaks the drawing, with a partner or without, and each says something."""
    for to in ("", "b", "a"):
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
    earlier, later = datagrams(), Transcript()
    for event in earlier:
        later.add(
            event.lane, event.kind, to=event.to, data=event.data, text=event.text, via=event.via, unit=event.unit
        )  # fmt: skip
    assert sequence(earlier).svg == sequence(later).svg


def test_no_label_leaves_the_drawing() -> None:
    """Every text lies inside the width that the drawing claims."""
    record = a_record(
        ("student", "calls", {"text": "f(" + "x" * 100 + ")"}),
        ("a lane with a long name", "sends", {"to": "student", "data": b"y" * 5000, "size": 123_456_789}),
        ("a lane with a long name", "is blocked", {"text": "z" * 100}),
        ("a lane with a long name", "misses", {"text": "z" * 100}),
    )
    assert texts_outside(sequence(record)) == [] and overlapping_texts(sequence(record)) == []


def test_an_empty_record_is_an_empty_picture() -> None:
    """Nothing happened: still a drawing."""
    assert sequence(Transcript()).alt == "The conversation:"


@pytest.mark.parametrize("limit", [20, WIDE])
def test_shown_bytes_fit_and_never_cut_an_escape(limit: int) -> None:
    """Half of an escape would read like other bytes: n of a line end, x0 of a zero."""
    for data in (b"a\r\n" * 30, b"line\n" * 20, bytes(60), "é".encode() * 40, b"\\" * 50):
        for size in (None, 9999):
            shown = shown_bytes(data, size, limit)
            assert len(shown) <= limit
            for part in shown.removeprefix("b'").removesuffix("'").split("…"):
                assert re.fullmatch(r"([^\\]|\\x[0-9a-f]{2}|\\[rn\\])*", part)


@pytest.mark.parametrize("color", [AMBER, BLUE, GREEN, RED])
@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
def test_colors_can_be_seen_on_white_and_on_black(color: str, page: str) -> None:
    """A contrast of 3 to 1 is what WCAG 2.2 asks of graphics (criterion 1.4.11)."""

    def luminance(value: str) -> float:
        parts = [int(value[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(color), luminance(page)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3
