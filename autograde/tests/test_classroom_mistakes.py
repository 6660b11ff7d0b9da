"""Known mistakes: what their files say, and the marks that follow without running them."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograde.classroom.course import CourseError
from autograde.classroom.mistakes import known_points, read_mistake
from autograde.examiner.examine import CheckCell
from autograde.tests.tiny_course import DOUBLE_BASICS, DOUBLE_FAULTS

HEAD = "'''\nmistake = \"m\"\nloses = [\"c\"]\ntold = [\"t\"]\n'''\n"


def mistake_file(folder: Path, text: str) -> Path:
    """A mistake with that text."""
    path = folder / "1.2-some.py"
    path.write_text(text)
    return path


def test_the_answer_is_what_comes_after_the_docstring(tmp_path: Path) -> None:
    """The docstring says what must happen; it is no part of the answer."""
    mistake = read_mistake(mistake_file(tmp_path, HEAD + "\n\ndef f():\n    return 1\n"), ["answer-f"])
    assert mistake.answers == {"answer-f": "def f():\n    return 1\n"}
    assert (mistake.mistake, mistake.code, mistake.loses, mistake.told) == ("m", "", ("c",), ("t",))


def test_marked_parts_go_to_their_cells(tmp_path: Path) -> None:
    """With several answer cells each part replaces the cell it names; the others stay solved."""
    text = HEAD + "# %% answer-b\nb = 1\n\n# %% answer-c\nc = 2\n"
    mistake = read_mistake(mistake_file(tmp_path, text), ["answer-a", "answer-b", "answer-c"])
    assert mistake.answers == {"answer-b": "b = 1\n", "answer-c": "c = 2\n"}


@pytest.mark.parametrize(
    ("text", "cells", "words"),
    [
        ("def f(:\n", ["answer-f"], "A mistake is Python"),
        ("'''no toml'''\n", ["answer-f"], "docstring is TOML"),
        ("def f(): ...\n", ["answer-f"], "mistake = "),
        ("'''mistake = \"m\"\nloses = []\ntold = [\"t\"]'''\n", ["answer-f"], "loses = "),
        ("'''mistake = \"m\"\nloses = [\"c\"]'''\n", ["answer-f"], "told = "),
        (HEAD.replace("told", "toldd"), ["answer-f"], "told = "),
        (HEAD.replace("told", "why = 1\ntold"), ["answer-f"], "why"),
        (HEAD + "x = 1\n", ["answer-f", "answer-g"], "# %% answer-f"),
        (HEAD + "# %% answer-x\n", ["answer-f"], "no answer cell `answer-x`"),
    ],
)
def test_a_mistake_that_cannot_be_read_says_what_is_wrong(
    tmp_path: Path, text: str, cells: list[str], words: str
) -> None:
    """Each thing that is missing or misspelled gets a sentence of its own, with the file's name."""
    with pytest.raises(CourseError) as error:
        read_mistake(mistake_file(tmp_path, text), cells)
    assert words in str(error.value) and "1.2-some.py" in str(error.value)


def test_known_marks_are_shares_of_the_claims() -> None:
    """The marks of a mistake follow from the claims it loses, cell by cell, rounded to two decimals."""
    checks = [CheckCell("setup", "", None), CheckCell("a", DOUBLE_BASICS, 3.0), CheckCell("b", DOUBLE_FAULTS, 2.0)]
    assert known_points(checks, ["Zero is doubled"]) == {"a": 3.0, "b": 1.0}
    third = CheckCell("c", DOUBLE_BASICS + 'with score("more"):\n    pass\nscore', 2.0)
    assert known_points([third], ["more"]) == {"c": 1.33}
