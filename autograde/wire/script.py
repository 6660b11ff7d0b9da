"""Scripts as text, for the command line: `passes(100), resets()` in the words of a check cell.

Only the steps and rules listed here can be called, and only with literal arguments; nothing else is Python.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from . import datagram_faults, passage, steps, stream_faults
from .datagram_faults import Rule
from .steps import Step


def _named(*functions: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    return {function.__name__: function for function in functions}


STEPS: Mapping[str, Callable[..., Step]] = _named(
    passage.passes,
    steps.expects, steps.reads_on, steps.sends, steps.delays, steps.closes,
    *(getattr(stream_faults, name) for name in stream_faults.__all__),
)  # fmt: skip
"""What a relay can do on one way of a stream, by name."""

RULES: Mapping[str, Callable[..., Rule]] = _named(
    datagram_faults.drops, datagram_faults.duplicates, datagram_faults.reorders, datagram_faults.holds,
    datagram_faults.corrupts, datagram_faults.shortens, datagram_faults.intrudes,
)  # fmt: skip
"""What a relay can do to datagrams, by name."""


class BadScript(ValueError):
    """The text is no script. The message says why and what would be one."""


def stream_script(text: str) -> list[Step]:
    """The steps that the text names. Raises `BadScript`."""
    return [_made(call, STEPS) for call in _calls(text)]


def datagram_script(text: str) -> list[Rule]:
    """The rules that the text names. Raises `BadScript`."""
    return [_made(call, RULES) for call in _calls(text)]


def _calls(text: str) -> list[ast.expr]:
    try:
        tree = ast.parse(f"[{text}]", mode="eval")
    except (SyntaxError, ValueError) as error:
        raise BadScript(f"{text!r} cannot be read as a script. Write it like this: passes(100), resets()") from error
    return tree.body.elts if isinstance(tree.body, ast.List) else []


def _made(call: ast.expr, known: Mapping[str, Callable[..., Any]]) -> Any:
    """One step or rule from its text."""
    text = ast.unparse(call)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id not in known:
        raise BadScript(f"{text!r} is nothing that can be done here. There are: {', '.join(known)}.")
    function = known[call.func.id]
    try:
        arguments = [ast.literal_eval(each) for each in call.args]
        named = {word.arg or "": ast.literal_eval(word.value) for word in call.keywords}
        return function(*arguments, **named)
    except (TypeError, ValueError) as error:
        raise BadScript(f"{text!r} does not fit {function.__name__}{inspect.signature(function)}: {error}") from error


__all__ = ["RULES", "STEPS", "BadScript", "datagram_script", "stream_script"]
