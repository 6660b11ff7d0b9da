"""What the page of an exercise must say: that it is there can be seen, that it is good cannot.

In the order of a page: which exercise this is, what it needs and is worth; the goal; a session to imitate; the rules;
what will be tested; what is out of scope; and hints, one step at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from autograde.classroom import notebooks
from autograde.classroom.course import Exercise
from autograde.classroom.pages import exercise_page

PARTS = {
    r"^(>>>|\$) \S": "shows no session to imitate: lines that begin with `>>> ` or `$ `",
    r"^\|[-:| ]+\|$": "has no table of rules: what happens, and what the function does then",
    r"^\*\*How it is checked\.\*\* ": "has no paragraph that begins with “**How it is checked.**”: what is tested, and "
    "why no answer can be known beforehand",
    r"^\*\*Out of scope:\*\* ": "has no paragraph that begins with “**Out of scope:**”",
}
"""What the text above the answer cells must hold, and what is said where it does not."""

HINT = re.compile(r"<details><summary>\S.*</summary>\n\n\S")
"""One step of the ladder of hints, folded."""

HINTS = 3
"""Fewer steps are no ladder."""


def page_findings(notebook: NotebookNode, exercise: Exercise) -> Iterator[str]:
    """What is missing on the page, one sentence for each."""
    texts = {cell.get("id"): cell.source for cell in notebook.cells if cell.cell_type == "markdown"}
    if exercise.id not in texts.get("task", "").partition("\n")[0]:
        yield f"There is no Markdown cell `task` whose first line is a heading with the id {exercise.id}."
    yield from _facts(notebook, exercise)
    above = _above_the_answers(notebook)
    for pattern, sentence in PARTS.items():
        if not re.search(pattern, above, re.MULTILINE):
            yield f"The text above the answer cells {sentence}."
    if not texts.get("hint", "").strip():
        yield "There is no Markdown cell `hint`: what helps somebody who is stuck, one step at a time."
    elif len(HINT.findall(texts["hint"])) < HINTS:
        yield f"Cell `hint` needs {HINTS} steps at least, from gentle to concrete: <details><summary>…</summary>."


def _facts(notebook: NotebookNode, exercise: Exercise) -> Iterator[str]:
    """The line below the title, from which the course's navigation is made."""
    page = exercise_page(exercise.source, notebook)
    points = sum(check.points or 0.0 for check in notebooks.graded_cells(notebook))
    if page is None:
        yield (
            "Below the title of cell `task` there must be a line such as “**8 points · about 40 minutes · after "
            "lessons 1.2 and 1.3 and exercise 1.2**”, and then the goal, a paragraph of two sentences."
        )
    elif page.points != points:
        yield f"The line below the title says {page.points} points, the check cells carry {points:g}."


def _above_the_answers(notebook: NotebookNode) -> str:
    texts = []
    for cell in notebook.cells:
        if notebooks.grading(cell).get("solution"):
            break
        texts.append(cell.source if cell.cell_type == "markdown" else "")
    return "\n".join(texts)
