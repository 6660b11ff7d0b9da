"""The notebook that is graded: only answers are the student's, everything else is as it was released."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from nbformat import NotebookNode

from autograde.classroom import notebooks
from autograde.classroom.cells import Cell
from autograde.classroom.intake import rebuilt
from autograde.classroom.reading import Reading
from autograde.classroom.record import RecordedCell
from autograde.classroom.scopes import imported_names, is_python, lacking_names, made_names
from autograde.tests.tiny_course import double_notebook, two_cells_notebook

STUB = "raise NotImplementedError()"
ANSWER = "def double(n):\n    return 2 * n"


def recorded(source: NotebookNode) -> list[RecordedCell]:
    """What the gradebook has on record of a source notebook."""
    return [
        RecordedCell(
            one.id, one.cell_type, one.source if not info["solution"] else one.source.split("###")[0] + STUB, "sum",
            locked=not info["solution"], solution=info["solution"], task=False, points=info.get("points"),
        )
        for one in source.cells
        if (info := notebooks.grading(one))
    ]  # fmt: skip


RECORD = recorded(double_notebook())
TWO = recorded(two_cells_notebook())


def released(record: list[RecordedCell], **answers: str) -> list[Cell]:
    """The cells of a submission with these answers: `answer_double` for the cell `answer-double`."""
    return [
        Cell(one.cell_type, answers.get(one.grade_id.replace("-", "_"), one.released), one.grade_id,
             one.metadata()["nbgrader"])
        for one in record
    ]  # fmt: skip


def scratch(source: str, kind: str = "code") -> Cell:
    """A cell of the student's own."""
    return Cell(kind, source, "mine")


def taken(cells: list[Cell], record: list[RecordedCell] = RECORD) -> tuple[dict[str, str], list[str], bool]:
    """The sources of recorded cells in the rebuilt notebook, the findings, and whether a person has to look."""
    notebook = rebuilt(Reading(cells), record)
    sources = {notebooks.grading(one)["grade_id"]: one.source for one in notebook.cells if notebooks.grading(one)}
    kept: Any = notebook.metadata.loopback
    return sources, kept.findings, kept.needs_person


def test_an_undamaged_submission_is_taken_as_it_is() -> None:
    """The answer is the student's, the rest is the record's, and there is nothing to say."""
    sources, findings, person = taken(released(RECORD, answer_double=ANSWER))
    assert sources == {one.grade_id: one.released for one in RECORD} | {"answer-double": ANSWER}
    assert (findings, person) == ([], False)


def test_nothing_hidden_is_in_the_notebook() -> None:
    """A check cell is as it was released, so that whoever reads the graded notebook learns nothing more."""
    assert "HIDDEN" in RECORD[3].source
    text = notebooks.canonical(rebuilt(Reading(released(RECORD)), RECORD))
    assert "HIDDEN" not in text and "double(-7)" not in text and "the sign went missing" not in text


def test_nothing_that_a_submission_says_about_itself_is_believed() -> None:
    """Changed checks, points, locks and kinds are as recorded again, and each is a finding."""
    cells = [
        replace(
            one,
            claims={**one.claims, "points": 1000, "grade": False, "solution": True, "locked": False},
            source=ANSWER if one.id == "answer-double" else "100",
        )
        for one in released(RECORD)
    ]
    notebook = rebuilt(Reading(cells), RECORD)
    assert notebooks.graded_cells(notebook) == [
        replace(check, source=one.released)
        for check, one in zip(notebooks.graded_cells(double_notebook()), RECORD[2:], strict=True)
    ]
    findings = "\n".join(notebook.metadata.loopback.findings)
    for name in ("setup", "check-basics", "check-faults"):
        assert f"`{name}` had been edited" in findings and f"`{name}` had other metadata" in findings


def test_missing_cells_come_back_in_their_places() -> None:
    """A deleted cell is put back as it was released, and named."""
    sources, findings, person = taken([one for one in released(RECORD) if one.id not in ("setup", "check-basics")])
    assert list(sources) == [one.grade_id for one in RECORD]
    assert [finding.split()[0] for finding in findings] == ["`setup`", "`check-basics`"] and not person


def test_scratch_cells_stay_as_text_only() -> None:
    """The student's other cells keep kind and source, and get ids and metadata of ours."""
    more = [scratch("1 + 1"), scratch("a note", "markdown"), scratch("x" * 30_000)]
    notebook = rebuilt(Reading([*released(RECORD), *more]), RECORD)
    assert [(one.cell_type, one.source, one.metadata) for one in notebook.cells[-3:-1]] == [
        ("code", "1 + 1", {}), ("markdown", "a note", {}),
    ]  # fmt: skip
    assert notebook.cells[-1].source.endswith("… and 10,000 more characters")


