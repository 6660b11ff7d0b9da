"""A quiz that checks itself: the notebook's own Python decides, and no answer is written down anywhere.

    quiz = Quiz(globals())
    quiz("L0.1, Numbers", {"7 // 2": 3, "'7' * 2": "77", "int('seven')": ValueError, "0.1 + 0.2 == 0.3": ...})
    quiz.verdict()

The keys are statements and expressions, the values what a reader predicts: plain data, or the class of the exception;
`...` is not answered yet. Each key is run in the notebook's names, and what it gives, or raises, is the right answer. A
part without a comma in its name does not count.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

ENOUGH = 0.7
"""The share of right answers from which on a lesson can be left out."""


def outcome(code: str, names: Mapping[str, Any]) -> Any:
    """What the last expression of `code` gives, or the class of the exception it raises. `names` stay as they are."""
    try:
        tree = ast.parse(code)
        scope = dict(names)
        last = tree.body.pop()
        exec(compile(tree, "<quiz>", "exec"), scope)
        if isinstance(last, ast.Expr):
            return eval(compile(ast.Expression(last.value), "<quiz>", "eval"), scope)
        exec(compile(ast.Module([last], []), "<quiz>", "exec"), scope)
    except Exception as error:
        return type(error)
    return None


class Quiz:
    """The parts asked so far, and how many answers of each were right."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._parts: dict[str, list[bool | None]] = {}

    def __call__(self, part: str, predictions: Mapping[str, Any]) -> None:
        """Run the keys, compare with the values, and print what came of each. `part` begins with the lesson's id."""
        self._parts[part] = [self._told(code, predicted) for code, predicted in predictions.items()]

    def _told(self, code: str, predicted: Any) -> bool | None:
        shown = code.strip().replace("\n", "\n    ")
        if predicted is ...:
            print(f"·   {shown}")
            return None
        right = outcome(code, self._names)
        agrees = type(predicted) is type(right) and predicted == right
        print(f"{'✓' if agrees else '✗'}   {shown}   gives {_name_of(right)}")
        return agrees

    def verdict(self) -> None:
        """Say for each lesson how many answers were right, and whether it can be left out."""
        lessons: dict[str, list[tuple[str, list[bool | None]]]] = {}
        for part, results in self._parts.items():
            lesson, comma, _ = part.partition(",")
            if comma:
                lessons.setdefault(lesson, []).append((part, results))
        for lesson, parts in lessons.items():
            results = [result for _, part in parts for result in part]
            print(f"{lesson}: {results.count(True)} of {len(results)} right. {_advice(lesson, parts)}")


def _advice(lesson: str, parts: list[tuple[str, list[bool | None]]]) -> str:
    results = [result for _, part in parts for result in part]
    if not any(result is not None for result in results):
        return "Nothing is answered yet."
    weak = [name.partition(", ")[2] for name, part in parts if part.count(True) < ENOUGH * len(part)]
    if results.count(True) < ENOUGH * len(results):
        return f"Read {lesson}."
    if weak:
        return f"Look at these parts of {lesson}: {', '.join(weak)}."
    return f"You can leave {lesson} out."


def _name_of(value: Any) -> str:
    return value.__name__ if isinstance(value, type) else repr(value)
