"""The form of an exercise: everything about its notebook and its files that can be said without running anything.

Each finding is one plain sentence that names the next thing to do, and they come in the order in which an author
does them: the files, the text, the cells, the claims, the points.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from nbformat import NotebookNode

from autograde.classroom import notebooks
from autograde.classroom.course import BY_THE_WAY, NAME, Course, CourseError, Exercise
from autograde.classroom.handout import copies, stale_copies
from autograde.classroom.mistakes import read_mistake
from autograde.classroom.page_form import page_findings
from autograde.examiner.bindings import binds
from autograde.examiner.claims import claims_of, ends_with_score, points_of, unclear_claims
from autograde.examiner.parsing import parsed
from autograde.sections import SECTIONS
from autograde.wire.codes import MISTAKES

TO_WRITE = "(to write)"
"""Marks a line that `new` left for the author; the rest of the line says what goes there."""

MARKERS = {"BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"}

SOLUTION = ["### BEGIN SOLUTION", "### END SOLUTION"]
"""What an answer cell holds once, in this order: between these lines is what students do not get."""

RELEASE = "python3 -m autograde check --release"


def undeclared_files(course: Course) -> Iterator[str]:
    """Files that nobody declared: beside sources they would be handed out, beside exercises they have been."""
    for section in SECTIONS:
        exercises = course.exercises(section)
        names = {exercise.source.name for exercise in exercises} | {path.name for path in copies(course, section)}
        ids = Counter(exercise.id for exercise in exercises)
        for one in sorted(one for one, count in ids.items() if count > 1):
            yield f"solutions/{section} has {ids[one]} exercises with the id {one}. Give each an id of its own."
        yield from _strangers(course, f"solutions/{section}", names | {"mistakes"}, "it would be handed to students")
        yield from _strangers(course, f"exercises/{section}", names, "no exercise in solutions/ makes it")
        mistakes = {path.name for exercise in exercises for path in exercise.mistakes}
        yield from _strangers(course, f"solutions/{section}/mistakes", mistakes, "no exercise there has this id")
    for path in stale_copies(course):
        place = path.relative_to(course.root).as_posix()
        yield f"{place} is not the kit that is to be handed out. To write it: {RELEASE}"
    yield from _strangers(course, "solutions", {*SECTIONS, "README.md"}, "it is no section of the course")
    yield from _strangers(course, "exercises", set(SECTIONS), "it is no section of the course")


def findings(exercise: Exercise) -> list[str]:
    """What is not in order yet; none for an exercise whose proofs can be run."""
    try:
        notebook = notebooks.read(exercise.source)
    except CourseError as error:
        return [str(error)]
    return [
        *_unwritten(notebook, exercise),
        *_cells(notebook),
        *_stubs(notebook),
        *page_findings(notebook, exercise),
        *_markers(notebook),
        *_checks(notebook),
        *_mistakes(notebook, exercise),
        *_storage(notebook, exercise),
    ]


def _strangers(course: Course, place: str, declared: set[str], reason: str) -> Iterator[str]:
    folder = course.root / place
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name not in declared | BY_THE_WAY:
            hint = "" if path.suffix != ".ipynb" or NAME.fullmatch(path.stem) else " (a name is like 1.2-ask.ipynb)"
            yield f"{place}/{path.name} does not belong there{hint}: {reason}. Move or delete it."


def _unwritten(notebook: NotebookNode, exercise: Exercise) -> Iterator[str]:
    """What `new` left to be written, in the order of the notebook, then of the mistakes."""
    places = [(f"Cell `{cell.get('id')}`", cell.source) for cell in notebook.cells]
    places += [(path.name, path.read_text("utf-8")) for path in exercise.mistakes]
    for place, text in places:
        for line in text.splitlines():
            if TO_WRITE in line:
                todo = line.partition(TO_WRITE)[2].strip(" .,:;#*_`'\"()[]") or "replace this line"
                yield f"{place}: {todo}."


def _cells(notebook: NotebookNode) -> Iterator[str]:
    """Ids and kinds: a cell's own id is its grade id, and its name says what it is."""
    for cell in notebook.cells:
        info = notebooks.grading(cell)
        name = info.get("grade_id")
        if info and name != cell.get("id"):
            yield f"Cell `{cell.get('id')}` has the grade id `{name}`: give the cell that id, too."
        kind = "answer-" if info.get("solution") else "check-" if info.get("grade") else ""
        if kind and not str(name).startswith(kind):
            yield f"Cell `{name}` must have a name that begins with `{kind}`."
        if info.get("grade") and info.get("solution"):
            yield f"Cell `{name}` is both answer and check: split it."
    if not notebooks.answers(notebook):
        yield "There is no answer cell: mark one as “Manually graded answer” without points, named `answer-…`."
    if "check-basics" not in {check.grade_id for check in notebooks.graded_cells(notebook)}:
        yield "There is no cell `check-basics`: the checks that students see and can run."