def test_all_scratch_cells_together_are_bounded() -> None:
    """Pages are made of them, and a page must not take minutes."""
    notebook = rebuilt(Reading([*released(RECORD), *[scratch("x.y" * 6_000)] * 100]), RECORD)
    assert sum(len(one.source) for one in notebook.cells) < 250_000


def test_an_answer_that_is_too_long_is_not_kept_whole() -> None:
    """It cannot be examined, and is still too long for that."""
    sources, _, _ = taken(released(RECORD, answer_double=ANSWER + "\n#" * 500_000))
    assert len(sources["answer-double"]) == 200_001


def test_an_intact_answer_is_never_put_together_with_others() -> None:
    """What it lacks it lacks in the student's own JupyterLab too: marks must be the same in both."""
    answer = "def double(n):\n    return factor * n"
    sources, findings, _ = taken([scratch("factor = 2"), *released(RECORD, answer_double=answer), scratch(ANSWER)])
    assert sources["answer-double"] == answer and findings == []


def test_what_calls_submitted_is_no_answer() -> None:
    """A changed check defines the name as well; it must not stand in for a lost answer."""
    cells = [one for one in released(RECORD) if one.id not in ("answer-double", "check-basics")]
    sources, findings, person = taken([*cells, scratch('double = submitted("double")')])
    assert sources["answer-double"] == RECORD[1].source and person
    assert "`answer-double` was missing and was put back as it was released (a person looks at this)" in findings


def test_a_text_that_mentions_the_answer_is_none() -> None:
    """A signature in the task looks like a definition, and is prose around it."""
    cells = [one for one in released(RECORD) if one.id != "answer-double"]
    text = scratch("Write\n```python\ndef double(n)\n```", "markdown")
    assert taken([*cells, text])[0]["answer-double"] == RECORD[1].source


def test_an_answer_in_several_nameless_cells_is_put_together() -> None:
    """Names lead from one cell to the next, as long as they stand side by side."""
    cells = [one for one in released(RECORD) if one.id != "answer-double"]
    parts = [scratch("import operator"), scratch("def double(n):\n    return operator.mul(2, n)"), scratch("double(4)")]
    sources, findings, person = taken([*cells, scratch("import this"), *parts])
    assert sources["answer-double"] == "import operator\n\ndef double(n):\n    return operator.mul(2, n)"
    assert person and "`double` is defined in cells 5, 6" in findings[0]


def test_an_answer_found_elsewhere_leaves_the_other_answers_alone() -> None:
    """Two answers in one cell, with no metadata at all: each graded cell finds its own."""
    both = "def first(text):\n    return text[0]\n\ndef last(text):\n    return text[-1]"
    cells = [one for one in released(TWO) if not one.id.startswith("answer")]
    sources, _, _ = taken([*cells, scratch(both)], TWO)
    assert sources["answer-first"] == both
    assert sources["answer-last"] == "# This is answered in the cell `answer-first`."


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_answer_of_another_kind_is_taken_as_text(kind: str) -> None:
    """What was typed is there, only the cell is of the wrong kind."""
    cells = [replace(one, kind=kind) if one.id == "answer-double" else one for one in released(RECORD)]
    notebook = rebuilt(Reading(cells), RECORD)
    assert [one.cell_type for one in notebook.cells if one.id == "answer-double"] == ["code"]
    assert f"was turned into a {kind} cell" in notebook.metadata.loopback.findings[0]


def test_findings_stand_on_top_of_the_notebook() -> None:
    """Whoever opens the graded notebook, or a page made of it, reads first what was repaired."""
    notebook = rebuilt(Reading(trouble="is a link, and links are not followed"), RECORD)
    assert notebook.cells[0].cell_type == "markdown"
    assert "- The submitted file is a link, and links are not followed (a person" in notebook.cells[0].source
    assert notebook.metadata.loopback.unreadable and notebook.metadata.loopback.needs_person
    assert len(notebook.metadata.loopback.findings) == 1


def test_names_are_read_without_running_anything() -> None:
    """What a cell makes, imports and lacks; what is no Python makes and lacks nothing."""
    source = "import os.path as p\nfrom a import b\nK = 1\ndef f(x, *, y=D):\n    return p, [g(i) for i in x], K, print"
    assert made_names(source) == {"p", "b", "K", "f"}
    assert imported_names(source) == {"p", "b"}
    assert lacking_names(source) == {"D", "g"}
    assert made_names("def f(") == lacking_names("%time x") == set() and not is_python("x = 'a\0b'")
