"""The entry quiz: Python itself is the judge, and every topic of the tutorial deck's Python half is asked."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograde import bootstrap
from autograde.lessons.quiz import Quiz, outcome

NOTEBOOK = Path(bootstrap.ROOT, "course", "0-primer", "0.0-do-you-need-this-section.ipynb")

ASKED = {
    "L0.1, cells and printing": range(3, 9),
    "L0.1, names and numbers": [*range(9, 15), 29],
    "L0.1, text and bytes": range(15, 20),
    "L0.1, true and false": range(34, 37),
    "L0.2, lists, tuples, dictionaries": range(20, 29),
    "L0.2, decide and repeat": range(39, 47),
    "L0.2, functions and classes": range(47, 59),
    "L0.2, errors, files, modules": [30, 31, 32, 33, 37, 38, 59, 60],
}
"""Which rows of the coverage table (T…) each part asks about. T001 and T002 are the quiz itself and its plan."""


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("7 // 2", 3),
        ("a = [1]; b = a; b.append(2); a", [1, 2]),
        ("x = 3", None),
        ("if True:\n    x = 3", None),
        ("1 / 0", ZeroDivisionError),
        ("17509376329L", SyntaxError),
        ("given + 1", 42),
        ("def f():\n    return given\nf()", 41),
    ],
)
def test_the_outcome_of_a_piece_of_python(code: str, value: Any) -> None:
    """The value of the last expression, or the class of what it raises."""
    assert outcome(code, {"given": 41}) == value


def test_a_piece_does_not_change_the_names_of_the_notebook() -> None:
    """Otherwise the second run of a cell could give something else than the first."""
    names = {"given": 41}
    assert outcome("given = 1; other = 2; given", names) == 1
    assert names == {"given": 41}


def test_answers_are_compared_with_their_types(capsys: pytest.CaptureFixture[str]) -> None:
    """True is not 1, and b"a" is not "a". What is not answered stays a secret."""
    Quiz({})("L0.1, trial", {"True": 1, "2 * 2": 4, "3 * 3": ..., "1 / 0": ZeroDivisionError})
    said = capsys.readouterr().out.splitlines()
    assert said == ["✗   True   gives True", "✓   2 * 2   gives 4", "·   3 * 3", "✓   1 / 0   gives ZeroDivisionError"]


def played(answer: str) -> dict[str, int]:
    """Run the notebook's cells with all answers "right", "wrong" or "none". Gives the number of questions by part."""
    names: dict[str, Any] = {}
    asked: dict[str, int] = {}
    real = Quiz.__call__

    def answered(quiz: Quiz, part: str, predictions: dict[str, Any]) -> None:
        asked[part] = len(predictions)
        right = {code: outcome(code, names) for code in predictions}
        given = {"right": right, "none": predictions, "wrong": dict.fromkeys(predictions, object())}[answer]
        real(quiz, part, given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Quiz, "__call__", answered)
        for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, cell.id, "exec"), names)
    return asked


def test_whoever_knows_everything_is_sent_on(capsys: pytest.CaptureFixture[str]) -> None:
    """All answers right: both lessons can be left out; none and wrong ones send to both."""
    asked = played("right")
    said = capsys.readouterr().out
    for lesson in ("L0.1", "L0.2"):
        whole = sum(number for part, number in asked.items() if part.startswith(lesson))
        assert f"{lesson}: {whole} of {whole} right. You can leave {lesson} out." in said
    played("wrong")
    said = capsys.readouterr().out
    assert "Read L0.1." in said and "Read L0.2." in said
    played("none")
    assert capsys.readouterr().out.count("Nothing is answered yet.") == 2


def test_a_weak_part_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Enough in all, and too little in one part: that part is worth a look."""
    quiz = Quiz({})
    quiz("L0.1, numbers", {f"{n}": n for n in range(9)})
    quiz("L0.1, truth", {"0": 1})
    quiz.verdict()
    assert capsys.readouterr().out.splitlines()[-1] == "L0.1: 9 of 10 right. Look at these parts of L0.1: truth."


def test_the_quiz_asks_about_every_row_of_the_python_half() -> None:
    """T003 to T060, each by a part that is there."""
    parts = {
        ast.literal_eval(call.args[0])
        for cell in nbformat.read(NOTEBOOK, as_version=4).cells
        if cell.cell_type == "code"
        for call in ast.walk(ast.parse(cell.source))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "quiz"
    }
    assert set(ASKED) == parts - {"Trial"}
    assert sorted(row for rows in ASKED.values() for row in rows) == list(range(3, 61))
