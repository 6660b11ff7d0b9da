"""Damaged submissions: what happens to the cells of a notebook in an editor."""

from __future__ import annotations

import copy
from pathlib import Path

from autograde.tests.damaged import TWO_CELLS, cell, damage, edited, forget, place, scratch, split


@damage("`answer-double` is there 2 times; cell 4 was graded")
def answer_copied(folder: Path) -> None:
    """An older version lies above the answer; the copy has an id of its own."""
    with edited(folder) as notebook:
        older = copy.deepcopy(cell(notebook, "answer-double"))
        older["id"], older["source"] = "another", "def double(n):\n    return n"
        notebook["cells"].insert(2, older)


@damage("`answer-double` is there 2 times; cell 4 was graded", person=True)
def answer_copied_in_an_old_editor(folder: Path) -> None:
    """The same where cells have no ids: the later one counts, as in a notebook that is run from top to bottom."""
    answer_copied(folder)
    with edited(folder) as notebook:
        notebook["nbformat_minor"] = 4
        forget(notebook, ids=True)


@damage("`answer-double` was split; these cells were joined: cells 3, 4")
def answer_split_below_its_imports(folder: Path) -> None:
    """JupyterLab gives both parts new ids."""
    with edited(folder) as notebook:
        split(notebook, "answer-double", "def double", ("one", "two"))


@damage("`answer-double` was split into several cells, which were joined in their order (cells 3, 4)")
def answer_split_within_its_function(folder: Path) -> None:
    """Neither part is a program."""
    with edited(folder) as notebook:
        split(notebook, "answer-double", "    return", ("one", "two"))


@damage("`answer-double` was split into several cells")
def answer_split_where_the_first_part_keeps_the_id(folder: Path) -> None:
    """Other editors keep the id for one part."""
    with edited(folder) as notebook:
        split(notebook, "answer-double", "    return", ("answer-double", "two"))


@damage("`answer-double` was split; these cells were joined: cells 3, 4")
def answer_split_where_the_second_part_keeps_the_id(folder: Path) -> None:
    """The part that has the id defines what it should, and lacks its import."""
    with edited(folder) as notebook:
        split(notebook, "answer-double", "def double", ("one", "answer-double"))


@damage("`answer-double` was split; these cells were joined: cells 3, 5")
def answer_split_around_another_cell(folder: Path) -> None:
    """Something was tried out between the parts."""
    with edited(folder) as notebook:
        split(notebook, "answer-double", "def double", ("one", "two"))
        notebook["cells"].insert(3, scratch("1 / 0"))


@damage("does not define `double`, but cell 4 does", person=True)
def answer_continued_in_a_new_cell(folder: Path) -> None:
    """The imports are in the answer cell, the function in one of the student's own."""
    with edited(folder) as notebook:
        answer = cell(notebook, "answer-double")
        imports, mark, function = answer["source"].partition("def double")
        answer["source"] = imports
        notebook["cells"].insert(place(notebook, "answer-double") + 1, scratch(mark + function))


@damage("`answer-last` was missing; what it should define is in `answer-first`", two_cells=4)
def answers_merged(folder: Path) -> None:
    """Two answers in one cell, which keeps the metadata of the first and gets a new id."""
    with edited(folder, TWO_CELLS) as notebook:
        first, last = cell(notebook, "answer-first"), cell(notebook, "answer-last")
        first["source"] += "\n\n\n" + last["source"]
        first["id"] = "merged"
        notebook["cells"].remove(last)


@damage("holds an answer and a check", "`check-basics` was missing")
def answer_merged_with_a_check(folder: Path) -> None:
    """The cell has the metadata of the answer."""
    with edited(folder) as notebook:
        answer, check = cell(notebook, "answer-double"), cell(notebook, "check-basics")
        answer["source"] += "\n" + check["source"]
        notebook["cells"].remove(check)


@damage("holds an answer and a check", "`answer-double` was missing; `double` is defined in cell 3")
def answer_merged_into_a_check(folder: Path) -> None:
    """The cell has the metadata of the check."""
    with edited(folder) as notebook:
        answer, check = cell(notebook, "answer-double"), cell(notebook, "check-basics")
        check["source"] = answer["source"] + "\n" + check["source"]
        notebook["cells"].remove(answer)


@damage("`answer-double` was turned into a markdown cell")
def answer_turned_into_markdown(folder: Path) -> None:
    """One key too many in command mode."""
    with edited(folder) as notebook:
        answer = cell(notebook, "answer-double")
        answer["cell_type"] = "markdown"
        del answer["outputs"], answer["execution_count"]


@damage("`answer-double` was turned into a raw cell")
def answer_turned_into_raw_text(folder: Path) -> None:
    """The neighboring key."""
    with edited(folder) as notebook:
        cell(notebook, "answer-double")["cell_type"] = "raw"


@damage()
def check_turned_into_markdown(folder: Path) -> None:
    """What a check is does not depend on the submission."""
    with edited(folder) as notebook:
        cell(notebook, "check-basics")["cell_type"] = "markdown"


@damage()
def ids_lost(folder: Path) -> None:
    """An older editor stored the notebook in format 4.4."""
    with edited(folder) as notebook:
        notebook["nbformat_minor"] = 4
        forget(notebook, ids=True)


@damage("cells without nbgrader's metadata were recognized by their ids")
def metadata_lost(folder: Path) -> None:
    """Some services drop what they do not know."""
    with edited(folder) as notebook:
        forget(notebook, metadata=True)


