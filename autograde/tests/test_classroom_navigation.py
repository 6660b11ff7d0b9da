"""The index and the navigation of the course: made from the pages, in the order of study, and never stale."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from autograde import bootstrap
from autograde.classroom import notebooks
from autograde.classroom.check import run_check
from autograde.classroom.course import Course
from autograde.classroom.navigation import FOOT, HEAD, stale, write_navigation
from autograde.classroom.pages import outline
from autograde.tests.tiny_course import make_tiny_course, notebook, text, write


def lesson(course: Course, name: str, title: str, *, facts: str = "*About 20 minutes. It is short.*") -> Path:
    """Write a lesson with one cell that was run."""
    ran = new_code_cell("1 + 1", id="sum", execution_count=1)
    ran.outputs = [new_output("execute_result", {"text/plain": "2"}, execution_count=1)]
    made = notebook(text("title-text", f"# L{name.partition('-')[0]} {title}\n\n{facts}\n\nOnce upon a time."))
    made.cells.append(ran)
    path = course.root / "course" / "1-fundamentals" / f"{name}.ipynb"
    write(path, made)
    return path


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Two exercises and two lessons: 1.4 needs the first lesson only, 1.2 needs both."""
    course = make_tiny_course(tmp_path)
    lesson(course, "1.1-ends", "Ends")
    lesson(course, "1.2-sums", "Sums")
    change(course.find(["1.2"])[0].source, "task", "after lesson 1.1", "after lessons 1.1 and 1.2 and exercise 1.4")
    return course


def change(path: Path, cell: str, old: str, new: str) -> None:
    """Put other words into a cell."""
    made = notebooks.read(path)
    (found,) = (one for one in made.cells if one.id == cell)
    assert old in found.source
    found.source = found.source.replace(old, new)
    path.write_text(notebooks.canonical(made), "utf-8")


def bars(path: Path) -> tuple[str, str]:
    """What stands at the head and at the foot of a page."""
    cells: list[NotebookNode] = notebooks.read(path).cells
    assert [one.id for one in cells if one.id in (HEAD, FOOT)] == [cells[0].id, cells[-1].id] == [HEAD, FOOT]
    return cells[0].source, cells[-1].source


def test_an_exercise_comes_behind_the_last_lesson_that_it_needs(course: Course) -> None:
    """The order is not that of the ids."""
    assert [page.name for page in outline(course).in_order_of_study()] == [
        "L1.1 Ends", "1.4 Two cells", "L1.2 Sums", "1.2 Double",
    ]  # fmt: skip


def test_the_index_lists_titles_sentences_times_and_points(course: Course) -> None:
    """And links only to sections that are there."""
    write_navigation(course)
    start, section, planned = (cell.source for cell in notebooks.read(course.root / "course" / "index.ipynb").cells)
    assert start.startswith("# Loopback")
    assert "## 1 Network fundamentals\n\nLessons of 40 minutes, and exercises for 9 points." in section
    rows = section.splitlines()[-4:]
    assert rows[0] == "| **[L1.1 Ends](1-fundamentals/1.1-ends.ipynb)** | It is short. | 20 min |  |"
    place = "../exercises/1-fundamentals/1.4-two-cells.ipynb"
    assert rows[1] == f"| Exercise [1.4 Two cells]({place}) | `first` and `last` return one letter. | 5 min | 4 |"
    assert "2, Client programming" in planned and "](" not in planned and "1," not in planned


