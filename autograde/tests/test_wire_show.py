"""How bytes look in sentences and comparisons."""

from ast import literal_eval

import pytest

from autograde.wire.show import SHOWN, brief, comparison, count, described, first_difference, is_mostly_text


def test_short_bytes_are_shown_whole() -> None:
    """What fits is the plain literal."""
    assert brief(b"PING\n") == r"b'PING\n'"


def test_long_bytes_keep_their_ends_and_their_number() -> None:
    """Long data is shortened in the middle and says how long it is."""
    shown = brief(b"head" + b"-" * 1000 + b"tail")
    assert shown.startswith("b'head") and "tail'" in shown and shown.endswith("(1,008 bytes)")
    assert len(shown) < 80


@pytest.mark.parametrize("end", [b"\r\n", b"\x00\x00\x00\x01", b"it's", b"\xff" * 8])
def test_the_end_that_is_shown_is_the_end(end: bytes) -> None:
    """Escapes take room, but what is shown behind the ellipsis are always the last bytes."""
    data = b"-" * 100 + end
    tail = literal_eval("b" + brief(data).partition("…")[2].removesuffix(f" ({count(len(data))})"))
    assert tail and data.endswith(tail)


def test_the_beginning_of_something_larger_says_the_true_size() -> None:
    """A record keeps only the first bytes of a large event, and its size."""
    assert brief(b"abc", 8_000_000) == "b'abc'… (8,000,000 bytes)"


@pytest.mark.parametrize(
    ("data", "is_text"),
    [
        (b"", True),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bytes(range(128, 256)), True),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(64)), False),
        (b"\x12\x34\x01\x00\x00\x01" + bytes(6) + b"\x05video\x07example\x03org\x00\x00\x01\x00\x01", False),
    ],
)
def test_text_is_told_from_binary_data_by_its_beginning(data: bytes, is_text: bool) -> None:
    """HTTP is text, whatever its body; a TLS record and a DNS query are not."""
    assert is_mostly_text(data) is is_text


def test_binary_data_is_described_by_its_first_bytes_in_hexadecimal() -> None:
    """It is no longer than a literal would be, and says how many bytes there are."""
    shown = described(bytes(range(128, 256)))
    assert shown == "80 81 82 83 84 85 86 87 88 89 8a 8b 8c … (128 bytes, in hex)"
    assert len(shown.partition(" (")[0]) <= SHOWN + 1
    assert described(b"\x80\x81") == "b'\\x80\\x81' (2 bytes)"
    assert described(b"-" * 1000) == brief(b"-" * 1000)


def test_one_byte_is_singular() -> None:
    """1 byte, 2 bytes."""
    assert (count(1), count(2)) == ("1 byte", "2 bytes")


@pytest.mark.parametrize(
    ("wanted", "got", "at"),
    [(b"", b"", 0), (b"abc", b"abc", 3), (b"abc", b"abd", 2), (b"abc", b"ab", 2), (b"ab", b"abc", 2), (b"x", b"", 0)],
)
def test_first_difference(wanted: bytes, got: bytes, at: int) -> None:
    """The index of the first byte that differs, or where the shorter one ends."""
    assert first_difference(wanted, got) == at


def test_first_difference_finds_each_place_in_long_data() -> None:
    """Every single changed byte is found, wherever it is."""
    data = bytes(range(256)) * 4
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert first_difference(data, changed) == at


@pytest.mark.parametrize("place", [0, 5, 100, 999])
def test_the_caret_stands_under_the_first_wrong_byte(place: int) -> None:
    """In text, the column of the caret is the column of the byte that differs, in both lines."""
    wanted = b"a" * 1000
    got = wanted[:place] + b"Z" + wanted[place + 1 :]
    line_wanted, line_got, caret = comparison(wanted, got)
    column = caret.index("^")
    assert line_got[column] == "Z"
    assert line_wanted[column] == "a"
    assert f"byte {place + 1}:" in caret


def test_the_caret_is_right_after_escapes() -> None:
    r"""An escape such as \n is two characters wide; the caret accounts for it."""
    _, got, caret = comparison(b"\r\n\r\nX", b"\r\n\r\nY")
    assert got[caret.index("^")] == "Y"


def test_bytes_that_are_no_text_are_compared_as_hexdump() -> None:
    """Binary data is shown in rows of 16 with the caret under the differing pair."""
    wanted = bytes(range(200, 240))
    got = wanted[:20] + b"\x00" + wanted[21:]
    lines = comparison(wanted, got)
    assert "00000010" in lines[0]
    column = lines[2].index("^")
    assert lines[1][column : column + 2] == "00"
    assert lines[0][column : column + 2] == f"{wanted[20]:02x}"


def test_a_missing_rest_is_named() -> None:
    """A proper beginning is told apart from a wrong byte."""
    assert "here it ends (1 of 5 bytes)" in comparison(b"PONG\n", b"P")[-1]
    assert "1 byte too many" in comparison(b"PONG", b"PONG\n")[-1]
