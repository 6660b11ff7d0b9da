"""What students are not to read: the part of a check cell between `### BEGIN HIDDEN TESTS` and `### END HIDDEN TESTS`.

The claims of a hidden part may be shown: they are sentences made for students. Its source may not, whatever quotes it:
a graded notebook holds check cells as they were released, and what the examiner says of one passes `without_hidden`
before it is written anywhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import Any

from autograde.classroom.notebooks import names_taken
from autograde.examiner.examine import BROKEN_DOWN, CellVerdict
from autograde.examiner.parsing import parsed

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
"""nbgrader's markers: the whole line that holds one belongs to the hidden part."""

SHORTEST = 12
"""Characters that a hidden line has to have in order to be looked for in a story: `score` alone is no secret."""

TELLING = (
    ast.Attribute, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.GeneratorExp, ast.IfExp, ast.JoinedStr,
    ast.ListComp, ast.Subscript, ast.UnaryOp,
)  # fmt: skip
"""Expressions that say how something is checked. A constant is data, which a story is there to show."""

CONDITION = "what this check asks for"
LEFT_OUT = "…"
"""What stands in a story in the place of the condition of a hidden assert, and of anything else that is hidden."""

SPELLINGS: tuple[Callable[[str], str], ...] = (str, escape, lambda text: escape(text, quote=False))
"""How a text is written in a story, and in the HTML around one."""

Secrets = list[tuple[str, re.Pattern[str], str]]
"""What is looked for, without its first letter and as a pattern, and what stands in its place."""


@lru_cache(maxsize=4096)
def released(source: str) -> str:
    """A check cell as students get it. An unclosed hidden part hides all that follows."""
    return "\n".join(line for line, is_hidden in _lines(source) if not is_hidden)


def without_hidden(verdict: CellVerdict, source: str, seen: str) -> CellVerdict:
    """The verdict on a check cell with this source, in which nothing quotes the hidden part but its claims.

    `seen` is what the student has before them anyway, all the cells of the graded notebook: that is no secret.
    `trouble` is left as it is: it is for instructors, and no page shows it.
    """
    if not any(is_hidden for _, is_hidden in _lines(source)):
        return verdict
    secrets = _secrets(source, seen)
    rows = [replace(row, story=_said(row.story, row.outcome, secrets)) for row in verdict.rows]
    changed = {old.story: new.story for old, new in zip(verdict.rows, rows, strict=True) if old.story != new.story}
    outputs = [_shown(output, changed, secrets) for output in verdict.outputs]
    return replace(verdict, rows=rows, outputs=outputs)


def _lines(source: str) -> Iterator[tuple[str, bool]]:
    """Every line, and whether it is hidden."""
    inside = False
    for line in source.split("\n"):
        if BEGIN in line:
            inside = True
        yield line, inside or END in line
        if END in line:
            inside = False


def _said(story: str, outcome: str, secrets: Secrets) -> str:
    """A story without secrets; one of a check that broke quotes what broke, so all of it goes."""
    return BROKEN_DOWN if outcome == "infrastructure" else _without(story, secrets)


def _shown(output: dict[str, Any], changed: dict[str, str], secrets: Secrets) -> dict[str, Any]:
    if "text" in output:
        return {**output, "text": _without(output["text"], secrets)}
    data = dict(output.get("data", {}))
    if "text/html" in data:
        for old, new in changed.items():
            data["text/html"] = data["text/html"].replace(escape(old), escape(new))
        data["text/html"] = _without(data["text/html"], secrets)
    return {**output, "data": data}


def _without(text: str, secrets: Secrets) -> str:
    for rest, secret, instead in secrets:
        if rest in text:  # hardly ever, and found out a hundred times faster than by the pattern
            text = secret.sub(instead, text)
    return text


def _secrets(source: str, seen: str) -> Secrets:
    """Everything in the hidden part that must not be quoted, the longest first, also escaped as in HTML."""
    spelled = {
        word(text): instead for text, instead in _texts(source).items() if text not in seen for word in SPELLINGS
    }
    return [(text[1:], _pattern(text), spelled[text]) for text in sorted(spelled, key=len, reverse=True)]


@lru_cache(maxsize=1_000)
def _texts(source: str) -> Mapping[str, str]:
    """All texts of the hidden part of a cell, and what stands in their place. The same for the whole class."""
    texts: dict[str, str] = {}
    for text, instead in (*_lines_of(source), *_expressions_of(source)):
        texts.setdefault(text, instead)
    return texts


@lru_cache(maxsize=10_000)
def _pattern(text: str) -> re.Pattern[str]:
    """The text as whole words. A story may begin with it, and then its first letter is a capital one."""
    first = f"[{text[0].lower()}{text[0].upper()}]" if text[0].isalpha() else re.escape(text[0])
    before = r"(?<!\w)" if re.match(r"\w", text[0]) else ""
    after = r"(?!\w)" if re.match(r"\w", text[-1]) else ""
    return re.compile(before + first + re.escape(text[1:]) + after)


def _lines_of(source: str) -> Iterator[tuple[str, str]]:
    for line, is_hidden in _lines(source):
        if is_hidden and len(text := line.strip()) >= SHORTEST and BEGIN not in line and END not in line:
            yield text, LEFT_OUT


def _expressions_of(source: str) -> Iterator[tuple[str, str]]:
    """The telling parts of what hidden asserts demand, as Python writes them: that is how a story quotes them.

    What is called through an answer, as `ask.within(3.0)`, is told as `ask`.
    """
    hidden = {number for number, (_, is_hidden) in enumerate(_lines(source), start=1) if is_hidden}
    answers = names_taken(source)
    for node, is_whole in _demanded(source, hidden):
        if is_whole:
            yield ast.unparse(node), CONDITION
        if isinstance(node, TELLING) and any(isinstance(part, ast.Name) for part in ast.walk(node)):
            yield ast.unparse(node), LEFT_OUT
        if isinstance(node, ast.Name) and "_" in node.id and node.id not in answers:
            yield node.id, LEFT_OUT
        if isinstance(node, ast.Call) and isinstance(node.func, TELLING) and (base := _base(node)) in answers:
            yield ast.unparse(node.func), base


def _base(node: ast.AST) -> str:
    """The name at the beginning of a chain of calls and attributes."""
    while not isinstance(node, ast.Name):
        inner = getattr(node, "func", None) or getattr(node, "value", None)
        if not isinstance(inner, ast.AST):
            return ""
        node = inner
    return node.id


def _demanded(source: str, hidden: set[int]) -> Iterator[tuple[ast.AST, bool]]:
    """Every node of the conditions of asserts in these lines, outer ones first; True for a whole condition."""
    try:
        nodes = list(ast.walk(parsed(source)))
    except SyntaxError:
        return
    for statement in nodes:
        if isinstance(statement, ast.Assert) and statement.lineno in hidden:
            yield from ((node, node is statement.test) for node in ast.walk(statement.test))
