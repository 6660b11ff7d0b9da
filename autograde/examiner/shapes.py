"""What the answers of an examinee must look like, operation by operation (operations.py has what they mean).

An honest examinee answers so. The student's code may have got hold of its own process and answer what it likes; what
does not fit here is no answer, and never an error of the check that asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograde.examiner.errors import StudentLine

LONG = 2_000
"""Characters of a text from the student's process that messages and records take over."""

LINES = 100
"""Lines of the answer cell that one traceback may have."""

FINDINGS = 1_000
"""Findings that one inspection may have."""


def cut(text: str, longest: int = LONG) -> str:
    """A text that is not longer than that, with a sign where it was cut."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def lines_from(value: Any) -> list[StudentLine]:
    """Lines of the answer cell, as an examinee tells them. Raises `TypeError` or `ValueError` for anything else."""
    if type(value) not in (list, tuple) or len(value) > LINES:
        raise ValueError("no lines of a cell")
    lines = []
    for number, function, text in value:
        if [type(each) for each in (number, function, text)] != [int, str, str] or not 0 <= number < 10**7:
            raise ValueError("no line of a cell")
        lines.append((number, cut(function, 100), cut(text, 300)))
    return lines


def fits(operation: str, value: Any) -> bool:
    """The value is one that the operation can give."""
    return operation not in _SHAPES or _SHAPES[operation](value)


def _is_description(value: Any) -> bool:
    if type(value) is not tuple or len(value) != 2 or value[0] not in ("object", "class", "exception"):
        return False
    return value[1] is None if value[0] != "exception" else _is_classes(value[1])


def _is_classes(value: Any) -> bool:
    """Names of classes with their modules, the last of which is BaseException."""
    if type(value) is not list or not value or value[-1] != ("builtins", "BaseException"):
        return False
    return all(type(each) is tuple and list(map(type, each)) == [str, str] for each in value)


def _is_pair_with_bool(value: Any) -> bool:
    return type(value) is tuple and len(value) == 2 and type(value[0]) is bool


def _is_findings(value: Any) -> bool:
    return type(value) is list and len(value) <= FINDINGS and all(type(each) is str for each in value)


_SHAPES: dict[str, Callable[[Any], bool]] = {
    "load": lambda value: value is None or type(value) is str,
    "describe": _is_description,
    "inspect": _is_findings,
    "attribute": _is_pair_with_bool,
    "next": _is_pair_with_bool,
    "enter": _is_pair_with_bool,
    **dict.fromkeys(("make", "hold"), lambda value: hasattr(type(value), "__reference__")),
    "iterate": lambda value: hasattr(type(value), "__reference__") and hasattr(type(value), "__next__"),
    "items": lambda value: type(value) is list,
    "length": lambda value: type(value) is int and value >= 0,
    "text": lambda value: type(value) is str,
    **dict.fromkeys(
        ("equals", "less", "less or equal", "greater", "greater or equal", "is instance", "leave"),
        lambda value: type(value) is bool,
    ),
}
