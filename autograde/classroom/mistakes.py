"""Known mistakes: wrong solutions that learners really write, and what the checks must say to each.

A mistake is a Python file beside the exercise, `mistakes/<id>-<slug>.py`. Its docstring is TOML:

    mistake = "Reads the reply with a single recv"     what is wrong, in one line
    code = "W01"                                       of the course's catalogue, where it has one
    loses = ["The reply arrives one byte at a time"]   exactly these claims fail, word for word
    told = ["one recv is not one message"]             each is in the story of at least one lost claim

and the rest is the answer. With several answer cells, `# %% answer-…` lines say which is which; one that is not given
is taken from the solution.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograde.classroom.course import CourseError
from autograde.examiner.claims import claims_of
from autograde.examiner.examine import CheckCell
from autograde.wire.codes import MISTAKES

CELL_LINE = re.compile(r"^# %% *(?P<cell>answer\S*) *$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One known mistake; `answers` maps the grade ids of answer cells to their wrong source."""

    path: Path
    mistake: str
    code: str
    loses: tuple[str, ...]
    told: tuple[str, ...]
    answers: Mapping[str, str]

    @property
    def name(self) -> str:
        """The file name: unique, and what an author looks for."""
        return self.path.name


def read_mistake(path: Path, answer_cells: Sequence[str]) -> Mistake:
    """Read a mistake for an exercise with these answer cells. Raises `CourseError` saying what is wrong with it."""
    source = path.read_text("utf-8")
    try:
        tree = ast.parse(source, path.name)
        told = tomllib.loads(ast.get_docstring(tree, clean=True) or "")
    except (SyntaxError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{path.name}: {error}. A mistake is Python, and its docstring is TOML.") from error
    if problem := _problem(told):
        raise CourseError(f"{path.name}: {problem}")
    answers = _answers(_without_docstring(source, tree), path.name, answer_cells)
    return Mistake(path, told["mistake"], told.get("code", ""), tuple(told["loses"]), tuple(told["told"]), answers)


def known_points(checks: Sequence[CheckCell], loses: Sequence[str]) -> dict[str, float]:
    """The points of every graded cell for a submission that loses these claims: a share of them, to 2 decimals."""
    known = {}
    for check in checks:
        if check.points is not None:
            claims = claims_of(check.source)
            kept = [claim for claim in claims if claim not in loses]
            known[check.grade_id] = round(check.points * len(kept) / max(len(claims), 1), 2)
    return known


def _problem(told: Mapping[str, object]) -> str:
    """What is missing or too much in the docstring, or ""."""
    if not isinstance(told.get("mistake"), str) or not told["mistake"]:
        return 'its docstring must say what is wrong: mistake = "…".'
    for key in ("loses", "told"):
        value = told.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
            return f'its docstring must have a list of texts: {key} = ["…"].'
    if not isinstance(told.get("code", ""), str):
        return 'its code must be a text such as "W01".'
    if told.get("code") and told["code"] not in MISTAKES:
        return f'its code "{told["code"]}" is no code of a mistake in autograde/wire/codes.py.'
    unknown = sorted(set(told) - {"mistake", "code", "loses", "told"})
    return f"its docstring has a key that means nothing here: {unknown[0]}." if unknown else ""


def _without_docstring(source: str, tree: ast.Module) -> str:
    """The answer itself: what comes after the docstring (and stays as it is, comments and all)."""
    lines = source.splitlines(keepends=True)
    return "".join(lines[tree.body[0].end_lineno :]).strip("\n") + "\n"


def _answers(source: str, name: str, answer_cells: Sequence[str]) -> dict[str, str]:
    marks = list(CELL_LINE.finditer(source))
    if not marks:
        if len(answer_cells) != 1:
            raise CourseError(f"{name}: say which answer cell it is, with a line such as “# %% {answer_cells[0]}”.")
        return {answer_cells[0]: source}
    ends = [mark.start() for mark in marks[1:]] + [len(source)]
    answers = {mark["cell"]: source[mark.end() : end].strip("\n") + "\n" for mark, end in zip(marks, ends, strict=True)}
    if strangers := sorted(set(answers) - set(answer_cells)):
        raise CourseError(f"{name}: there is no answer cell `{strangers[0]}`; there are {', '.join(answer_cells)}.")
    return answers
