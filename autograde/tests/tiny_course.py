"""A whole course of two small exercises, for tests of the classroom: no network, and a check takes milliseconds.

`1.2-double` has one answer cell and one hidden claim; `1.4-two-cells` has two answer cells, and imports in its setup.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograde.classroom import notebooks
from autograde.classroom.course import Course

CONFIG = Path(__file__).parents[2] / "nbgrader_config.py"

TASK = """\
# {0}

**{1} points · about 5 minutes · after lesson 1.1**

{2} It is a small exercise.

```pycon
>>> {3}
{4}
```

| what happens | what the function does |
|---|---|
| anything else | as it likes |

**How it is checked.** With other data.

**Out of scope:** other types."""

HINTS = """\
<details><summary>First</summary>

Think.

</details>

<details><summary>Second</summary>

Look at the example.

</details>

<details><summary>Third</summary>

{0}

</details>"""

SETUP = "from autograde import Score, submitted"

DOUBLE = """\
def double(n):
    ### BEGIN SOLUTION
    return 2 * n
    ### END SOLUTION
"""

DOUBLE_BASICS = """\
double = submitted("double").within(3.0)
score = Score(points=3)
with score("Two is doubled"):
    assert double(2) == 4
with score("Three is doubled"):
    assert double(3) == 6
score
"""

DOUBLE_FAULTS = """\
double = submitted("double").within(3.0)
score = Score(points=2)
with score("Zero is doubled"):
    assert double(0) == 0
### BEGIN HIDDEN TESTS
with score("A negative number is doubled"):
    assert double(-7) == -14, "the sign went missing"
### END HIDDEN TESTS
score
"""

NEGATIVE = """\
'''
mistake = "Forgets the sign"
loses = ["A negative number is doubled"]
told = ["the sign went missing"]
'''
def double(n):
    return 2 * abs(n)
"""

ALWAYS_FOUR = """\
'''
mistake = "Gives the answer of the example"
code = "W01"
loses = ["Three is doubled", "Zero is doubled", "A negative number is doubled"]
told = ["6", "the sign went missing"]
'''
def double(n):
    return 4
"""

FIRST = "def first(text):\n    ### BEGIN SOLUTION\n    return text[0]\n    ### END SOLUTION\n"
LAST = "def last(text):\n    ### BEGIN SOLUTION\n    return text[-1]\n    ### END SOLUTION\n"
ENDS = """\
score = Score(points=4)
with score("The first letter"):
    assert submitted("first").within(3.0)("abc") == "a"
with score("The last letter"):
    assert submitted("last").within(3.0)("abc") == "c"
score
"""

WRONG_END = """\
'''
mistake = "Takes the first for the last"
loses = ["The last letter"]
told = ["c"]
'''
# %% answer-last
def last(text):
    return text[0]
"""


def make_tiny_course(root: Path) -> Course:
    """Write the course into an empty folder."""
    shutil.copy(CONFIG, root / "nbgrader_config.py")
    section = root / "solutions" / "1-fundamentals"
    (section / "mistakes").mkdir(parents=True)
    write(section / "1.2-double.ipynb", double_notebook())
    write(section / "1.4-two-cells.ipynb", two_cells_notebook())
    for name, text in {"1.2-sign": NEGATIVE, "1.2-example": ALWAYS_FOUR, "1.4-wrong-end": WRONG_END}.items():
        (section / "mistakes" / f"{name}.py").write_text(text)
    return Course(root)


def double_notebook() -> NotebookNode:
    """The source of 1.2, 5 points."""
    return notebook(
        text("task", TASK.format("1.2 Double", 5, "`double(n)` returns twice the number.", "double(2)", 4)),
        cell("setup", SETUP, locked=True),
        cell("answer-double", DOUBLE, solution=True),
        cell("check-basics", DOUBLE_BASICS, points=3),
        cell("check-faults", DOUBLE_FAULTS, points=2),
        text("hint", HINTS.format("Try `+`.")),
    )


def two_cells_notebook() -> NotebookNode:
    """The source of 1.4, 4 points."""
    return notebook(
        text("task", TASK.format("1.4 Two cells", 4, "`first` and `last` return one letter.", "first('ab')", "'a'")),
        cell("setup", SETUP, locked=True),
        cell("answer-first", FIRST, solution=True),
        cell("answer-last", LAST, solution=True),
        cell("check-basics", ENDS, points=4),
        text("hint", HINTS.format("Count from zero.")),
    )


def notebook(*cells: NotebookNode) -> NotebookNode:
    """A source notebook in canonical form."""
    return notebooks.tidied(new_notebook(cells=list(cells)))


def text(name: str, source: str) -> NotebookNode:
    """A Markdown cell with that id."""
    made: NotebookNode = new_markdown_cell(source, id=name)
    return made


def cell(
    name: str, source: str, *, solution: bool = False, locked: bool = False, points: float | None = None
) -> NotebookNode:
    """A code cell of nbgrader's, whose cell id is its grade id."""
    info = {
        "cell_type": "code", "grade": points is not None, "grade_id": name, "locked": locked or points is not None,
        "schema_version": 3, "solution": solution, "task": False,
    }  # fmt: skip
    if points is not None:
        info["points"] = points
    made: NotebookNode = new_code_cell(source.rstrip("\n"), id=name, metadata={"nbgrader": info})
    return made


def write(path: Path, content: NotebookNode) -> None:
    """Store a notebook in its canonical form."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebooks.canonical(content), "utf-8")


def hand_in(course: Course, student: str, name: str, answers: dict[str, str], *more: NotebookNode) -> Path:
    """Put a submission of a released notebook with these answers (and more cells) into `submitted/`."""
    exercise = course.find([name])[0]
    if not exercise.released.exists():
        from autograde.classroom.release import write_release

        write_release(course, exercise)
    submission = notebooks.with_answers(notebooks.read(exercise.released), answers)
    submission.cells += more
    path = course.submitted / student / exercise.section / exercise.released.name
    write(path, submission)
    return path
