"""The frame and its layers: bytes and sizes in, nested headers out."""

from __future__ import annotations

import pytest

from autograde.tests.drawings import elements, overlapping_texts, texts, texts_outside, widths
from autograde.wire.picture import envelopes

FRAME = bytes(range(14)) + b"hello"
LAYERS = [("link", [("to", 4), ("from", 4)]), ("network", [("", 2), ("from", 4)]), ("application", [])]


def test_headers_and_what_they_carry_fill_the_frame() -> None:
    """In each row, what is not header is what it carries; rows get shorter from layer to layer."""
    assert [round(width / 13) for width in widths(envelopes(FRAME, LAYERS))] == [4, 4, 11, 2, 4, 5, 5]


def test_every_byte_is_written_below() -> None:
    """In hexadecimal, in the order of the wire."""
    assert texts(envelopes(FRAME, LAYERS))[-20:-1] == [f"{byte:02x}" for byte in FRAME]


def test_the_words_say_who_carries_what() -> None:
    """Layer by layer, the message at the end."""
    assert envelopes(FRAME, LAYERS, title="A frame").alt.splitlines() == [
        "A frame:",
        "  link: a header of 8 bytes, to (4), from (4); carries 11 bytes",
        "  network: a header of 6 bytes, (2), from (4); carries 5 bytes",
        "  application: b'hello'",
    ]


def test_headers_longer_than_the_frame_are_an_error() -> None:
    """The picture never claims bytes that are not there."""
    with pytest.raises(ValueError, match="the headers take 14 bytes, the frame has 13"):
        envelopes(FRAME[:13], LAYERS)


def test_an_empty_message_is_no_box() -> None:
    """A frame of headers alone."""
    assert len(elements(envelopes(FRAME[:14], LAYERS), "rect")) == 5


def test_texts_have_room() -> None:
    """In the boxes of two bytes too."""
    picture = envelopes(
        bytes(66), [("link", [("to", 6), ("from", 6), ("type", 2)]), ("t", [("from", 2), ("to", 2)]), ("a", [])]
    )
    assert overlapping_texts(picture) == [] and texts_outside(picture) == []
