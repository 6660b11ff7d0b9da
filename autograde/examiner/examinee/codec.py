"""Plain data as bytes and back: the language that examiner and examinee speak.

`encode` turns a value into one small `head` and a list of `tails`; `decode` is its inverse. The head is a sequence of
tagged items (one letter, then a length or the item itself); bytes objects of `TAIL` bytes and more are not
copied into it but travel as tails of their own, so 64 MB cost no second copy and no base64.

What is neither plain data nor a container of it goes through `refer`, which answers with a name and a plain payload
("socket", ...), and comes out of `resolve` on the other side. The codec itself never makes anything but plain data,
and it trusts nobody: sizes, depth, number of items and the time that decoding takes are bounded, and whatever does not
fit the grammar is `Malformed`. This file is loaded by both processes and imports nothing slow.
"""

from __future__ import annotations

import struct
import time

TYPE_CHECKING = False  # typing.TYPE_CHECKING without the 15 ms that importing typing takes in each examinee
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, NoReturn

    Refer = Callable[[Any], tuple[str, Any]]
    Resolve = Callable[[str, Any], Any]
    Buffer = bytes | bytearray | memoryview

TAIL = 32 * 1024
"""Bytes objects of this size and more travel beside the head."""

DEPTH = 60
"""How deep containers may be nested."""

ITEMS = 2_000_000
"""How many items one value may have, all its containers together."""

INTEGER = 1_780
"""Bytes that one integer may take: Python refuses to write one of more than 4,300 digits as text."""

PATIENCE = 10.0
"""Seconds that decoding one value may take: keys that are made to collide in a dict could take hours."""

_LENGTH = struct.Struct("!I")
_FLOAT = struct.Struct("!d")
_SIZED: dict[type, bytes] = {bytes: b"b", bytearray: b"a", memoryview: b"m"}
_CONTAINERS: dict[type, bytes] = {list: b"l", tuple: b"t", set: b"S", frozenset: b"z"}
_PLAIN = (int, float, str, bytes, bytearray, memoryview, list, tuple, dict, set, frozenset)


class Malformed(ValueError):
    """Bytes that no honest `encode` wrote."""


class TooMuch(ValueError):
    """A value that is too deep, too large, or holds something where only plain data may be."""


def refuse(value: Any) -> NoReturn:
    """The `refer` of those who let nothing but plain data through."""
    raise TooMuch(f"{type(value).__name__} objects cannot cross here")


def encode(value: Any, refer: Refer = refuse) -> tuple[bytearray, list[Buffer]]:
    """The head and the tails of a value. Subclasses of plain types cross as the plain value that they equal.

    Raises `TooMuch` if the value is nested deeper than `DEPTH` (a list that contains itself is), or has too many items.
    """
    writer = _Writer(refer)
    writer.write(value, 0)
    return writer.head, writer.tails


def decode(head: Buffer, tails: Sequence[Buffer], resolve: Resolve | None = None) -> Any:
    """The value that `encode` was given. Raises `Malformed` for anything else."""
    reader = _Reader(memoryview(head), list(tails), resolve)
    try:
        value = reader.read(0)
    except (struct.error, IndexError, UnicodeDecodeError, OverflowError, TypeError) as error:
        raise Malformed(f"{type(error).__name__}: {error}") from None
    if reader.at != len(reader.head) or reader.tails:
        raise Malformed("bytes left over after the value")
    return value


