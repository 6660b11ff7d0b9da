"""What the left side of an assertion is called when its story is told: the reader has never seen the check's names.

assert ask(...) == reply                     what ask returned
report = counts_of(ping(...))                what ping returned
sock, index = connects(connect_any, ...)     item 2 of what connect_any returned
report.get("blocks")                         ['blocks'] in what send_reliable returned
facts = (short.error.wanted, ...)            what the ShortRead says
"""

from __future__ import annotations

import ast
import linecache
import socket
from types import FrameType
from typing import Any

from autograde.examiner.expectations import raises
from autograde.examiner.standin import Callable, Living

UNREAD = "what is left in the stream"
UNNAMED = "what came"

HOPS = 6
"""Names that are followed from one assignment to the next."""


def tree_of(frame: FrameType) -> ast.Module | None:
    """The source in which a frame is, parsed."""
    source = "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    try:
        return ast.parse(source)
    except SyntaxError:
        return None


def subject_of(node: ast.expr, frame: FrameType) -> str:
    """The words for a value of the check, without any name that only the check knows."""
    return _Namer(frame, tree_of(frame)).words(node, HOPS) or UNNAMED


class _Namer:
    """Follows the names of one source back to the calls that their values come from."""

    def __init__(self, frame: FrameType, tree: ast.Module | None) -> None:
        self.frame = frame
        self.given = list(_bindings(tree)) if tree else []

    def words(self, node: ast.expr, hops: int) -> str:
        """The words; "" if nothing in the expression tells where it comes from."""
        if hops == 0:
            return ""
        if (key := _key(node)) is not None:
            inner = self.words(key[0], hops)
            return f"[{key[1]!r}] in {inner}" if inner else ""
        if isinstance(node, ast.Name):
            return self._words_for_name(node.id, node.lineno, hops)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return self._words_for_method(node.func, hops)
        parts = node.elts if isinstance(node, ast.Tuple | ast.List) else ast.iter_child_nodes(node)
        told = (self.words(part, hops) for part in parts if isinstance(part, ast.expr))
        return next(filter(None, told), "")

    def _words_for_name(self, name: str, line: int, hops: int) -> str:
        value = self._looked_up(name)
        if isinstance(value, Callable):
            return f"what {name} returned"
        if isinstance(value, raises):
            return f"what the {type(value.error).__name__} says" if value.error is not None else ""
        if name == "unread":
            return UNREAD
        for target, source in reversed(self.given):
            place = _place_in(target, name)
            if place is None or source.lineno >= line:
                continue
            if place and isinstance(source, ast.Tuple):
                return self.words(source.elts[place - 1], hops - 1)
            words = self.words(source, hops - 1)
            return f"item {place} of {words}" if place and words else words
        return ""

    def _looked_up(self, name: str) -> Any:
        return self.frame.f_locals.get(name, self.frame.f_globals.get(name))

    def _words_for_method(self, method: ast.Attribute, hops: int) -> str:
        """Of an object of the student's, as in `channel.recv_line()`, or of what has come from the student's code."""
        owner = self._looked_up(method.value.id) if isinstance(method.value, ast.Name) else None
        if isinstance(owner, Living):
            return f"what {ast.unparse(method)} returned"
        inner = self.words(method.value, hops)
        is_socket = isinstance(owner, socket.socket)
        return f"what {method.attr}() says of {inner}" if is_socket and inner else inner


def _bindings(tree: ast.Module) -> list[tuple[ast.expr, ast.expr]]:
    """Every name or tuple of names that is given a value, with the expression, in the order of the text."""
    found: list[tuple[ast.expr, ast.expr]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            found += [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            found.append((node.optional_vars, node.context_expr))
    return sorted(found, key=lambda pair: pair[1].lineno)


def _place_in(target: ast.expr, name: str) -> int | None:
    """0 if the target is the name, its place from 1 if it is in a tuple, else None."""
    if isinstance(target, ast.Name):
        return 0 if target.id == name else None
    names = [getattr(each, "id", "") for each in getattr(target, "elts", ())]
    return names.index(name) + 1 if name in names else None


def _key(node: ast.expr) -> tuple[ast.expr, Any] | None:
    """What is looked into, and under which key: `report["a"]`, `report.get("a")`, also if only where it is a dict."""
    if isinstance(node, ast.IfExp):
        return _key(node.body)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.value, node.slice.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        return (node.func.value, node.args[0].value) if isinstance(node.args[0], ast.Constant) else None
    return None
