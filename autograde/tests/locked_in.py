"""What the tests of the sandbox share: an answer that is asked something in official grading, and what it said."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import pytest

from autograde.examiner.examine import CheckCell, examine
from autograde.examiner.seat import Answer
from autograde.examiner.standby_process import why_no_sandbox

only_with_sandbox = pytest.mark.skipif(bool(why_no_sandbox()), reason=why_no_sandbox() or "there is one")

ASKS = """
from autograde import Score, submitted, shared_folder
score = Score(points=1)
with score("It answers"):
    {setup}
    print("said", ascii(submitted("f")({arguments})))
score
"""


def said(source: str, arguments: str = "", setup: str = "pass") -> Any:
    """What `f` of the answer cell returns in a sandbox. The arguments are an expression of the check's."""
    return said_and_done(source, arguments, setup)[0]


def said_and_done(source: str, arguments: str = "", setup: str = "pass") -> tuple[Any, str]:
    """The same, and the story of what went wrong instead."""
    cell = CheckCell("check", ASKS.format(arguments=arguments, setup=setup), 1.0)
    (verdict,) = examine([cell], [Answer(textwrap.dedent(source))])
    assert not verdict.trouble, verdict.trouble
    told = [line for output in verdict.outputs for line in output.get("text", "").splitlines()]
    values = [line.removeprefix("said ") for line in told if line.startswith("said ")]
    return (ast.literal_eval(values[0]) if values else None), "\n".join(row.story for row in verdict.rows)