def test_each_page_leads_to_its_neighbors(course: Course) -> None:
    """A lesson to lessons and its exercises; an exercise to what it needs, and to what is next, lesson or exercise."""
    write_navigation(course)
    head, foot = bars(course.root / "course/1-fundamentals/1.1-ends.ipynb")
    assert head == "[Loopback](../index.ipynb) · section 1, Network fundamentals · lesson 1 of 2"
    assert "[1.4 Two cells](../../exercises/1-fundamentals/1.4-two-cells.ipynb) (4 points)" in foot
    assert "1.2-double.ipynb) (5 points, when you have read L1.2, too)" in foot
    assert "**Next:** [L1.2 Sums](1.2-sums.ipynb)" in foot and "**Back:**" not in foot

    head, foot = bars(course.find(["1.2"])[0].source)
    assert head.startswith("[Loopback](../../course/index.ipynb) · section 1, Network fundamentals · exercise 1 of 2")
    assert "you need [L1.1 Ends](../../course/1-fundamentals/1.1-ends.ipynb)" in head
    assert "[1.4 Two cells](1.4-two-cells.ipynb)" in head
    assert "**Back:** [L1.2 Sums](../../course/1-fundamentals/1.2-sums.ipynb)" in foot and "**Next:**" not in foot
    assert "**Next:** [L1.2 Sums]" in bars(course.find(["1.4"])[0].source)[1]


def test_writing_again_changes_nothing(course: Course) -> None:
    """And of a lesson nothing but the two cells is touched: what it showed when it was run stays stored."""
    path = course.root / "course/1-fundamentals/1.1-ends.ipynb"
    before = notebooks.read(path).cells
    assert len(write_navigation(course)) == 5
    after = notebooks.read(path).cells
    assert after[1:-1] == before
    assert stale(course) == [] and write_navigation(course) == []


def test_check_fails_when_a_title_has_changed(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so, and `--release` for any exercise mends all pages and the releases that they change."""
    assert run_check([], release=True, course=course) == 0
    change(course.root / "course/1-fundamentals/1.2-sums.ipynb", "title-text", "Sums", "Products")
    capsys.readouterr()
    assert run_check(["1.2"], course=course) == 1
    said = capsys.readouterr().out
    assert "course/index.ipynb and 3 more: the navigation is not what the titles" in said
    assert "check --release" in said
    assert run_check(["1.2"], release=True, course=course) == 0
    assert "L1.2 Products" in bars(course.find(["1.4"])[0].released)[1]
    assert run_check([], course=course) == 0


@pytest.mark.parametrize(
    ("cell", "old", "new", "sentence"),
    [
        ("task", "exercise 1.4", "exercise 1.9", "Exercise 1.2 builds on exercise 1.9, which is not there"),
        ("task", "lessons 1.1 and 1.2", "lesson 1.7", "Exercise 1.2 is to be done after lesson 1.7, which is not"),
        ("task", "lessons 1.1 and 1.2 and exercise 1.4", "lesson 1.1 and exercise 1.4", "or not before it"),
    ],
)
def test_needs_that_cannot_be_met_are_told(course: Course, cell: str, old: str, new: str, sentence: str) -> None:
    """A lesson that is not there, an exercise that is not there, one that is studied later."""
    change(course.find(["1.2"])[0].source, cell, old, new)
    assert any(sentence in one for one in stale(course)), stale(course)


@pytest.mark.parametrize("facts", ["About 20 minutes", "*About 20 minutes*", "*20 minutes. It is short.*"])
def test_a_lesson_must_say_what_it_is(course: Course, facts: str) -> None:
    """Until it does it is in no index, and `check` says what to write."""
    lesson(course, "1.3-more", "More", facts=facts)
    write_navigation(course)
    (sentence,) = stale(course)
    assert sentence.startswith("course/1-fundamentals/1.3-more.ipynb: its cell `title-text` must begin")
    assert "1.3" not in notebooks.read(course.root / "course" / "index.ipynb").cells[1].source


def test_a_course_without_lessons_has_no_index(tmp_path: Path) -> None:
    """Exercises alone are not touched."""
    course = make_tiny_course(tmp_path)
    assert write_navigation(course) == [] and stale(course) == []
    assert not (course.root / "course").exists()


def test_the_navigation_of_this_course_is_fresh() -> None:
    """The committed one."""
    assert stale(Course(Path(bootstrap.ROOT))) == []
