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
from autograde.classroom.release import fresh_release
from autograde.examiner.submitted import KIT

EXERCISES = Course.here().exercises()
SOME = ["1.2-one-recv.py", "1.2-leak-on-error.py", "1.4-waitall.py"]
"""The mistakes that are tried without `--everything`."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the tests their exercises and mistakes."""
    if "exercise" in metafunc.fixturenames:
        metafunc.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
    if "mistake" in metafunc.fixturenames:
        everything = metafunc.config.getoption("everything")
        known = [(one, path) for one in EXERCISES for path in one.mistakes if everything or path.name in SOME]
        metafunc.parametrize("mistake", known, ids=lambda known: known[1].name)


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


def test_the_solution_earns_everything_in_a_kernel(exercise: Exercise, tmp_path: Path) -> None:
    """Hidden checks included, the source notebook shows full marks."""
    notebook = notebooks.read(exercise.source)
    wanted = known_points(notebooks.check_cells(notebook), [])
    assert run_in_kernel(notebook, tmp_path) == wanted


def test_the_stub_earns_nothing_in_a_kernel(exercise: Exercise, tmp_path: Path) -> None:
    """The untouched answer cells as they are released, with the hidden checks."""
    notebook = notebooks.read(exercise.source)
    with fresh_release(Course.here(), exercise) as released:
        stub = {answer.cell: answer.source for answer in notebooks.answers(notebooks.read(released))}
    marks = run_in_kernel(notebooks.with_answers(notebook, stub), tmp_path)
    assert marks and not any(marks.values())


def test_a_mistake_earns_the_same_in_a_kernel(mistake: tuple[Exercise, Path], tmp_path: Path) -> None:
    """A known mistake loses in the kernel what `check` proves that it loses in grading."""
    exercise, path = mistake
    notebook = notebooks.read(exercise.source)
    known = read_mistake(path, [answer.cell for answer in notebooks.answers(notebook)])
    wanted = known_points(notebooks.check_cells(notebook), known.loses)
    assert run_in_kernel(notebooks.with_answers(notebook, known.answers), tmp_path) == wanted
