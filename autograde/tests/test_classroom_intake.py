"""Taking in submissions: any file gives a notebook to grade, and only the sources of answers come from the student."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograde.classroom import notebooks
from autograde.classroom.intake import read_submission, rebuilt
from autograde.classroom.record import RecordedCell
from autograde.tests.tiny_course import cell, double_notebook, write

RECORD = [
    RecordedCell(
        one.id, one.cell_type, one.source, "sum",
        locked=not info["solution"], solution=info["solution"], task=False, points=info.get("points"),
    )
    for one in double_notebook().cells
    if (info := notebooks.grading(one))
]  # fmt: skip


def taken_in(tmp_path: Path, submitted: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """What intake makes of a notebook that is handed in as a file."""
    path = tmp_path / "1.2-double.ipynb"
    write(path, submitted)
    read, trouble = read_submission(path)
    assert trouble == ""
    return rebuilt(read, RECORD)


def sources(notebook: NotebookNode) -> dict[str, str]:
    """The sources of nbgrader's cells."""
    return {notebooks.grading(one)["grade_id"]: one.source for one in notebook.cells if notebooks.grading(one)}


def submission(answer: str = "def double(n):\n    return 0") -> NotebookNode:
    """An undamaged submission."""
    return notebooks.with_answers(double_notebook(), {"answer-double": answer})


def test_an_undamaged_submission_is_taken_as_it_is(tmp_path: Path) -> None:
    """The answer is the student's, the rest is the record's, and there is nothing to say."""
    notebook, findings = taken_in(tmp_path, submission())
    assert findings == []
    assert sources(notebook)["answer-double"] == "def double(n):\n    return 0"
    assert notebooks.graded_cells(notebook) == notebooks.graded_cells(double_notebook())


def test_nothing_that_a_submission_says_about_itself_is_believed(tmp_path: Path) -> None:
    """Changed checks, points, locks and kinds are as recorded again, and notebook metadata is dropped."""
    changed = submission()
    for one in changed.cells:
        if info := notebooks.grading(one):
            one.metadata["nbgrader"] = {**info, "points": 1000, "grade": False, "solution": True, "locked": False}
            if one.id != "answer-double":
                one.source = "100"
    changed.metadata["loopback"] = {"unreadable": False, "findings": ["made up"]}
    notebook, findings = taken_in(tmp_path, changed)
    assert notebooks.graded_cells(notebook) == notebooks.graded_cells(double_notebook())
    assert findings == [] and "loopback" not in notebook.metadata


def test_missing_cells_come_back_in_their_places(tmp_path: Path) -> None:
    """A deleted cell is put back as it was released, and named."""
    gone = submission()
    gone.cells = [one for one in gone.cells if one.id not in ("setup", "check-basics")]
    notebook, findings = taken_in(tmp_path, gone)
    assert list(sources(notebook)) == [recorded.grade_id for recorded in RECORD]
    assert [finding.split()[0] for finding in findings] == ["`setup`", "`check-basics`"]


def test_of_a_copied_answer_the_released_cell_counts(tmp_path: Path) -> None:
    """A copy has another cell id: it stays in the notebook as a scratch cell, as in the student's own JupyterLab."""
    twice = submission("the answer")
    copy = cell("copy-of-it", "a copy", solution=True)
    copy.metadata["nbgrader"]["grade_id"] = "answer-double"
    for cells in ([copy, *twice.cells], [*twice.cells, copy]):
        notebook, findings = taken_in(tmp_path, new_notebook(cells=cells))
        assert sources(notebook)["answer-double"] == "the answer"
        assert "a copy" in [one.source for one in notebook.cells]
        assert len(findings) == 1 and "2 times" in findings[0]


def test_without_cell_ids_the_grade_id_leads_to_the_answer(tmp_path: Path) -> None:
    """Notebooks of an older format have no cell ids and are taken in all the same."""
    old = json.loads(notebooks.canonical(submission("the answer")))
    old["nbformat_minor"] = 4
    for one in old["cells"]:
        del one["id"]
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(old))
    read, trouble = read_submission(path)
    notebook, findings = rebuilt(read, RECORD)
    assert (trouble, findings) == ("", [])
    assert sources(notebook)["answer-double"] == "the answer"


