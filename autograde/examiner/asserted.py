"""What a failed `assert` in a check compared, read from its source and its frame.

A check says `assert ask(...) == reply` and nothing more. When that fails, this module finds the statement, looks up
both sides without calling anything a second time (a call of the student's function stands for the value it returned
last), and says what was wanted and what came instead.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

from autograde.wire.show import brief

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


@dataclass(frozen=True, slots=True)
class Explanation:
    """`problem` in one sentence; `wanted` and `got` where both are bytes and can be laid side by side."""

    problem: str
    wanted: bytes | None = None
    got: bytes | None = None


def explain(error: AssertionError) -> Explanation:
    """The failed statement of `error` in words. An assertion that brings its own message speaks for itself."""
    if error.args:
        return Explanation(str(error)[:2000])
    frame, line = _where(error.__traceback__)
    statement = _statement(frame, line) if frame else None
    if frame is None or statement is None:
        return Explanation("a statement of the check does not hold")
    test = statement.test
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compared(test, frame)
    return Explanation(f"this does not hold: {ast.unparse(test)}")


def _compared(test: ast.Compare, frame: FrameType) -> Explanation:
    left, right = (_value(node, frame) for node in (test.left, test.comparators[0]))
    subject = _subject(test.left)
    if left is UNKNOWN or right is UNKNOWN or not isinstance(test.ops[0], ast.Eq):
        seen = "" if left is UNKNOWN else f"; {subject} is {_short(left)}"
        return Explanation(f"this does not hold: {ast.unparse(test)}{seen}")
    problem = f"{subject} is not what was wanted"
    if isinstance(right, bytes) and left is None:
        return Explanation(f"{problem}: wanted {_short(right)}, got None. Was there a `return` on this way out?")
    if isinstance(left, bytes | bytearray) and isinstance(right, bytes | bytearray):
        return Explanation(problem + ".", bytes(right), bytes(left))
    if isinstance(left, dict) and isinstance(right, dict):
        return Explanation(f"{problem}: " + "; ".join(_differences(right, left)))
    return Explanation(f"{problem}: wanted {_short(right)}, got {_short(left)}")


MOST_DIFFERENCES = 6
"""Entries of two dictionaries that are told apart in one sentence."""


def _differences(wanted: dict[Any, Any], got: dict[Any, Any]) -> list[str]:
    """A clause for each entry that is not as wanted; one of a dictionary within is named by both keys."""
    apart = list(_told_apart(wanted, got, ""))
    more = len(apart) - MOST_DIFFERENCES
    return apart[:MOST_DIFFERENCES] + ([f"and {more} more"] if more > 0 else [])


def _told_apart(wanted: dict[Any, Any], got: dict[Any, Any], place: str) -> Iterator[str]:
    for key in [*wanted, *(key for key in got if key not in wanted)]:
        here = f"{place}[{_short(key)}]"
        if key not in got:
            yield f"{here} is missing"
        elif key not in wanted:
            yield f"{here} is there, and should not be"
        elif isinstance(wanted[key], dict) and isinstance(got[key], dict):
            yield from _told_apart(wanted[key], got[key], here)
        elif got[key] != wanted[key]:
            remark = f" ({BACKWARDS})" if _is_backwards(wanted[key], got[key]) else ""
            yield f"{here}: wanted {_short(wanted[key])}, got {_short(got[key])}{remark}"


BACKWARDS = "its bytes in the opposite order"


def _is_backwards(wanted: Any, got: Any) -> bool:
    """Two numbers of 2, 4 or 8 bytes, one of which is the other read from its end."""
    if type(wanted) is not int or type(got) is not int or min(wanted, got) < 0:
        return False
    sizes = [size for size in (2, 4, 8) if max(wanted, got) < 256**size]
    return any(wanted.to_bytes(size, "big") == got.to_bytes(size, "little") for size in sizes)


def _subject(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return f"what {ast.unparse(node.func)} returned"
    return ast.unparse(node)


def _short(value: Any) -> str:
    if isinstance(value, bytes):
        return brief(value)
    try:
        text = repr(value)
    except Exception:  # whatever a value does when it is shown, it is only shown
        return f"a {type(value).__name__} that cannot be shown"
    return text if len(text) <= 200 else f"{text[:160]}… ({len(text):,} characters)"


def _where(traceback: TracebackType | None) -> tuple[FrameType | None, int]:
    frame, line = None, 0
    while traceback is not None:
        frame, line = traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next
    return frame, line


def _statement(frame: FrameType, line: int) -> ast.Assert | None:
    source = "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    around = [n for n in ast.walk(tree) if isinstance(n, ast.Assert) and n.lineno <= line <= (n.end_lineno or n.lineno)]
    return around[-1] if around else None


def _value(node: ast.expr, frame: FrameType) -> Any:
    """The value of an expression that calls nothing but harmless functions; `UNKNOWN` for others."""
    if isinstance(node, ast.Call) and not _is_harmless(node):
        function = _value(node.func, frame)
        last = getattr(function, "last", None)
        return getattr(last, "value", UNKNOWN)
    if any(isinstance(part, ast.Call) and not _is_harmless(part) for part in ast.walk(node)):
        return UNKNOWN
    if any(isinstance(part, ast.Await | ast.NamedExpr | ast.Yield | ast.YieldFrom) for part in ast.walk(node)):
        return UNKNOWN
    try:
        return eval(compile(ast.Expression(node), "<asserted>", "eval"), frame.f_globals, frame.f_locals)
    except Exception:
        return UNKNOWN


def _is_harmless(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in HARMLESS
