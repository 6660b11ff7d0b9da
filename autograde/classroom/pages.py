"""What lessons and exercises say about themselves in their first cell, and the order in which they are studied.

The notebooks are the only place where a title, a time or a need is written; the index of the course and the navigation
of its pages (`navigation.py`) are made from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from autograde.classroom import notebooks
from autograde.classroom.course import Course, CourseError
from autograde.sections import SECTIONS

if TYPE_CHECKING:
    from nbformat import NotebookNode

LESSON = re.compile(
    r"# L(?P<id>\d+\.\d+) (?P<title>\S.*)\n\n\*About (?P<minutes>\d+) minutes\. (?P<about>[^*\n]+\.)\*\n"
)
"""How the cell `title-text` of a lesson begins."""

EXERCISE = re.compile(
    r"# (?P<id>\d+\.\d+) (?P<title>\S.*)\n\n"
    r"\*\*(?P<points>\d+) points · about (?P<minutes>\d+) minutes · "
    r"after lessons? (?P<lessons>[^*\n]*?\d\.\d[^*\n]*?)(?:,? and exercises? (?P<exercises>[^*\n]+))?\*\*\n\n"
    r"(?P<about>\S[^|]*?\.)(?:\s|\Z)"
)
"""How the cell `task` of an exercise begins: its heading, one line of facts, its goal."""

ID = re.compile(r"\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Page:
    """A lesson or an exercise. `points` are None for a lesson; `lessons` and `exercises` are the ids that it needs."""

    path: Path
    id: str
    title: str
    about: str
    minutes: int
    points: int | None = None
    lessons: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """The folder that it lies in."""
        return self.path.parent.name

    @property
    def name(self) -> str:
        """`L1.2 A first TCP conversation` or `1.2 Ask`."""
        return f"{'L' if self.points is None else ''}{self.id} {self.title}"


@dataclass(slots=True)
class Outline:
    """The pages that say what they are, in the order of their ids, and sentences about those that do not."""

    lessons: list[Page] = field(default_factory=list)
    exercises: list[Page] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def to_do_after(self, lesson: Page) -> list[Page]:
        """The exercises that can be done once this lesson has been read, and not before."""
        return [one for one in self.exercises if one.lessons[-1] == lesson.id]

    def that_need(self, lesson: Page) -> list[Page]:
        """All exercises that need this lesson."""
        return [one for one in self.exercises if lesson.id in one.lessons]

    def in_order_of_study(self) -> list[Page]:
        """Each lesson, and behind it the exercises that it was the last to prepare for."""
        return [page for lesson in self.lessons for page in (lesson, *self.to_do_after(lesson))]


def outline(course: Course) -> Outline:
    """The outline of the course as it is now. A page that is still being written is left out of it."""
    made = Outline()
    for path in _lessons(course):
        if page := lesson_page(path, notebooks.read(path)):
            made.lessons.append(page)
        else:
            one = path.stem.partition("-")[0]
            made.problems.append(
                f"course/{path.parent.name}/{path.name}: its cell `title-text` must begin with “# L{one} Title”, "
                "an empty one, and “*About 30 minutes. A sentence.*”."
            )
    known = {page.id for page in made.lessons}
    for exercise in course.exercises():
        page = _exercise_page(exercise.source)
        if page and (missing := [one for one in page.lessons if one not in known]):
            made.problems.append(f"Exercise {page.id} is to be done after lesson {missing[0]}, which is not there.")
        elif page:
            made.exercises.append(page)
    made.problems += _too_early(made)
    return made


def lesson_page(path: Path, notebook: NotebookNode) -> Page | None:
    """What a lesson says about itself; None where it does not."""
    found = LESSON.match(_text_of(notebook, "title-text"))
    if not found or found["id"] != path.stem.partition("-")[0]:
        return None
    return Page(path, found["id"], found["title"], found["about"], int(found["minutes"]))


def exercise_page(path: Path, notebook: NotebookNode) -> Page | None:
    """What an exercise says about itself; None where it does not."""
    found = EXERCISE.match(_text_of(notebook, "task"))
    if not found or found["id"] != path.stem.partition("-")[0]:
        return None
    lessons = tuple(sorted(ID.findall(found["lessons"]), key=_number))
    exercises = tuple(ID.findall(found["exercises"] or ""))
    about = " ".join(found["about"].split())
    minutes, points = int(found["minutes"]), int(found["points"])
    return Page(path, found["id"], found["title"], about, minutes, points, lessons, exercises)


def _exercise_page(path: Path) -> Page | None:
    """The same for a file, which may be none; `form.py` has the sentence about that."""
    try:
        return exercise_page(path, notebooks.read(path))
    except CourseError:
        return None


def _lessons(course: Course) -> list[Path]:
    paths = (path for section in SECTIONS for path in (course.root / "course" / section).glob("*.ipynb"))
    return sorted(paths, key=lambda path: _number(path.stem.partition("-")[0]))


def _too_early(made: Outline) -> Iterator[str]:
    """Exercises that build on one which is studied only after them."""
    done: set[str] = set()
    for page in (page for page in made.in_order_of_study() if page.points is not None):
        for needed in (one for one in page.exercises if one not in done):
            yield f"Exercise {page.id} builds on exercise {needed}, which is not there, or not before it."
        done.add(page.id)


def _text_of(notebook: NotebookNode, name: str) -> str:
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown" and cell.get("id") == name)
    return str(next(texts, ""))


def _number(one: str) -> tuple[int, ...]:
    return tuple(int(part) for part in ID.findall(one)[0].split(".")) if ID.search(one) else ()