def test_scratch_cells_stay_as_text_only(tmp_path: Path) -> None:
    """The student's other cells keep kind and source; outputs, attachments and metadata do not come along."""
    more = submission()
    more.cells += [
        new_code_cell("1 + 1", execution_count=7, metadata={"tags": ["x"], "nbgrader": {"grade_id": "no-such-cell"}}),
        new_markdown_cell("a note", attachments={"a.png": {"image/png": "AAAA"}}),
    ]
    notebook, findings = taken_in(tmp_path, more)
    code, note = notebook.cells[-2:]
    assert (code.source, code.outputs, code.execution_count, code.metadata) == ("1 + 1", [], None, {})
    assert (note.source, note.metadata, "attachments" in note) == ("a note", {}, False)
    assert findings == []


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"\xff\xfe\x00", b"[]", b"null", b"5", b'"text"', b"{}", b'{"nbformat": 4, "nbformat_minor": 5}',
        b'{"cells": 5, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        b'{"cells": [5], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        b'{"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        b'{"cells": [{"cell_type": "spell", "source": "", "metadata": {}}], "nbformat": 4, "nbformat_minor": 5}',
        b'{"cells": [{"cell_type": "code", "source": 5, "metadata": {}}], "nbformat": 4, "nbformat_minor": 5}',
        b'{"worksheets": [{"cells": [5]}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_file_that_is_no_notebook_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    """Whatever the bytes are, intake ends with a sentence and an empty notebook to which the record is added."""
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    read, trouble = read_submission(path)
    assert trouble.startswith("cannot be read as a notebook") and read.cells == []
    assert list(sources(rebuilt(read, RECORD)[0])) == [recorded.grade_id for recorded in RECORD]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b" ", "it is empty"),
        (b'{"cells": [{"cell', "it is not JSON: the file is damaged or was cut off"),
        (b"PK\x03\x04\xff", "it is not text in UTF-8"),
        (b"[1]", "it is JSON, but not that of a notebook"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"cells": [1, 2], "nbformat": 4}', "none of its cells is one"),
        (b'{"worksheets": 5, "nbformat": 3}', "it is of an old format"),
    ],
)
def test_the_reason_is_in_plain_words(tmp_path: Path, content: bytes, reason: str) -> None:
    """Whoever reads the finding learns what is wrong with the file, and no name of a Python exception."""
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    assert read_submission(path)[1].startswith(f"cannot be read as a notebook ({reason}")


def test_a_mark_for_the_byte_order_costs_nothing(tmp_path: Path) -> None:
    """Some editors on Windows put one in front of a file."""
    path = tmp_path / "marked.ipynb"
    path.write_text(notebooks.canonical(submission("the answer")), "utf-8-sig")
    read, trouble = read_submission(path)
    assert trouble == "" and sources(rebuilt(read, RECORD)[0])["answer-double"] == "the answer"


def test_one_damaged_cell_costs_only_itself(tmp_path: Path) -> None:
    """The other cells are taken in; the damaged one is named, is not graded, and stays as plain text."""
    damaged = json.loads(notebooks.canonical(submission("the answer")))
    names = [one["id"] for one in damaged["cells"]]
    damaged["cells"][names.index("setup")]["source"] = {"id": 5}
    damaged["cells"][names.index("answer-double")]["metadata"] = "none"
    damaged["cells"][names.index("hint")]["id"] = "?" * 100
    path = tmp_path / "damaged.ipynb"
    path.write_text(json.dumps(damaged))
    read, trouble = read_submission(path)
    notebook, findings = rebuilt(read, RECORD)
    assert trouble == "" and sources(notebook)["answer-double"] == "the answer"
    assert findings == [
        "cell 2 of the notebook cannot be read, and was kept as plain text",
        "`setup` was missing and was put back as it was released",
    ]
    assert [one.cell_type for one in notebook.cells if '{"id": 5}' in one.source] == ["raw"]


def test_a_notebook_of_far_too_many_cells_is_not_read(tmp_path: Path) -> None:
    """Nobody writes 5,001 cells by hand, and each costs time."""
    path = tmp_path / "many.ipynb"
    path.write_text(json.dumps({"cells": [{}] * 5_001, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert read_submission(path)[1] == "has more than 5,000 cells and was not read"


def test_an_answer_in_the_wrong_cell_is_pointed_out(tmp_path: Path) -> None:
    """When the answer cell is gone and another defines what it should, a person hears of it; nothing is taken."""
    moved = submission()
    moved.cells = [one for one in moved.cells if one.id != "answer-double"]
    moved.cells.append(new_code_cell("def double(n):\n    return n + n", id="elsewhere"))
    notebook, findings = taken_in(tmp_path, moved)
    number = len(moved.cells)
    assert findings == [
        "`answer-double` was missing and was put back as it was released; "
        f"cell {number} of the notebook defines `double`, but nothing was taken from it"
    ]
    assert "n + n" not in sources(notebook)["answer-double"]


def test_links_and_folders_are_not_read(tmp_path: Path) -> None:
    """A link could lead anywhere, so it is refused as a folder is."""
    write(tmp_path / "real.ipynb", submission())
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    for name in ("link", "folder", "nothing"):
        assert read_submission(tmp_path / f"{name}.ipynb")[1].startswith("is a link or a folder")


def test_text_that_no_file_can_hold_is_replaced(tmp_path: Path) -> None:
    """Half a surrogate pair in an answer does not stop the graded notebook from being written."""
    broken = json.loads(notebooks.canonical(submission("half = '?'")))
    path = tmp_path / "half.ipynb"
    path.write_text(json.dumps(broken).replace("half = '?'", "half = '\\udc80'"))
    notebook, _ = rebuilt(read_submission(path)[0], RECORD)
    assert sources(notebook)["answer-double"] == "half = '?'"
