"""The functions that a check has handed in: they tell of each call, and then do what was laid down."""

from __future__ import annotations

from . import codec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

listeners: list[Callable[[bytearray], None]] = []
"""Called with a message to the examiner, once for each call."""


def make(number: int, name: str, outcomes: list[Any]) -> Callable[..., Any]:
    """The function with this number. It raises `TypeError` if it is given what is no plain data."""
    turns = iter(outcomes[:-1])

    def recorded(*arguments: Any) -> Any:
        try:
            message, tails = codec.encode(("called", number, arguments))
            if tails:
                raise codec.TooMuch("there is too much of it")
        except codec.TooMuch as error:
            raise TypeError(f"{name} takes plain data: {error}") from None
        for listener in listeners:
            listener(message)
        outcome = next(turns, outcomes[-1])
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    recorded.__name__ = recorded.__qualname__ = name
    return recorded
