"""The ruler and the staircase: sizes in, strips and stairs out."""

from __future__ import annotations

from xml.etree import ElementTree

from autograde.tests.drawings import elements, texts, texts_outside, widths
from autograde.wire.picture import cuts, moves, ruler, staircase
from autograde.wire.transcript import Transcript


def a_record() -> Transcript:
    """Three sends of 4 bytes, read as 10 and 2, while the other direction carries something else."""
    transcript = Transcript()
    for _ in range(3):
        transcript.add("client", "sends", to="server", data=b"abcd")
    transcript.add("server", "sends", to="client", data=b"unrelated")
    for size in (10, 2):
        transcript.add("server", "receives", to="client", data=b"x" * size)
    return transcript


def test_a_piece_is_as_wide_as_its_bytes() -> None:
    """Both rows cover the same range, and each piece its share of it."""
    first, second, third, fourth = widths(ruler([("sent", [10, 20]), ("received", [25, 5])]))
    assert abs(first * 2 - second) < 0.5 and abs(fourth * 5 - third) < 0.5
    assert abs((first + second) - (third + fourth)) < 0.5


def test_short_data_is_written_below_byte_by_byte() -> None:
    """One letter for each byte; ends of lines and spaces get a sign; long data is not written."""
    assert texts(ruler([("sent", [4])], b"a \n\xff"))[3:7] == ["a", "␣", "⏎", "·"]
    assert "a" not in texts(ruler([("sent", [999])], b"a" * 999))


def test_many_pieces_are_one_box() -> None:
    """Ten thousand pieces would be a wall of borders."""
    assert len(widths(ruler([("received", [7] * 10_000)]))) == 1


def test_one_direction_is_taken_out_of_a_record() -> None:
    """Only what the sender sent and the receiver got from it counts."""
    rows, data = cuts(a_record(), "client", "server")
    assert rows == [("sent", [4, 4, 4]), ("received", [10, 2])] and data == b"abcd" * 3
    assert moves(a_record(), "server", "client") == [("sent", 9)]


def test_data_stops_where_the_record_kept_only_a_part() -> None:
    """Bytes after a gap would stand at the wrong place of the ruler."""
    transcript = Transcript()
    transcript.add("client", "sends", to="server", data=b"ab", size=1000)
    transcript.add("client", "sends", to="server", data=b"cd")
    assert cuts(transcript, "client", "server")[1] == b"ab"


def test_the_staircase_is_told_step_by_step() -> None:
    """The words carry the sums; a long climb is shortened in the middle."""
    alt = staircase([("sent", 5), ("sent", 5), ("received", 10)]).alt
    assert "sent 5 (so far 10)" in alt and "received 10 (so far 10)" in alt
    assert "… 84 more …" in staircase([("sent", 1)] * 100).alt


def test_nothing_sent_is_still_a_picture() -> None:
    """No division by an empty range."""
    for picture in (ruler([]), ruler([("sent", [])]), staircase([]), ruler([("sent", [0])], b"")):
        ElementTree.fromstring(picture.svg)


def test_nothing_is_written_outside_the_drawing() -> None:
    """Long names and large numbers have room."""
    for picture in (
        ruler([("a reader with a long name", [1, 2, 3_000_000]), ("sent", [3_000_003])]),
        staircase([("what a long name this is", 123_456_789), ("received", 1)]),
    ):
        assert not texts_outside(picture)


def test_a_resumed_climb_starts_where_it_resumes() -> None:
    """With the bytes that were there, at its first event and not before; its words count on."""
    steps = [("first try", 40), ("first try", 20), ("resumed", 40)]
    picture = staircase(steps, begins={"resumed": 60})
    assert "resumed 40 (so far 100)" in picture.alt
    first, resumed = (element.get("d", "") for element in elements(picture, "path"))
    starts = [float(line.removeprefix("M").split()[0]) for line in (first, resumed)]
    ends = [float(line.split("L")[-1].split()[1]) for line in (first, resumed)]
    assert starts[0] < starts[1] and ends[0] > ends[1], "further right, and higher"
