"""The same checks give the same marks in a notebook's kernel as in grading: the exercises run as students run them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograde.classroom import notebooks
from autograde.classroom.course import Course, Exercise
from autograde.classroom.mistakes import known_points, read_mistake
from autograde.examiner.submitted import KIT

EXERCISES = [exercise for section in ("1-fundamentals", "2-clients") for exercise in Course.here().exercises(section)]
MISTAKES = ["1.2-one-recv.py", "1.2-leak-on-error.py", "1.4-waitall.py"]


def run_in_kernel(notebook: NotebookNode, folder: Path) -> dict[str, float]:
    """Run all cells in a fresh kernel, with the kit beside them; the number that each graded cell shows."""
    shutil.copy(KIT, folder)
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    marks = {}
    for cell in notebook.cells:
        if notebooks.grading(cell).get("grade"):
            assert not [output for output in cell.outputs if output.get("name") == "stderr"]
            (result,) = [output for output in cell.outputs if output.output_type == "execute_result"]
            marks[cell.id] = float(result.data["text/plain"])
            assert "claims hold" in result.data["text/html"]
    return marks


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_solution_earns_everything_in_a_kernel(exercise: Exercise, tmp_path: Path) -> None:
    """Hidden checks included, the source notebook shows full marks."""
    notebook = notebooks.read(exercise.source)
    wanted = known_points(notebooks.check_cells(notebook), [])
    assert run_in_kernel(notebook, tmp_path) == wanted


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_earns_the_same_in_a_kernel(name: str, tmp_path: Path) -> None:
    """A known mistake loses in the kernel what `check` proves that it loses in grading."""
    (exercise,) = Course.here().find([name.partition("-")[0]])
    notebook = notebooks.read(exercise.source)
    (path,) = [path for path in exercise.mistakes if path.name == name]
    mistake = read_mistake(path, [answer.cell for answer in notebooks.answers(notebook)])
    wanted = known_points(notebooks.check_cells(notebook), mistake.loses)
    assert run_in_kernel(notebooks.with_answers(notebook, mistake.answers), tmp_path) == wanted
