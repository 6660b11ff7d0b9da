"""Reading and writing the notebooks of the course, and what an examination needs from one.

Everything here works on trusted notebooks, those under `solutions/` and `exercises/`; `intake.py` reads the others.
nbformat takes a second to import, so whoever only decides that there is nothing to do is spared it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograde.classroom.course import CourseError
from autograde.examiner.examine import CheckCell
from autograde.examiner.parsing import parsed
from autograde.examiner.seat import Answer

if TYPE_CHECKING:
    from nbformat import NotebookNode

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
"""What every notebook of the course is run by."""


def read(path: Path) -> NotebookNode:
    """The notebook in that file. Raises `CourseError` when it is not one."""
    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Missing cell ids and the like are findings of `form.py`, in our words.
            notebook: NotebookNode = nbformat.reads(path.read_text("utf-8"), as_version=4)
            return notebook
    except (OSError, ValueError, AttributeError, nbformat.ValidationError) as error:
        raise CourseError(f"{path} cannot be read as a notebook: {error}") from error


def canonical(notebook: NotebookNode) -> str:
    """The one text that a notebook is stored as: nbformat's own, with a line end at the end."""
    import nbformat

    text: str = nbformat.writes(notebook, version=4)
    return text.rstrip("\n") + "\n"


def tidied(notebook: NotebookNode) -> NotebookNode:
    """A copy without what an editor leaves behind: outputs, execution counts, the version of a kernel."""
    from nbformat import NotebookNode

    copy = deepcopy(notebook)
    copy.metadata = NotebookNode(kernelspec=NotebookNode(KERNELSPEC))
    copy.nbformat_minor = max(5, copy.nbformat_minor)
    for cell in copy.cells:
        cell.metadata = NotebookNode({key: cell.metadata[key] for key in ("nbgrader", "tags") if key in cell.metadata})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return copy


def grading(cell: NotebookNode) -> Mapping[str, Any]:
    """nbgrader's metadata of a cell; empty for a cell that is none of its."""
    found = cell.metadata.get("nbgrader", {})
    return found if isinstance(found, dict) else {}


def is_check(cell_type: str, info: Mapping[str, Any]) -> bool:
    """Whether an examination runs a cell with this metadata of nbgrader's: locked code, graded or not."""
    return (
        cell_type == "code"
        and bool(info.get("grade") or info.get("locked"))
        and not (info.get("solution") or info.get("task"))
    )


def check_cells(notebook: NotebookNode) -> list[CheckCell]:
    """The cells that an examination runs, in their order."""
    return [
        CheckCell(info["grade_id"], cell.source, float(info["points"]) if info.get("grade") else None)
        for cell in notebook.cells
        if is_check(cell.cell_type, info := grading(cell))
    ]  # fmt: skip


def graded_cells(notebook: NotebookNode) -> list[CheckCell]:
    """The check cells that carry points."""
    return [check for check in check_cells(notebook) if check.points is not None]


def names_taken(source: str) -> list[str]:
    """The names that a check cell takes from answers with `submitted("…")`; none where it is not Python."""
    try:
        nodes = list(ast.walk(parsed(source)))
    except SyntaxError:
        return []
    calls = [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "submitted"]
    given = [call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)]
    return [name for name in given if isinstance(name, str)]


def answers(notebook: NotebookNode) -> list[Answer]:
    """The cells that a student fills in, in their order, as they are written in this notebook."""
    return [
        Answer(cell.source, grading(cell)["grade_id"])
        for cell in notebook.cells
        if cell.cell_type == "code" and grading(cell).get("solution")
    ]


def with_answers(notebook: NotebookNode, given: Mapping[str, str]) -> NotebookNode:
    """A copy in which the answer cells named by the keys hold the given sources."""
    copy = deepcopy(notebook)
    for cell in copy.cells:
        cell.source = given.get(grading(cell).get("grade_id", ""), cell.source)
    return copy
