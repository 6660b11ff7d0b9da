"""What the examiner can ask of an object in the examinee: one small function each, found by name in `OPERATIONS`."""

from __future__ import annotations

import itertools
import operator
from types import BuiltinMethodType, MethodType

from . import coroutines
from .objects import Keep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


MANY = 10_000
"""Items of an object that are looked through at most."""


def call(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call it, and await what it returns if that is awaitable."""
    owner = getattr(function, "__self__", None)
    if owner is not None and coroutines.belongs_to_asyncio(owner):
        return coroutines.on_the_loop(function, args, kwargs)
    return coroutines.result_of(function(*args, **kwargs))


def method(target: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a method by its name."""
    return call(getattr(target, name), args, kwargs)


def make(kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Keep:
    """An instance of a class, as a handle."""
    return Keep(coroutines.result_of(kind(*args, **kwargs)))


def hold(value: Any, form: str) -> Keep:
    """Plain data as an object that stays here, in one of the `FORMS`, as a handle."""
    return Keep(FORMS[form](value))


def attribute(target: Any, name: str) -> tuple[bool, Any]:
    """(True, None) for a method of the object, else (False, the attribute)."""
    value = getattr(target, name)
    if type(value) in (MethodType, BuiltinMethodType) and value.__self__ is target:
        return True, None
    return False, value


def iterate(target: Any) -> Keep:
    """Its iterator, whether it is an ordinary or an asynchronous one."""
    return Keep(aiter(target) if hasattr(target, "__aiter__") and not hasattr(target, "__iter__") else iter(target))


def step(iterator: Any) -> tuple[bool, Any]:
    """(True, the next item) or (False, None) at the end."""
    try:
        if coroutines.is_async_iterator(iterator):
            return True, coroutines.result_of(_next_of(iterator))
        return True, next(iterator)
    except (StopIteration, StopAsyncIteration):
        return False, None


async def _next_of(iterator: Any) -> Any:
    return await anext(iterator)


def items(target: Any) -> list[Any]:
    """Its items in a list. Raises `OverflowError` if they do not end."""
    found: list[Any] = []
    for item in target:
        if len(found) == MANY:
            raise OverflowError(f"it has more than {MANY:,} items")
        found.append(item)
    return found


def enter(target: Any) -> tuple[bool, Any]:
    """Enter a context manager: (True, None) if it gives itself, else (False, what it gives)."""
    is_async = hasattr(type(target), "__aenter__") and not hasattr(type(target), "__enter__")
    way = type(target).__aenter__ if is_async else type(target).__enter__
    value = coroutines.result_of(way(target))
    return (True, None) if value is target else (False, value)


def leave(target: Any, error: BaseException | None) -> bool:
    """Leave a context manager. True if it swallows the error."""
    is_async = hasattr(type(target), "__aexit__") and not hasattr(type(target), "__exit__")
    way = type(target).__aexit__ if is_async else type(target).__exit__
    return bool(coroutines.result_of(way(target, type(error) if error else None, error, None)))


def describe(target: Any) -> tuple[str, Any]:
    """What it is: ("exception", its classes), ("class", None), or ("object", None)."""
    if not isinstance(target, type):
        return "object", None
    if not issubclass(target, BaseException):
        return "class", None
    return "exception", [(kind.__module__, kind.__qualname__) for kind in target.__mro__ if kind is not object]


FORMS: dict[str, Callable[[Any], Any]] = {"itself": lambda value: value, "iterator": iter, "endless": itertools.cycle}
"""What plain data can be held as: what it is, something that can be gone through once, and the same without end."""

OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": call,
    "method": method,
    "make": make,
    "hold": hold,
    "describe": describe,
    "attribute": attribute,
    "set attribute": setattr,
    "delete attribute": delattr,
    "iterate": iterate,
    "next": step,
    "length": len,
    "item": operator.getitem,
    "set item": operator.setitem,
    "delete item": operator.delitem,
    "items": items,
    "equals": lambda one, other: bool(one == other),
    "less": lambda one, other: bool(one < other),
    "less or equal": lambda one, other: bool(one <= other),
    "greater": lambda one, other: bool(one > other),
    "greater or equal": lambda one, other: bool(one >= other),
    "text": str,
    "representation": repr,
    "is instance": isinstance,
    "enter": enter,
    "leave": leave,
}
