"""Which names a cell defines, read from its source without running it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from autograde.examiner.parsing import parsed

LARGEST = 200_000
"""Characters that an answer cell may have: parsing takes a hundred times as many bytes."""


def binds(source: str, name: str) -> bool:
    """The cell defines the name at its top level by def, async def, class or assignment.

    A cell that is not Python counts as well if a line of it looks like that: its author should hear of the mistake
    rather than be told that the name is missing. One that is larger than `LARGEST` is looked at in the same way.
    """
    try:
        return name in _names_of(_parsed(source).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        word = re.escape(name)
        looks_like_it = rf"^(?:(?:async[ \t]+)?def|class)[ \t]+{word}\b|^{word}[ \t]*=[^=]"
        return re.search(looks_like_it, source, re.MULTILINE) is not None


def calls(source: str, name: str) -> bool:
    """The cell calls a function of that name somewhere."""
    try:
        nodes = list(ast.walk(_parsed(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.search(rf"\b{re.escape(name)}\(", source) is not None
    return any(isinstance(node, ast.Call) and _is_called(node.func, name) for node in nodes)


def _parsed(source: str) -> ast.Module:
    if len(source) > LARGEST:
        raise ValueError("too large to be parsed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in the student's text is not for our stderr
        return parsed(source)


def _is_called(function: ast.expr, name: str) -> bool:
    return getattr(function, "id", None) == name or getattr(function, "attr", None) == name


def _names_of(body: list[ast.stmt]) -> set[str]:
    return {name for statement in body for name in _names_in(statement)}


def _names_in(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign):
        yield from (node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name))
    elif isinstance(statement, ast.AnnAssign) and statement.value and isinstance(statement.target, ast.Name):
        yield statement.target.id
    elif isinstance(statement, ast.If | ast.Try | ast.With):
        yield from _names_of(statement.body)
        yield from _names_of(getattr(statement, "orelse", []))
        for handler in getattr(statement, "handlers", []):
            yield from _names_of(handler.body)
