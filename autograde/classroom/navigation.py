"""The index of the course and the way from page to page, written by `check --release` from what the pages say.

Every lesson and every exercise has a cell at its head (where am I, what do I need) and one at its foot (what is next).
The links lead from `course/<section>/`, and from `exercises/<section>/` or any other folder two levels below the root,
such as the one into which nbgrader fetches assignments.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

from autograde.classroom import notebooks
from autograde.classroom.course import Course
from autograde.classroom.pages import Outline, Page, outline
from autograde.sections import SECTIONS, TITLES

if TYPE_CHECKING:
    from nbformat import NotebookNode

HEAD, FOOT = "navigation-head", "navigation-foot"

START = """\
# Loopback: network programming with Python

A lesson is a notebook whose servers and clients really run, on your own machine. Read it from the top, run its cells,
and answer its questions before you run the cell that decides. An exercise is a notebook too: write your answer into its
answer cell, run it, and run the check below it.

The list is in the order of study; an exercise stands behind the last lesson that it needs."""


def stale(course: Course) -> list[str]:
    """What is not in order with the index and the navigation, in sentences; none where there are no lessons."""
    if not (course.root / "course").is_dir():
        return []
    made = outline(course)
    old = [path.relative_to(course.root).as_posix() for path, _ in _changes(course, made)]
    if not old:
        return made.problems
    more = f" and {len(old) - 1} more" if len(old) > 1 else ""
    sentence = (
        f"{old[0]}{more}: the navigation is not what the titles, times and needs of the pages give now. "
        "To write it anew: python3 -m autograde check --release (with any exercise's id)"
    )
    return [*made.problems, sentence]


def write_navigation(course: Course) -> list[Path]:
    """Write the index and the navigation anew. Returns the files that changed."""
    if not (course.root / "course").is_dir():
        return []
    changed = list(_changes(course, outline(course)))
    for path, text in changed:
        path.write_bytes(text.encode("utf-8"))
    return [path for path, _ in changed]


def _changes(course: Course, made: Outline) -> Iterator[tuple[Path, str]]:
    """The files that are not as they should be, with the text that they should have."""
    index = course.root / "course" / "index.ipynb"
    text = notebooks.canonical(_index(made, index.parent))
    if not index.is_file() or index.read_bytes() != text.encode("utf-8"):
        yield index, text
    way = made.in_order_of_study()
    for page in way:
        old = notebooks.read(page.path)
        new = _with_bars(old, _head(made, page), _foot(made, page, way))
        if new.cells != old.cells:
            yield page.path, notebooks.canonical(new)


def _with_bars(notebook: NotebookNode, head: str, foot: str) -> NotebookNode:
    copy = deepcopy(notebook)
    own = [cell for cell in copy.cells if cell.get("id") not in (HEAD, FOOT)]
    copy.cells = [_text(HEAD, head), *own, _text(FOOT, foot)]
    return copy


def _head(made: Outline, page: Page) -> str:
    """Where this page stands, and what comes before it."""
    kind, among = ("lesson", made.lessons) if page.points is None else ("exercise", made.exercises)
    peers = [one for one in among if one.section == page.section]
    place = f"section {_number(page.section)}, {TITLES[page.section]} · {kind} {peers.index(page) + 1} of {len(peers)}"
    needs = [one for one in made.lessons if one.id in page.lessons]
    needs += [one for one in made.exercises if one.id in page.exercises]
    before = f" · you need {_links(needs, page)}" if needs else ""
    return f"{_home(page, 'Loopback')} · {place}{before}"


def _foot(made: Outline, page: Page, way: Sequence[Page]) -> str:
    """What comes next; below a lesson also its exercises."""
    rows = []
    if page.points is None:
        way = made.lessons
        if exercises := made.that_need(page):
            rows.append(f"**Exercises with this lesson:** {' · '.join(_with_points(one, page) for one in exercises)}")
    at = way.index(page)
    back = [f"**Back:** {_link(way[at - 1], page)}"] if at else []
    ahead = [f"**Next:** {_link(way[at + 1], page)}"] if at + 1 < len(way) else []
    rows.append(" · ".join([*back, _home(page, "All lessons and exercises"), *ahead]))
    return "\n\n".join(["---", *rows])


def _with_points(exercise: Page, lesson: Page) -> str:
    also = "" if exercise.lessons[-1] == lesson.id else f", when you have read L{exercise.lessons[-1]}, too"
    return f"{_link(exercise, lesson)} ({exercise.points} points{also})"


def _index(made: Outline, folder: Path) -> NotebookNode:
    """The notebook that lists everything."""
    from nbformat.v4 import new_notebook

    there = [section for section in SECTIONS if any(one.section == section for one in made.lessons)]
    cells = [_text("start", START), *(_text(f"section-{_number(one)}", _table(made, one, folder)) for one in there)]
    if planned := [f"{_number(one)}, {TITLES[one]}" for one in SECTIONS if one not in there]:
        cells.append(_text("planned", f"**Still being written:** sections {'; '.join(planned)}."))
    return notebooks.tidied(new_notebook(cells=cells))


def _table(made: Outline, section: str, folder: Path) -> str:
    """The lessons and exercises of a section."""
    pages = [page for page in made.in_order_of_study() if page.section == section]
    minutes = sum(page.minutes for page in pages if page.points is None)
    points = sum(page.points or 0 for page in pages)
    head = (
        f"## {_number(section)} {TITLES[section]}\n\nLessons of {minutes} minutes, and exercises for {points} points."
    )
    rows = ["| | what it is about | time | points |", "|:--|:--|--:|--:|"]
    for page in pages:
        link = f"[{page.name}]({_relative(page, folder)})"
        first = f"**{link}**" if page.points is None else f"Exercise {link}"
        rows.append(f"| {first} | {page.about} | {page.minutes} min | {'' if page.points is None else page.points} |")
    return head + "\n\n" + "\n".join(rows)


def _text(name: str, source: str) -> NotebookNode:
    from nbformat.v4 import new_markdown_cell

    cell: NotebookNode = new_markdown_cell(source, id=name)
    return cell


def _number(section: str) -> str:
    return section.partition("-")[0]


def _links(pages: Sequence[Page], start: Page) -> str:
    return ", ".join(_link(page, start) for page in pages)


def _link(page: Page, start: Page) -> str:
    return f"[{page.name}]({_relative(page, start.path.parent)})"


def _home(page: Page, words: str) -> str:
    return f"[{words}]({'..' if page.points is None else '../../course'}/index.ipynb)"


def _relative(page: Page, folder: Path) -> str:
    """The way from a folder of `course/`, `solutions/` or `exercises/`, which all have the same depth.

    From an exercise to another one it is the same in `solutions/` as in `exercises/`, where students read it, and as in
    a folder that holds nothing but the section that they have fetched.
    """
    path = page.path
    if page.points is not None and folder.parent.name == "solutions" and page.section != folder.name:
        return f"../../exercises/{page.section}/{path.name}"
    if page.points is not None and folder.parent.name != "solutions":
        path = path.parents[2] / "exercises" / page.section / path.name
    return Path(os.path.relpath(path, folder)).as_posix()