def _markers(notebook: NotebookNode) -> Iterator[str]:
    """The markers that nbgrader must understand."""
    for cell in notebook.cells:
        for line in re.findall(r"^\s*#+ *((?:BEGIN|END) [A-Z ]*[A-Z])", cell.source, re.MULTILINE):
            if line not in MARKERS:
                yield f"Cell `{cell.get('id')}`: nbgrader does not know the marker “{line}”, and would hand it out."
    basics = next((cell.source for cell in notebook.cells if cell.get("id") == "check-basics"), "")
    if "BEGIN HIDDEN TESTS" in basics:
        yield "Cell `check-basics` hides a part: hidden claims belong into another check cell."


def _stubs(notebook: NotebookNode) -> Iterator[str]:
    """What is left of an answer cell in the release: it hides one part, and the names that are checked are there."""
    answers = notebooks.answers(notebook)
    for answer in answers:
        if _solution_marks(answer.source) != SOLUTION:
            yield f"Cell `{answer.cell}` needs one line `{SOLUTION[0]}` and, somewhere below it, one `{SOLUTION[1]}`."
    taken = (name for check in notebooks.graded_cells(notebook) for name in notebooks.names_taken(check.source))
    for name in dict.fromkeys(taken):
        makers = [answer for answer in answers if binds(answer.source, name)]
        if not makers:
            yield f"The checks ask for `{name}`, and no answer cell defines it."
        for answer in makers:
            if _solution_marks(answer.source) == SOLUTION and not binds(_stub(answer.source), name):
                yield (
                    f"Cell `{answer.cell}`: what students get does not define `{name}` any more. "
                    f"Move `{SOLUTION[0]}` below the line that does."
                )


def _solution_marks(source: str) -> list[str]:
    """The lines that nbgrader takes for markers of a solution: any that contains the words."""
    return [line.strip() for line in source.splitlines() if "BEGIN SOLUTION" in line or "END SOLUTION" in line]


def _stub(source: str) -> str:
    """The source with a `raise` where the one solution was, as nbgrader releases it."""
    lines = source.splitlines()
    first, last = (next(count for count, line in enumerate(lines) if line.strip() == mark) for mark in SOLUTION)
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    return "\n".join([*lines[:first], f"{indent}raise NotImplementedError()", *lines[last + 1 :]])


def _checks(notebook: NotebookNode) -> Iterator[str]:
    """Claims and points of every check cell."""
    seen: Counter[str] = Counter()
    for check in notebooks.graded_cells(notebook):
        try:
            claims, unclear = claims_of(check.source), unclear_claims(check.source)
            points, ends_well = points_of(check.source), ends_with_score(check.source)
        except SyntaxError as error:
            yield f"Cell `{check.grade_id}` is not Python: {error}."
            continue
        seen.update(claims)
        for line in unclear:
            yield f'Cell `{check.grade_id}`, line {line}: a claim is one literal string: with score("…").'
        if not claims:
            yield f'Cell `{check.grade_id}` makes no claim: with score("…").'
        if not check.points or check.points <= 0:
            yield f"Cell `{check.grade_id}` carries no points: set them in nbgrader's cell toolbar."
        elif points != [check.points]:
            worth = f"{check.points:g}"
            yield f"Cell `{check.grade_id}` is worth {worth} points: it needs one line score = Score(points={worth})."
        if not ends_well:
            yield f"Cell `{check.grade_id}` must end with the line `score`."
        for code in _likely(check.source):
            if code not in MISTAKES:
                yield f'Cell `{check.grade_id}`: likely="{code}" is no code of a mistake in autograde/wire/codes.py.'
    for claim, count in seen.items():
        if count > 1:
            yield f"The claim “{claim}” is made {count} times: every claim has words of its own."


def _likely(source: str) -> Iterator[str]:
    """The codes of mistakes that a check cell names as `likely="…"`. Raises `SyntaxError`."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.keyword) and node.arg == "likely" and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def _mistakes(notebook: NotebookNode, exercise: Exercise) -> Iterator[str]:
    """Whether the mistakes can be read; what they lose is a matter of running them."""
    cells = [answer.cell for answer in notebooks.answers(notebook)]
    if not exercise.mistakes:
        yield f"There is no known mistake: write one as solutions/{exercise.section}/mistakes/{exercise.id}-….py."
    if cells:
        for path in exercise.mistakes:
            try:
                read_mistake(path, cells)
            except CourseError as error:
                yield str(error)


def _storage(notebook: NotebookNode, exercise: Exercise) -> Iterator[str]:
    """Outputs are no part of a source, and every notebook is stored in one form."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None):
            yield f"Cell `{cell.get('id')}` stores outputs. To clear them: {RELEASE} {exercise.id}"
            return
    if notebooks.canonical(notebooks.tidied(notebook)) != exercise.source.read_bytes().decode("utf-8"):
        yield f"The notebook is not in its canonical form. To bring it there: {RELEASE} {exercise.id}"
