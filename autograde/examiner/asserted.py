"""What a failed `assert` in a check compared, read from its source and its frame.

A check says `assert ask(...) == reply` and nothing more. When that fails, this module finds the statement, looks up
both sides without calling anything a second time (a call of the student's function stands for the value it returned
last), and says what was wanted and what came instead.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from types import FrameType, TracebackType
from typing import Any

from autograde.examiner.compared import Explanation, compared, short, unordered, untyped
from autograde.examiner.subjects import subject_of, tree_of

HARMLESS = {
    "len",
    "bytes",
    "sorted",
    "set",
    "str",
    "repr",
    "type",
    "isinstance",
    "sum",
    "all",
    "any",
    "list",
    "dict",
    "tuple",
}
"""Built-in functions that may be called again to see a value."""

UNKNOWN = object()

RELATIONS: dict[type[ast.cmpop], str] = {
    ast.Gt: "more than", ast.GtE: "at least", ast.Lt: "less than", ast.LtE: "at most", ast.NotEq: "something else than",
}  # fmt: skip


def explain(error: AssertionError) -> Explanation:
    """The failed statement of `error` in words. An assertion that brings its own message speaks for itself."""
    if not error.args:
        return _explained(error)
    found = _explained(error)
    also = f". {found.types[:1].upper()}{found.types[1:]}" if found.types else ""
    return replace(found, problem=str(error)[:2000].rstrip(".") + also, wanted=None, got=None)


def _explained(error: AssertionError) -> Explanation:
    frame, line = _where(error.__traceback__)
    statement = _statement(frame, line) if frame else None
    if frame is None or statement is None:
        return Explanation("a statement of the check does not hold")
    test = _failing(statement.test, frame)
    found = _of_comparison(test, frame) if isinstance(test, ast.Compare) and len(test.ops) == 1 else None
    if isinstance(test, ast.Call):
        found = _of_type_check(test, frame)
    if found is None:
        says = f"this does not hold: {ast.unparse(statement.test)}{_seen(test, frame)}"
        found = Explanation(says, is_other_type=_asks_for_types(test))
    return replace(found, is_in_helper=frame.f_code.co_name != "<module>")


def _failing(test: ast.expr, frame: FrameType) -> ast.expr:
    """The part of a condition that does not hold: of `a and b` the first that is not true."""
    while isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        values = ((part, _value(part, frame)) for part in test.values)
        test = next((part for part, value in values if value is UNKNOWN or not value), test.values[-1])
    return test


def _of_comparison(test: ast.Compare, frame: FrameType) -> Explanation | None:
    left, right = (_value(node, frame) for node in (test.left, test.comparators[0]))
    if left is UNKNOWN or right is UNKNOWN:
        return None
    subject, operator = subject_of(test.left, frame), test.ops[0]
    if isinstance(operator, ast.Eq):
        return compared(subject, right, left)
    if isinstance(operator, ast.In) and isinstance(right, list | tuple) and right:
        return compared(subject, right[0], left)
    relation = RELATIONS.get(type(operator))
    return unordered(subject, right, left, relation) if relation else None


def _of_type_check(test: ast.Call, frame: FrameType) -> Explanation | None:
    if not (isinstance(test.func, ast.Name) and test.func.id == "isinstance" and len(test.args) == 2):
        return None
    got, wanted = (_value(node, frame) for node in test.args)
    if got is UNKNOWN or wanted is UNKNOWN:
        return None
    return untyped(subject_of(test.args[0], frame), wanted, got)


def _asks_for_types(test: ast.expr) -> bool:
    """As `all(isinstance(each, float) for each in times)` does."""
    return any(isinstance(part, ast.Name) and part.id == "isinstance" for part in ast.walk(test))


def _seen(test: ast.expr, frame: FrameType) -> str:
    """What the left side of a comparison is, whose right side nobody can look up."""
    if not isinstance(test, ast.Compare) or (left := _value(test.left, frame)) is UNKNOWN:
        return ""
    return f"; {subject_of(test.left, frame)} is {short(left)}"


def _where(traceback: TracebackType | None) -> tuple[FrameType | None, int]:
    frame, line = None, 0
    while traceback is not None:
        frame, line = traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next
    return frame, line


def _statement(frame: FrameType, line: int) -> ast.Assert | None:
    tree = tree_of(frame)
    if tree is None:
        return None
    around = [n for n in ast.walk(tree) if isinstance(n, ast.Assert) and n.lineno <= line <= (n.end_lineno or n.lineno)]
    return around[-1] if around else None


def _value(node: ast.expr, frame: FrameType) -> Any:
    """The value of an expression that calls nothing but harmless functions; `UNKNOWN` for others."""
    if isinstance(node, ast.Call) and not _is_harmless(node, frame):
        function = _value(_without_deadline(node.func), frame)
        last = getattr(function, "last", None)
        return getattr(last, "value", UNKNOWN)
    if any(isinstance(part, ast.Call) and not _is_harmless(part, frame) for part in ast.walk(node)):
        return UNKNOWN
    if any(isinstance(part, ast.Await | ast.NamedExpr | ast.Yield | ast.YieldFrom) for part in ast.walk(node)):
        return UNKNOWN
    try:
        return eval(compile(ast.Expression(node), "<asserted>", "eval"), frame.f_globals, frame.f_locals)
    except Exception:
        return UNKNOWN


def _without_deadline(function: ast.expr) -> ast.expr:
    """`ask` of `ask.within(5.0)`."""
    is_within = isinstance(function, ast.Call) and isinstance(function.func, ast.Attribute)
    return function.func.value if is_within and function.func.attr == "within" else function  # type: ignore[attr-defined]


def _is_harmless(call: ast.Call, frame: FrameType) -> bool:
    """It calls a function that may be called again, or looks into a dictionary."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "get" and isinstance(call.func.value, ast.Name):
        name = call.func.value.id
        return type(frame.f_locals.get(name, frame.f_globals.get(name))) is dict
    return isinstance(call.func, ast.Name) and call.func.id in HARMLESS
