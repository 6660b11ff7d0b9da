"""`new SECTION EXERCISE`: the skeleton of an exercise, which `check` then walks through to done.

Each place that an author has to fill in holds a line marked “(to write)”, and `check` names them one after another.
The skeleton itself is a whole exercise in form: it has a task, a hint, a stub, a claim and a mistake.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograde.classroom import notebooks
from autograde.classroom.course import NAME, Course, CourseError, Exercise, known_section
from autograde.classroom.form import TO_WRITE
from autograde.classroom.handout import WITH_KIT

TASK = f"""\
# {{id}} {{title}}

**8 points · about 60 minutes · after lesson {{id}}**

{TO_WRITE} Correct the line above, then say in two sentences what one builds here and what is difficult about it.
"""

RULES = f"""\
## Your task

```python
def {{function}}(host: str, port: int, *, timeout: float = 5.0) -> bytes
```

```pycon
>>> {{function}}("127.0.0.1", 40213)
b'hello\\n'
```

{TO_WRITE} Explain the signature and the session above in the words of the exercise

| what happens | what the function does |
|---|---|
| nobody listens there | {TO_WRITE} Name every fault of the checks, and what is to be raised or returned then |

**How it is checked.** {TO_WRITE} Say what is tested, and why no answer can be known beforehand.

**Out of scope:** {TO_WRITE} Say what a careful reader might think they have to do, and need not.
"""

HINTS = f"""\
## Hints, one step at a time

<details><summary>Where to begin</summary>

{TO_WRITE} Give the gentlest hint: a question to ask, or a thing to try out.

</details>

<details><summary>One duplicate, and every later reply is wrong</summary>

{TO_WRITE} Put a symptom in the line above, and here what is behind it.

</details>

<details><summary>The rule that is most often missed</summary>

{TO_WRITE} Give the most concrete hint, and still not the solution.

</details>
"""

SETUP = "from autograde import Score, closed_port, peer, raises, sends, submitted"

SETUP_WITH_KIT = """\
from autograde import Score, closed_port, hand_out_kit, peer, raises, sends, submitted

hand_out_kit()  # answer cells may import from kit
"""

ANSWER = f"""\
def {{function}}(host: str, port: int, *, timeout: float = 5.0) -> bytes:
    \"\"\"{TO_WRITE} Give the function its name and arguments, and say here what it returns and raises.\"\"\"
    ### BEGIN SOLUTION
    raise LookupError("{TO_WRITE} Write the solution between the two markers")
    ### END SOLUTION
"""

BASICS = f"""\
{{function}} = submitted("{{function}}")
score = Score(points=3)
with score("{TO_WRITE} Say in one sentence what the answer must do in the plain case"):
    with peer(sends(b"hello\\n")) as server:
        assert {{function}}(server.host, server.port) == b"hello\\n"
score
"""

FAULTS = f"""\
{{function}} = submitted("{{function}}")
score = Score(points=4)
### BEGIN HIDDEN TESTS
with score("{TO_WRITE} Say what must happen under a fault, and make one claim for every fault"):
    with closed_port() as (host, port), raises(ConnectionRefusedError):
        {{function}}(host, port)
### END HIDDEN TESTS
score
"""

HYGIENE = f"""\
{{function}} = submitted("{{function}}")
score = Score(points=1)
with score("{TO_WRITE} Say what is left behind after a call: nothing"):
    with {{function}}.leaves_nothing_behind(), peer(sends(b"hello\\n")) as server:
        assert {{function}}(server.host, server.port) == b"hello\\n"
score
"""

MISTAKE = f"""\
'''
mistake = "{TO_WRITE} Say in one line what a learner gets wrong here"
loses = ["{TO_WRITE} Name the claims that it loses, word for word"]
told = ["{TO_WRITE} Name words that the story of a lost claim must contain"]
'''


def {{function}}(host: str, port: int, *, timeout: float = 5.0) -> bytes:
    raise LookupError("{TO_WRITE} Write the wrong solution here")
