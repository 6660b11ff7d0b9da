"""Run lessons anew and store them in their one canonical form: `python -m autograde.lessons.rebuild [notebook …]`.

Without arguments every lesson under `course/` is run. A lesson is run from top to bottom by a fresh kernel, in its
own folder, and stored with its outputs and execution counts and without whatever names this machine: no timings, no
version of the interpreter, no transient metadata. Two runs store the same bytes; what differs is a fault of the
lesson. The one exception are cells that measure, tagged `nbval-ignore-output`: they keep the output they had. Without
one, they are stored with a new one.

The first output under a question is stored folded, so that no reader meets the answer before the question. Running the
cell unfolds it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient

COURSE = Path(__file__).resolve().parents[2] / "course"
SECONDS_PER_CELL = 60
QUESTION = re.compile(r"\*\*Predict|^### \d+ ·", re.MULTILINE)
"""How a question begins whose answer is the next output."""
MEASURES = "nbval-ignore-output"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run(path: Path) -> nbformat.NotebookNode:
    """Execute a lesson in a fresh kernel. Raises nbclient's CellExecutionError where a cell fails."""
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    measured = {cell.id: cell.outputs for cell in notebook.cells if MEASURES in cell.metadata.get("tags", [])}
    place = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook, timeout=SECONDS_PER_CELL, kernel_name="python3", resources=place, coalesce_streams=True
    )
    client.execute()
    for cell in notebook.cells:
        if outputs := measured.get(cell.id):
            cell.outputs = outputs
    return notebook


def canonical(notebook: nbformat.NotebookNode) -> str:
    """The notebook as it is stored. Raises ValueError if a cell wrote to the error stream."""
    notebook.metadata = nbformat.from_dict(METADATA)
    asked = False
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({name: cell.metadata[name] for name in ("tags",) if name in cell.metadata})
        if cell.cell_type != "code":
            asked = bool(QUESTION.search(cell.source))
        elif asked:
            cell.metadata["jupyter"] = nbformat.from_dict({"outputs_hidden": True})
            asked = not cell.outputs  # a cell that only defines something decides nothing
        if any(output.get("name") == "stderr" for output in cell.get("outputs", [])):
            raise ValueError(f"cell {cell.id!r} wrote to the error stream")
    return str(nbformat.writes(notebook)) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Rebuild the notebooks named, or all lessons."""
    for path in [Path(name) for name in arguments] or sorted(COURSE.glob("*/*.ipynb")):
        before = path.read_text(encoding="utf-8")
        after = canonical(run(path))
        path.write_text(after, encoding="utf-8", newline="\n")
        print(f"{path.name}: {'as it was' if after == before else 'stored anew'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
