"""The claims of a check cell, found without running it.

A claim is the literal string of a `with score("…"):` line, whatever keywords follow it. Because it is literal, what a
mistake must lose can be named in advance, and the marks of a known submission are known without running anything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograde.examiner.parsing import parsed


def claims_of(source: str) -> list[str]:
    """The claims of a check cell in the order of its text. Raises `SyntaxError` when the cell cannot be parsed."""
    return [text for call in _score_calls(source) if (text := _literal(call)) is not None]


def unclear_claims(source: str) -> list[int]:
    """The line numbers of `with score(…)` whose claim is not one literal string (an f-string, a name, nothing)."""
    return [call.lineno for call in _score_calls(source) if _literal(call) is None]


def points_of(source: str) -> list[float | None]:
    """The points of every `Score(…)` that the cell makes, as written there; None where they are not a literal."""
    calls = [node for node in ast.walk(parsed(source)) if _calls(node, "Score")]
    return [_points(call) for call in calls if isinstance(call, ast.Call)]


def ends_with_score(source: str) -> bool:
    """Whether the last line of the cell is the bare name `score`, whose value is the mark."""
    body = parsed(source).body
    last = body[-1] if body else None
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Name) and last.value.id == "score"


def _score_calls(source: str) -> Iterator[ast.Call]:
    for node in _in_order(parsed(source)):
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if isinstance(item.context_expr, ast.Call) and _calls(item.context_expr, "score"):
                    yield item.context_expr


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """Every node, depth first, so in the order of the text; `ast.walk` goes level by level."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _literal(call: ast.Call) -> str | None:
    given = call.args[0] if len(call.args) == 1 else None
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def _points(call: ast.Call) -> float | None:
    given = call.args[0] if call.args else next((word.value for word in call.keywords if word.arg == "points"), None)
    if isinstance(given, ast.Constant) and isinstance(given.value, int | float):
        return float(given.value)
    return None
