"""An exception as plain data, and an exception made after such a portrait.

The examinee draws what was raised: its class and the classes above it by name, its arguments, attributes and text, and
the lines of the answer cell that it passed. The examiner builds an exception of the same type if that type is one of
Python's own (`HOMES`), else one of a class made for it, derived from the nearest type that is. Nothing of the
student's runs in this. Both processes load this file; it imports nothing slow.
"""

from __future__ import annotations

import builtins
import importlib
from contextlib import suppress

from .cell import lines_of
from .codec import TooMuch, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HOMES = frozenset({
    "builtins", "_csv", "_lzma", "_queue", "asyncio.exceptions", "asyncio.queues", "binascii", "decimal", "gzip",
    "concurrent.futures._base", "email.errors", "ftplib", "http.client", "http.cookies", "imaplib", "ipaddress",
    "json.decoder", "poplib", "queue", "smtplib", "socket", "ssl", "struct", "subprocess", "tarfile", "urllib.error",
    "xml.etree.ElementTree", "xml.parsers.expat", "xmlrpc.client", "zipfile", "zlib",
})  # fmt: skip
"""The modules whose exceptions are rebuilt as what they are."""

NATIVE = (
    "errno", "strerror", "filename", "name", "reason", "start", "end", "object", "code", "value", "msg", "lineno",
)  # fmt: skip
"""Attributes of Python's own exceptions that are not in their `__dict__`."""

_DEEP = 4
_MANY = 60
_NAME = 100
_LONG = 2_000


def draw(error: BaseException, depth: int = 0) -> tuple[Any, ...]:
    """The portrait of an exception: (classes, args, attributes, text, lines, notes, cause). Never raises."""
    classes = [(kind.__module__, kind.__qualname__) for kind in type(error).__mro__ if kind is not object]
    attributes = {name: _plain(value, depth) for name, value in _attributes(error) if not name.startswith("__")}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return (
        [(str(module), str(name)) for module, name in classes[:_MANY]],
        tuple(_plain(argument, depth) for argument in error.args[:_MANY]),
        attributes,
        _text(error),
        lines_of(error.__traceback__),
        [_cut(note) for note in list(error.__dict__.get("__notes__", ()))[:_MANY] if type(note) is str],
        draw(cause, depth + 1) if cause is not None and depth < _DEEP else None,
    )


def restore(portrait: Any, made: dict[str, type[BaseException]]) -> BaseException:
    """The exception of a portrait. `made` keeps the classes that had to be made, by their qualified name.

    Raises `ValueError` or `TypeError` for what is no portrait.
    """
    classes, args, attributes, text, _, notes, cause = portrait
    kind = restore_class(classes, made)
    error = _instance(kind, tuple(args))
    _give(error, attributes)
    if kind not in made.values() and not _can_be_told(error):
        error = _instance(_told_by_portrait(kind, made), tuple(args))
        _give(error, attributes)
    if type(error) in made.values():
        error.__dict__["_text"] = _cut(str(text))
    for note in notes[:_MANY]:
        BaseException.add_note(error, _cut(str(note)))
    if cause is not None:
        error.__cause__ = restore(cause, made)
    return error


def _give(error: BaseException, attributes: dict[str, Any]) -> None:
    """Set attributes, though none that would take the place of what every exception of its kind has."""
    for name, value in attributes.items():
        if name in NATIVE or not (name.startswith("__") or hasattr(type(error), name)):
            with suppress(AttributeError, TypeError, ValueError):
                setattr(error, name, value)


def _can_be_told(error: BaseException) -> bool:
    """Its own text can be had, and is not too long for a message."""
    try:
        return len(str(error)) <= _LONG
    except Exception:
        return False


def _told_by_portrait(kind: type[BaseException], made: dict[str, type[BaseException]]) -> type[BaseException]:
    """A class like Python's own `kind` that gives the text of the portrait for its own."""
    key = f"{kind.__module__}.{kind.__qualname__} in short"
    if key not in made:
        made[key] = type(kind.__name__, (kind,), {"__module__": kind.__module__, "__str__": _told})
    return made[key]


def restore_class(classes: Any, made: dict[str, type[BaseException]]) -> type[BaseException]:
    """Python's own class if the first is one, else a class made for it. Raises `ValueError` if none is an exception."""
    (module, name), *above = classes[:_MANY]
    name = str(name)[:_NAME]
    if (known := _known(str(module), name)) is not None:
        return known
    if not above:
        raise ValueError(f"{name} is not an exception")
    if name not in made:
        base = restore_class(above, made)
        made[name] = type(name.rpartition(".")[2], (base,), {"__module__": "answer", "__str__": _told})
    return made[name]


def _told(self: BaseException) -> str:
    """The text that the exception had where it was raised; Python's own for one that was made here."""
    if (text := self.__dict__.get("_text")) is not None:
        return str(text)
    own = (kind.__dict__.get("__str__") for kind in type(self).__mro__)
    return str(next(way for way in own if way is not None and way is not _told)(self))


def _known(module: str, name: str) -> type[BaseException] | None:
    if module not in HOMES or not all(part.isidentifier() for part in name.split(".")):
        return None
    kind: Any = builtins if module == "builtins" else importlib.import_module(module)
    for part in name.split("."):  # imaplib's exceptions are attributes of a class
        kind = getattr(kind, part, None)
    return kind if isinstance(kind, type) and issubclass(kind, BaseException) else None


def _instance(kind: type[BaseException], args: tuple[Any, ...]) -> BaseException:
    try:
        if kind.__module__ == "builtins":
            return kind(*args)
        error = kind.__new__(kind, *args)
    except Exception:
        error = kind.__new__(kind)
    error.args = args
    return error


def _attributes(error: BaseException) -> list[tuple[str, Any]]:
    found = {}
    for name in NATIVE:
        with suppress(BaseException):  # the student's code may raise anything
            if (value := getattr(error, name, None)) is not None:
                found[name] = value
    return list({**found, **BaseException.__getattribute__(error, "__dict__")}.items())[:_MANY]


def _plain(value: Any, depth: int) -> Any:
    """The value itself if plain data (exceptions among it are drawn), else its repr."""
    try:
        head, tails = encode(value, lambda other: ("exception", _drawn(other, depth)))
        if len(head) + sum(map(len, tails)) <= 1 << 20:
            return value
    except (TooMuch, RecursionError):
        pass
    try:
        return _cut(repr(value))
    except BaseException:  # the student's code may raise anything
        return f"<{type(value).__name__}>"


def _drawn(value: Any, depth: int) -> Any:
    if not isinstance(value, BaseException) or depth >= _DEEP:
        raise TooMuch("not plain data")
    return draw(value, depth + 1)


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def _text(error: BaseException) -> str:
    try:
        return _cut(str(error))
    except BaseException as other:
        return f"(its text cannot be shown: {type(other).__name__})"