@damage("recognized by what is in them", "`answer-double` was missing; `double` is defined in cell 3")
def ids_and_metadata_lost(folder: Path) -> None:
    """Everything was copied into a new notebook."""
    with edited(folder) as notebook:
        forget(notebook, ids=True, metadata=True)


@damage("`first` is defined in cell 3", "`last` is defined in cell 4", two_cells=4)
def ids_and_metadata_of_two_answers_lost(folder: Path) -> None:
    """Each answer is recognized by what it defines."""
    with edited(folder, TWO_CELLS) as notebook:
        forget(notebook, ids=True, metadata=True)


@damage("`double` is defined in cell 4, and that was graded", person=True)
def ids_and_metadata_lost_and_two_versions(folder: Path) -> None:
    """Which of the two is the answer is a guess."""
    with edited(folder) as notebook:
        forget(notebook, ids=True, metadata=True)
        notebook["cells"].insert(2, scratch("def double(n):\n    return n"))


@damage("`double` is defined in cells 3, 4", person=True)
def ids_and_metadata_lost_and_split(folder: Path) -> None:
    """The import is in a cell of its own, above the function."""
    with edited(folder) as notebook:
        split(notebook, "answer-double", "def double", ("one", "two"))
        forget(notebook, ids=True, metadata=True)


@damage("another order")
def cells_reversed(folder: Path) -> None:
    """The last cell is the first."""
    with edited(folder) as notebook:
        notebook["cells"].reverse()


@damage("`check-basics` had been edited", "`check-faults` had been edited")
def checks_edited(folder: Path) -> None:
    """They give all points, or so they say."""
    with edited(folder) as notebook:
        for name in ("check-basics", "check-faults"):
            cell(notebook, name)["source"] = "100"


@damage("`check-basics` had other metadata (locked, points)", double=0)
def points_edited(folder: Path) -> None:
    """A wrong answer, and a check that claims to be worth a thousand points."""
    with edited(folder) as notebook:
        cell(notebook, "check-basics")["metadata"]["nbgrader"].update(points=1000, locked=False)
        cell(notebook, "answer-double")["source"] = "def double(n):\n    return n + 1"


@damage("`answer-double` was missing; `double` is defined in cell 3", "`check-basics` had other metadata (grade_id)")
def ids_edited(folder: Path) -> None:
    """Grade ids and cell ids are others."""
    with edited(folder) as notebook:
        for name in ("answer-double", "check-basics"):
            one = cell(notebook, name)
            one["id"] = one["metadata"]["nbgrader"]["grade_id"] = f"my-{name}"


@damage("`check-faults` was missing and was put back", "`setup` was missing and was put back")
def checks_deleted(folder: Path) -> None:
    """The setup and the harder check are gone."""
    with edited(folder) as notebook:
        for name in ("check-faults", "setup"):
            notebook["cells"].remove(cell(notebook, name))


@damage("`answer-first` was missing and was put back", two_cells=2, person=True)
def answer_deleted(folder: Path) -> None:
    """What is there keeps its points."""
    with edited(folder, TWO_CELLS) as notebook:
        notebook["cells"].remove(cell(notebook, "answer-first"))


@damage("`answer-double` was missing and was put back", double=0, person=True)
def all_cells_deleted(folder: Path) -> None:
    """A notebook without cells is one."""
    with edited(folder) as notebook:
        notebook["cells"] = []


@damage("`check-basics` is there 3 times", "another order")
def checks_copied(folder: Path) -> None:
    """Which of the copies stays does not matter."""
    with edited(folder) as notebook:
        notebook["cells"] += [copy.deepcopy(cell(notebook, "check-basics")) for _ in range(2)]


@damage("`answer-double` is there 2 times; cell 4 was graded")
def cell_ids_not_unique(folder: Path) -> None:
    """Two cells have the id of the answer; the later one counts."""
    with edited(folder) as notebook:
        older = copy.deepcopy(cell(notebook, "answer-double"))
        older["source"] = "def double(n):\n    return n"
        notebook["cells"].insert(2, older)


@damage()
def scratch_cells_in_hundreds(folder: Path) -> None:
    """Cells of one's own are welcome, whatever they hold."""
    with edited(folder) as notebook:
        more = [scratch(f"print({number})\n1 / 0", "code" if number % 2 else "markdown") for number in range(300)]
        notebook["cells"] = [one for known in notebook["cells"] for one in (known, *more)]


@damage(double=0)
def answer_is_a_syntax_error(folder: Path) -> None:
    """That is the student's own mistake, and the check says so."""
    with edited(folder) as notebook:
        cell(notebook, "answer-double")["source"] = "def double(n:\n    return 2 * n"


@damage(double=0)
def answer_emptied(folder: Path) -> None:
    """There is nothing to grade, and nothing to repair."""
    with edited(folder) as notebook:
        cell(notebook, "answer-double")["source"] = ""


@damage("cell 1 of the notebook cannot be read", "cell 7 of the notebook cannot be read", person=True)
def cells_that_are_none(folder: Path) -> None:
    """A number, and a cell without a text, beside good ones."""
    with edited(folder) as notebook:
        notebook["cells"].insert(0, 5)
        notebook["cells"][-1]["source"] = {"id": 5}


@damage()
def outputs_that_are_none(folder: Path) -> None:
    """Outputs, counts, attachments and metadata of wrong types are not looked at."""
    with edited(folder) as notebook:
        for one in notebook["cells"]:
            one.update(outputs=5, execution_count="x", attachments=[7])
        notebook["metadata"] = "none"
        notebook["cells"][0]["metadata"] = None