"""


def make_exercise(section: str, exercise: str, *, course: Course | None = None) -> int:
    """The command: `new 1-fundamentals "1.5 Line channel"` or `… 1.5-line-channel`. Returns its exit code."""
    try:
        course = course or Course.here()
        made = _named(course, known_section(section), exercise)
        mistake = _write(made, _title(made, exercise))
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Written: {made.source.relative_to(course.root)}")
    print(f"Written: {mistake.relative_to(course.root)}")
    print("First read how it is done here: solutions/README.md.")
    print(f"Next: python3 -m autograde check {made.id}, which says what is to be done, step by step.")
    return 0


def skeleton(exercise: Exercise, title: str) -> NotebookNode:
    """The notebook to begin with."""
    function = exercise.name.partition("-")[2].replace("-", "_")
    cells = [
        _text("task", TASK.format(id=exercise.id, title=title)),
        _code("setup", SETUP_WITH_KIT if exercise.section in WITH_KIT else SETUP, locked=True),
        _text("rules", RULES.format(function=function)),
        _code("answer-" + function.replace("_", "-"), ANSWER.format(function=function), solution=True),
        _code("check-basics", BASICS.format(function=function), points=3),
        _code("check-faults", FAULTS.format(function=function), points=4),
        _code("check-hygiene", HYGIENE.format(function=function), points=1),
        _text("hint", HINTS),
    ]
    return notebooks.tidied(new_notebook(cells=cells))


def _named(course: Course, section: str, wanted: str) -> Exercise:
    """The exercise of that name, which must fit its section and not be there yet."""
    name = _as_name(wanted)
    exercise = Exercise(course.root, section, name)
    if not NAME.fullmatch(name) or not exercise.id.startswith(section.partition("-")[0] + "."):
        number = section.partition("-")[0]
        raise CourseError(f"“{wanted}” names no exercise of {section}. A good name is “{number}.5 Line channel”.")
    for other in course.exercises(section):
        if other.id == exercise.id:
            raise CourseError(f"{other.source.relative_to(course.root)} is there already, and was left as it is.")
    return exercise


def _as_name(wanted: str) -> str:
    """`1.5-line-channel` of `1.5 Line channel`, or of itself."""
    number, _, words = wanted.strip().replace(" ", "-", 1).partition("-")
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode("ascii").lower()
    return f"{number}-" + re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _title(exercise: Exercise, wanted: str) -> str:
    """The words as they were given; of a file name, its words."""
    words = wanted.strip()[len(exercise.id) :].strip()
    return words if not words.startswith("-") else words.strip("-").replace("-", " ").capitalize()


def _write(exercise: Exercise, title: str) -> Path:
    mistake = exercise.source.parent / "mistakes" / f"{exercise.id}-first.py"
    if mistake.exists():
        raise CourseError(f"{mistake.relative_to(exercise.root)} is there already. Move it away first.")
    mistake.parent.mkdir(parents=True, exist_ok=True)
    exercise.source.write_text(notebooks.canonical(skeleton(exercise, title)), "utf-8")
    mistake.write_text(MISTAKE.format(function=exercise.name.partition("-")[2].replace("-", "_")), "utf-8")
    return mistake


def _text(name: str, source: str) -> NotebookNode:
    cell: NotebookNode = new_markdown_cell(source.rstrip("\n"), id=name)
    return cell


def _code(
    name: str, source: str, *, solution: bool = False, locked: bool = False, points: float | None = None
) -> NotebookNode:
    info = {
        "schema_version": 3, "grade_id": name, "cell_type": "code", "grade": points is not None,
        "solution": solution, "locked": locked or points is not None, "task": False,
    }  # fmt: skip
    if points is not None:
        info["points"] = points
    cell: NotebookNode = new_code_cell(source.rstrip("\n"), id=name, metadata={"nbgrader": info})
    return cell
