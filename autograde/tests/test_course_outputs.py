"""Every lesson is stored as one clean run left it. nbval compares only what is there, so this is proved first."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograde import bootstrap

LESSONS = sorted(Path(bootstrap.ROOT, "course").glob("*/*.ipynb"))


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    """The code cells that have something to run."""
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]


def test_there_are_lessons() -> None:
    """An empty folder would prove nothing."""
    assert LESSONS


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_cells_were_run_in_order(path: Path) -> None:
    """The counts are 1, 2, 3, …: one restart and one run from top to bottom."""
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_outputs_are_stored(path: Path) -> None:
    """A lesson shows what its servers did. (What one cell shows is compared by nbval, once it was run at all.)"""
    assert any(cell.outputs for cell in code_cells(path))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_nothing_was_written_to_stderr(path: Path) -> None:
    """A warning or a stray traceback of a thread would be read as part of the lesson, and nbval does not see it."""
    for cell in code_cells(path):
        assert not [output for output in cell.outputs if output.get("name") == "stderr"], cell.source


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_errors_are_there_on_purpose(path: Path) -> None:
    """A cell that ended in an exception says by its tag that it is to."""
    for cell in code_cells(path):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in cell.metadata.get("tags", [])), cell.source


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_path_of_one_machine_is_stored(path: Path) -> None:
    """A traceback through installed packages says where they lie on the machine of whoever ran the lesson."""
    assert "site-packages" not in "".join(str(cell.outputs) for cell in code_cells(path))
