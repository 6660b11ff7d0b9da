"""`new`: a skeleton that `check` walks an author through, and that overwrites nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograde.classroom import notebooks
from autograde.classroom.check import run_check
from autograde.classroom.course import Course
from autograde.classroom.form import TO_WRITE, findings
from autograde.classroom.new import make_exercise
from autograde.tests.tiny_course import ALWAYS_FOUR, double_notebook, make_tiny_course, write


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with two exercises."""
    return make_tiny_course(tmp_path)


@pytest.mark.parametrize("wanted", ["1.5 Line channel", "1.5-line-channel", "1.5 Line  channel!"])
def test_both_ways_to_name_it_make_the_same_file(course: Course, wanted: str) -> None:
    """A title or a file name: the exercise is called after its words."""
    assert make_exercise("1-fundamentals", wanted, course=course) == 0
    exercise = course.find(["1.5"])[0]
    assert exercise.name == "1.5-line-channel"
    assert notebooks.read(exercise.source).cells[0].source.startswith("# 1.5 Line")
    assert [path.name for path in exercise.mistakes] == ["1.5-first.py"]


def test_check_names_each_thing_to_write_in_its_order(course: Course) -> None:
    """The skeleton's only flaws are the places to fill in: the task first, the mistake last."""
    make_exercise("1-fundamentals", "1.5 Line channel", course=course)
    said = findings(course.find(["1.5"])[0])
    assert [sentence.partition(":")[0] for sentence in said] == [
        "Cell `task`", *["Cell `rules`"] * 4, *["Cell `answer-line-channel`"] * 2, "Cell `check-basics`",
        "Cell `check-faults`", "Cell `check-hygiene`", *["Cell `hint`"] * 3, *["1.5-first.py"] * 4,
    ]  # fmt: skip


def test_a_skeleton_that_is_filled_in_is_done(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """With everything written, the next step is the release, and after it nothing is left to do."""
    make_exercise("1-fundamentals", "1.5 Line channel", course=course)
    exercise = course.find(["1.5"])[0]
    written = double_notebook()
    written.cells[0].source = written.cells[0].source.replace("1.2 Double", "1.5 Line channel")
    write(exercise.source, written)
    exercise.mistakes[0].write_text(ALWAYS_FOUR)
    assert run_check(["1.5"], course=course) == 1
    problems = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗")]
    assert len(problems) == 1 and problems[0].endswith("To write it: python3 -m autograde check --release 1.5")
    assert run_check(["1.5"], release=True, course=course) == 0


def test_the_checks_of_a_skeleton_are_sound(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """With a solution in it, the skeleton itself is proved: what it shows an author is a real conversation."""
    make_exercise("1-fundamentals", "1.5 Line channel", course=course)
    exercise = course.find(["1.5"])[0]
    todo = 'raise LookupError("(to write) Write the {0}")'
    solution = (
        "import socket\n    with socket.create_connection((host, port), timeout) as sock:\n"
        '        return sock.makefile("rb").read()'
    )
    skeleton = notebooks.read(exercise.source)
    for cell in skeleton.cells:
        cell.source = cell.source.replace(todo.format("solution between the two markers"), solution)
        cell.source = cell.source.replace(TO_WRITE + " ", "")
    write(exercise.source, skeleton)
    mistake = exercise.mistakes[0].read_text().replace(todo.format("wrong solution here"), 'return b"hello\\n"')
    exercise.mistakes[0].write_text(mistake.replace(TO_WRITE + " ", ""))
    capsys.readouterr()
    run_check(["1.5"], release=True, as_json=True, course=course)
    said = capsys.readouterr().out
    problems = {row["subject"]: row["problems"] for row in json.loads(said)}
    assert problems["solution"] == problems["stub"] == problems["release"] == []
    assert "It loses what it does not name" in problems["1.5-first.py"][0]


def test_nothing_is_overwritten(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """An id that is taken is refused, under whatever words, and the files stay as they are."""
    make_exercise("1-fundamentals", "1.5 Line channel", course=course)
    before = {path: path.read_bytes() for path in course.root.rglob("*.*") if path.is_file()}
    assert make_exercise("1-fundamentals", "1.5 Another one", course=course) == 1
    assert "1.5-line-channel.ipynb is there already" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in course.root.rglob("*.*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("section", "exercise", "words"),
    [
        ("fundamentals", "1.5 Line channel", "The sections are: 0-primer"),
        ("1-fundamentals", "2.5 Line channel", "A good name is “1.5 Line channel”"),
        ("1-fundamentals", "Line channel", "A good name is"),
        ("1-fundamentals", "1.5", "A good name is"),
        ("1-fundamentals", "1.5 ../../x/../!", "1.5-x"),
    ],
)
def test_a_name_that_fits_nowhere_gets_a_sentence(
    course: Course, capsys: pytest.CaptureFixture[str], section: str, exercise: str, words: str
) -> None:
    """A wrong section or id is refused with an example; odd characters never leave the folder."""
    make_exercise(section, exercise, course=course)
    said = capsys.readouterr()
    assert words in said.out + said.err
    assert {path.parent.name for path in course.root.rglob("*.ipynb")} == {"1-fundamentals"}


def test_what_is_to_be_written_is_marked_once_and_for_all(course: Course) -> None:
    """The mark is the one that `check` looks for, so no place can be forgotten."""
    make_exercise("1-fundamentals", "1.5 Line channel", course=course)
    exercise = course.find(["1.5"])[0]
    places = [cell.source for cell in notebooks.read(exercise.source).cells] + [exercise.mistakes[0].read_text()]
    assert sum(text.count(TO_WRITE) for text in places) == len(findings(exercise)) == 17
