"""Calls and values as short text for records and messages: `ask('127.0.0.1', 40123, b'PING\\n', timeout=2.0)`."""

from __future__ import annotations

import reprlib
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from autograde.examiner.shapes import cut
from autograde.wire.show import SHOWN, brief, count


class _Spoken(reprlib.Repr):
    """Values as Python writes them, long ones shortened, nothing that differs from run to run."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxlist, self.maxtuple, self.maxdict, self.maxset = 3, 6, 6, 6, 6
        self.maxother = self.maxlong = 60

    def repr_bytes(self, value: bytes, level: int) -> str:
        """Bytes by their ends and their number."""
        return brief(value)

    def repr_bytearray(self, value: bytearray, level: int) -> str:
        """The same, and what they are."""
        return f"bytearray({brief(bytes(value))})"

    def repr_memoryview(self, value: memoryview, level: int) -> str:
        """The same for a view."""
        return f"memoryview({brief(bytes(value))})"

    def repr_str(self, value: str, level: int) -> str:
        """Text by its beginning and its length."""
        literal = repr(value[: SHOWN + 1])
        return literal if len(value) <= SHOWN else f"{literal[:SHOWN]}…' ({len(value):,} characters)"

    def repr_int(self, value: int, level: int) -> str:
        """An integer, or how large it is."""
        return repr(value) if value.bit_length() < 200 else f"an integer of {count(value.bit_length() // 8 + 1)}"

    def repr_instance(self, value: Any, level: int) -> str:
        """What it is; its own repr could say anything."""
        if value is None or isinstance(value, float | bool):
            return repr(value)
        if isinstance(value, socket.socket):
            return "<socket>" if value.fileno() >= 0 else "<closed socket>"
        if isinstance(value, BaseException):
            return f"{type(value).__name__}({', '.join(self.repr1(each, level - 1) for each in value.args[:6])})"
        return f"<{getattr(value, '_examinee_kind', type(value).__name__)}>"


_shortened = _Spoken()


def value(it: Any) -> str:
    """A value, shortened."""
    return cut(_shortened.repr(it))


def call(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """A call with its arguments, each shortened."""
    return f"{name}({', '.join([*map(value, args), *(f'{key}={value(it)}' for key, it in kwargs.items())])})"
