"""Lessons in a notebook: the cell magics, and the command that stores a clean run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograde.lessons import rebuild
from autograde.lessons.stage import Stage

CELLS = [
    "from autograde.lessons import Stage\nstage = Stage('server', 'client')",
    "%%server\n1 + 1",
    "%%client new scene\n'new'",
    "stage.picture()",
    "stage.close()",
]


def a_lesson(path: Path, cells: list[str]) -> Path:
    """A notebook with some code cells, and with traces of the machine that wrote it."""
    notebook = new_notebook(metadata={"language_info": {"name": "python", "version": "3.11.7"}, "author": "me"})
    notebook.cells = [
        new_code_cell(source, id=f"cell-{n}", metadata={"execution": {"at": str(n)}}) for n, source in enumerate(cells)
    ]
    nbformat.write(notebook, path)
    return path


def test_a_lesson_is_stored_with_its_outputs_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Magics run in their programs; counts and outputs are there, the machine is not; a second run changes nothing."""
    path = a_lesson(tmp_path / "lesson.ipynb", CELLS)
    assert rebuild.main([str(path)]) == 0
    stored = nbformat.read(path, as_version=4)
    assert stored.metadata == rebuild.METADATA
    assert [cell.metadata for cell in stored.cells] == [{}] * 5
    assert [cell.execution_count for cell in stored.cells] == [1, 2, 3, 4, 5]
    assert [stored.cells[n].outputs[0].text for n in (1, 2)] == ["server │ 2\n", "client │ 'new'\n"]
    assert rebuild.main([str(path)]) == 0
    assert capsys.readouterr().out == "lesson.ipynb: stored anew\nlesson.ipynb: as it was\n"


def test_a_measured_output_is_kept_until_it_is_taken_away(tmp_path: Path) -> None:
    """Each run measures something else; storing that would make every rebuild a change."""
    path = a_lesson(tmp_path / "lesson.ipynb", ["import time", "time.perf_counter_ns()"])
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].metadata["tags"] = [rebuild.MEASURES]
    shown = []
    rounds: list[list[object] | None] = [[], None, []]
    for outputs in rounds:
        notebook.cells[1].outputs = notebook.cells[1].outputs if outputs is None else outputs
        nbformat.write(notebook, path)
        assert rebuild.main([str(path)]) == 0
        notebook = nbformat.read(path, as_version=4)
        shown.append(notebook.cells[1].outputs[0].data["text/plain"])
        assert notebook.cells[1].execution_count == 2
    assert shown[0] == shown[1] != shown[2]


def test_a_lesson_that_writes_to_stderr_is_not_stored(tmp_path: Path) -> None:
    """A warning in a lesson is a fault of the lesson."""
    path = a_lesson(tmp_path / "lesson.ipynb", ["import sys\nprint('oh', file=sys.stderr)"])
    before = path.read_bytes()
    with pytest.raises(ValueError, match="'cell-0' wrote to the error stream"):
        rebuild.main([str(path)])
    assert path.read_bytes() == before


class Shell:
    """As much of IPython as registering a magic needs."""

    def __init__(self) -> None:
        self.magics: dict[str, Any] = {}

    def register_magic_function(self, function: Any, kind: str, name: str) -> None:
        assert kind == "cell"
        self.magics[name] = function


def test_the_first_cell_run_again_ends_the_old_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook has one stage; processes of earlier ones do not pile up."""
    shell = Shell()
    monkeypatch.setitem(__import__("sys").modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    first = Stage("server")
    second = Stage("server")
    assert first.actors[0]._process.poll() is not None
    assert second.actors[0]._process.poll() is None
    with pytest.raises(ValueError, match="only `new scene`"):
        shell.magics["server"]("newscene", "1")
    second.close()
    Stage().end()


def test_outside_a_notebook_there_is_no_magic(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage is an ordinary Python object; two of them live side by side."""
    monkeypatch.setitem(__import__("sys").modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    first, second = Stage("a"), Stage("a")
    first.close()
    second.close()


def test_the_first_output_under_a_question_is_folded() -> None:
    """A cell between that only defines something is no answer; what follows the answer is open."""
    shown = [nbformat.v4.new_output("stream", text="7\n")]
    notebook = new_notebook(cells=[
        nbformat.v4.new_markdown_cell("**Predict:** how many?"), new_code_cell("def f(): ..."),
        new_code_cell("f()", outputs=shown), new_code_cell("f()", outputs=shown),
    ])  # fmt: skip
    rebuild.canonical(notebook)
    assert ["jupyter" in cell.metadata for cell in notebook.cells] == [False, True, True, False]
