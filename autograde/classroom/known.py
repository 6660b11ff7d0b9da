"""Submissions whose marks are known in advance: solution, stub, mistakes, and odd ones that any exercise can have.

The odd ones are made from the solution or the stub: one prints to stderr and must lose nothing; one hangs, one drops
`assert` from the notebook, one patches builtins, one is half a file, and none of these may earn anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from autograde.classroom import notebooks
from autograde.classroom.course import Course, Exercise
from autograde.classroom.mistakes import known_points, read_mistake
from autograde.classroom.release import fresh_release

PRINTS_TO_STDERR = """\
import sys
import warnings

print("working on it", file=sys.stderr)
warnings.warn("this is printed to stderr, and must cost nothing")
"""

DROPS_ASSERTS = """\


import ast


class DropAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()


try:
    get_ipython().ast_transformers.append(DropAsserts())
except NameError:
    pass
"""

PATCHES_BUILTINS = """\


import builtins


class Agreeable:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


builtins.AssertionError = type("Harmless", (BaseException,), {})
builtins.isinstance = lambda *anything: True
builtins.all = builtins.any = lambda anything: True
builtins.len = lambda anything: Agreeable()
"""

STUB_LINE = "raise NotImplementedError()"
"""What nbgrader puts in the place of a solution."""


@dataclass(frozen=True, slots=True)
class Known:
    """A submission whose marks are known: its kind, its notebook as text, the points of every graded cell."""

    kind: str
    text: str
    points: Mapping[str, float]


def known_submissions(course: Course, exercise: Exercise) -> Iterator[Known]:
    """Every submission of an exercise whose marks are known: the solution, the stub, the mistakes, the odd ones."""
    source = notebooks.read(exercise.source)
    with fresh_release(course, exercise) as released:
        stub = notebooks.read(released)
    solved = {answer.cell: answer.source for answer in notebooks.answers(source)}
    untouched = {answer.cell: answer.source for answer in notebooks.answers(stub)}
    checks = notebooks.graded_cells(source)
    full = {check.grade_id: check.points or 0.0 for check in checks}
    nothing = dict.fromkeys(full, 0.0)

    def made(kind: str, answers: Mapping[str, str], points: Mapping[str, float]) -> Known:
        return Known(kind, notebooks.canonical(notebooks.with_answers(stub, answers)), points)

    yield made("solution", solved, full)
    yield made("stub", untouched, nothing)
    for path in exercise.mistakes:
        mistake = read_mistake(path, list(solved))
        yield made(mistake.name, solved | dict(mistake.answers), known_points(checks, mistake.loses))
    for kind, answers, is_right in odd_answers(solved, untouched):
        yield made(kind, answers, full if is_right else nothing)
    yield Known("broken file", _cut(notebooks.with_answers(stub, solved)), nothing)


def odd_answers(
    solved: Mapping[str, str], untouched: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[str, str], bool]]:
    """Odd answers that any exercise can have, by cell: their kind, and whether they earn everything or nothing."""
    yield "prints to stderr", {cell: PRINTS_TO_STDERR + text for cell, text in solved.items()}, True
    yield "hangs", {cell: text.replace(STUB_LINE, "while True: pass") for cell, text in untouched.items()}, False
    yield "drops assert", {cell: text + DROPS_ASSERTS for cell, text in untouched.items()}, False
    yield "patches builtins", {cell: text + PATCHES_BUILTINS for cell, text in untouched.items()}, False


def _cut(notebook: NotebookNode) -> str:
    """A notebook file up to its first answer, as a full disk or a broken upload leaves it."""
    text = notebooks.canonical(notebook)
    return text[: text.index(f'"id": "{notebooks.answers(notebook)[0].cell}"')]