class _Writer:
    def __init__(self, refer: Refer) -> None:
        self.head, self.items, self.refer = bytearray(), 0, refer
        self.tails: list[Buffer] = []

    def write(self, value: Any, depth: int) -> None:
        self.items += 1
        if depth > DEPTH or self.items > ITEMS:
            raise TooMuch("it is nested too deep" if depth > DEPTH else f"it has more than {ITEMS} items")
        kind = type(value)
        if value is None or kind is bool:
            self.head += {None: b"N", True: b"T", False: b"F"}[value]
        elif isinstance(value, _PLAIN):
            self._write_plain(next(k for k in kind.__mro__ if k in _PLAIN), value, depth)
        else:
            name, payload = self.refer(value)
            self.head += b"r"
            self.write((name, payload), depth + 1)

    def _write_plain(self, kind: type, value: Any, depth: int) -> None:
        if kind is int:
            self._write_integer(int(value))
        elif kind is float:
            self.head += b"f" + _FLOAT.pack(value)
        elif kind is str:
            self._write_sized(b"s", str.encode(value, "utf-8", "surrogatepass"))
        elif kind in _SIZED:
            self._write_sized(_SIZED[kind], value if kind is not memoryview else value.cast("B"))
        elif kind is dict:
            self._write_items(b"d", len(value), _flattened(value), depth)
        else:
            self._write_items(_CONTAINERS[kind], len(value), value, depth)

    def _write_integer(self, value: int) -> None:
        size = value.bit_length() // 8 + 1
        if size > INTEGER:
            raise TooMuch(f"it holds an integer of {size} bytes")
        self.head += b"i" + _LENGTH.pack(size) + value.to_bytes(size, "big", signed=True)

    def _write_sized(self, tag: bytes, data: Buffer) -> None:
        if len(data) < TAIL:
            self.head += tag + _LENGTH.pack(len(data)) + data
        else:
            self.head += b"@" + tag
            self.tails.append(data)

    def _write_items(self, tag: bytes, count: int, items: Iterable[Any], depth: int) -> None:
        self.head += tag + _LENGTH.pack(count)
        for item in items:
            self.write(item, depth + 1)


def _flattened(mapping: dict[Any, Any]) -> Iterable[Any]:
    for key, value in mapping.items():
        yield key
        yield value


class _Reader:
    def __init__(self, head: memoryview, tails: list[Buffer], resolve: Resolve | None) -> None:
        self.head, self.tails, self.resolve, self.at, self.items = head, tails, resolve, 0, 0
        self.patience = time.monotonic() + PATIENCE

    def take(self, size: int) -> memoryview:
        if size > len(self.head) - self.at:
            raise Malformed(f"wanted {size} bytes, got {len(self.head) - self.at}")
        self.at += size
        return self.head[self.at - size : self.at]

    def take_length(self) -> int:
        length: int = _LENGTH.unpack(self.take(4))[0]
        return length

    def read(self, depth: int) -> Any:
        self.items += 1
        if depth > DEPTH or self.items > ITEMS:
            raise Malformed("nested too deep" if depth > DEPTH else "too many items")
        if self.items % 128 == 0 and time.monotonic() > self.patience:
            raise Malformed("takes too long to decode")
        tag = bytes(self.take(1))
        if tag in b"NTF":
            return {b"N": None, b"T": True, b"F": False}[tag]
        if tag in b"ltSzd":
            return self._read_container(tag, depth)
        if tag == b"r":
            return self._read_reference(depth)
        return self._read_leaf(tag)

    def _read_leaf(self, tag: bytes) -> Any:
        if tag == b"f":
            return _FLOAT.unpack(self.take(8))[0]
        if tag == b"@":
            return self._read_tail(bytes(self.take(1)))
        if tag not in _LEAVES:
            raise Malformed(f"no such tag: {tag!r}")
        length = self.take_length()
        if tag == b"i" and not 0 < length <= INTEGER:
            raise Malformed(f"an integer of {length} bytes")
        return _LEAVES[tag](self.take(length))

    def _read_tail(self, tag: bytes) -> Any:
        if tag not in _TAILED or not self.tails:
            raise Malformed("a tail is missing")
        return _LEAVES[tag](self.tails.pop(0))

    def _read_container(self, tag: bytes, depth: int) -> Any:
        count = self.take_length()
        if count > len(self.head) - self.at:
            raise Malformed(f"{count} items cannot be in {len(self.head) - self.at} bytes")
        if tag == b"d":
            return {self.read(depth + 1): self.read(depth + 1) for _ in range(count)}
        make = {b"l": list, b"t": tuple, b"S": set, b"z": frozenset}[tag]
        return make(self.read(depth + 1) for _ in range(count))

    def _read_reference(self, depth: int) -> Any:
        pair = self.read(depth + 1)
        if self.resolve is None or type(pair) is not tuple or len(pair) != 2 or type(pair[0]) is not str:
            raise Malformed("a reference where none may be")
        return self.resolve(pair[0], pair[1])


_LEAVES: dict[bytes, Callable[[Any], Any]] = {
    b"i": lambda data: int.from_bytes(data, "big", signed=True),
    b"s": lambda data: str(data, "utf-8", "surrogatepass"),
    b"b": bytes,
    b"a": bytearray,
    b"m": lambda data: memoryview(bytes(data)),
}
_TAILED = (b"s", b"b", b"a", b"m")
