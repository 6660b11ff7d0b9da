"""The codec: what goes in comes out, and nothing else ever does."""

from __future__ import annotations

import math
import socket
from typing import Any

import pytest

from autograde.examiner.examinee import codec
from autograde.examiner.examinee.codec import Malformed, TooMuch, decode, encode

VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 127, 128, -128, -129, 2**64, -(2**64), 10**1000, 0.0, -1.5, math.inf,
    "", "ä\n\0", "\ud800", "x" * 100_000, b"", b"\0\xff", b"x" * 100_000, bytearray(b"ab"), bytearray(70_000),
    [], [1, [2, [3]]], (), (1,), {}, {"a": {1: b"x"}, (1, 2): None}, set(), {1, "a", b"b"}, frozenset({1, (2,)}),
    [b"q" * 40_000, "between", b"r" * 40_000],
]  # fmt: skip


def named(value: object) -> str:
    """A test's id: the same in every process, in which a set has an order of its own."""
    return type(value).__name__ if isinstance(value, set | frozenset) else repr(value)[:20]


@pytest.mark.parametrize("value", VALUES, ids=named)
def test_plain_data_comes_back_as_it_was(value: Any) -> None:
    """Every plain value crosses unchanged, its type included."""
    back = decode(*encode(value))
    assert back == value
    assert type(back) is type(value)


def test_a_view_of_bytes_comes_back_as_one() -> None:
    """A memoryview crosses as a view, also when it is large."""
    for size in (3, 100_000):
        back = decode(*encode(memoryview(b"x" * size)))
        assert isinstance(back, memoryview)
        assert bytes(back) == b"x" * size


def test_nan_crosses() -> None:
    """Not a number stays not a number."""
    assert math.isnan(decode(*encode(math.nan)))


def test_a_subclass_crosses_as_the_value_it_equals() -> None:
    """An enum member, a named tuple or a defaultdict arrives as a plain value."""
    back = decode(*encode([socket.AF_INET, socket.SOCK_STREAM]))
    assert back == [socket.AF_INET, socket.SOCK_STREAM]
    assert {type(each) for each in back} == {int}


def test_large_bytes_are_not_copied_into_the_head() -> None:
    """Large bytes travel as the very object that was given."""
    data = b"x" * 1_000_000
    head, tails = encode({"data": data})
    assert len(head) < 100
    assert tails[0] is data


def test_a_list_that_contains_itself_is_too_much() -> None:
    """Endless nesting is refused, not followed."""
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(TooMuch, match="deep"):
        encode(endless)


def test_what_is_not_plain_data_is_refused() -> None:
    """Objects do not cross by themselves."""
    with pytest.raises(TooMuch, match="object"):
        encode([object()])


@pytest.mark.parametrize("value", VALUES, ids=named)
def test_every_shortened_head_is_malformed(value: Any) -> None:
    """A message cut at any place is no message."""
    head, tails = encode(value)
    for end in range(min(len(head), 200)):
        with pytest.raises(Malformed):
            decode(head[:end], tails)


def test_every_changed_byte_is_harmless() -> None:
    """A message with any byte replaced decodes to something plain, or is malformed; it does nothing else."""
    head, tails = encode({"a": [1, "ä", b"x", 1.5, (None, {2})]})
    for at in range(len(head)):
        for byte in range(0, 256, 7):
            changed = bytearray(head)
            changed[at] = byte
            try:
                decode(changed, tails)
            except Malformed:
                continue


def test_a_count_that_lies_reserves_nothing() -> None:
    """Four billion items in nine bytes are refused before anything is made."""
    for tag in (b"l", b"t", b"d", b"S", b"z"):
        with pytest.raises(Malformed, match="cannot be in"):
            decode(tag + b"\xff\xff\xff\xff", [])


def test_unhashable_keys_are_malformed() -> None:
    """A dict whose key is a list cannot be, whatever the bytes say."""
    with pytest.raises(Malformed):
        decode(b"d\0\0\0\1l\0\0\0\0N", [])


def test_references_need_somebody_who_knows_them() -> None:
    """A reference is malformed where none is expected, and goes to `resolve` where one is."""
    head, tails = encode([object()], lambda value: ("thing", 7))
    assert decode(head, tails, lambda kind, payload: (kind, payload)) == [("thing", 7)]
    with pytest.raises(Malformed):
        decode(head, tails)


def test_colliding_keys_do_not_take_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that are made to collide end with the decoder's patience."""
    monkeypatch.setattr(codec, "PATIENCE", 0.05)
    modulus = 2**61 - 1
    head = b"d" + (30_000).to_bytes(4, "big")
    for number in range(30_000):
        integer = (number * modulus).to_bytes(12, "big")
        head += b"i\0\0\0\x0c" + integer + b"N"
    with pytest.raises(Malformed, match="too long"):
        decode(head, [])
