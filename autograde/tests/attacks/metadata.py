"""Attacks with what a notebook says about itself: points, ids, cells that claim to be checks, kernels, results."""

from __future__ import annotations

import copy
from typing import Any

from autograde.tests.attacks.corpus import DOUBLE, Submission, attack, cell_of, new_cell

CHECKS = ("check-basics", "check-faults")


def graded(name: str, points: float, **more: Any) -> dict[str, Any]:
    """The metadata of a graded cell."""
    info = {"grade": True, "grade_id": name, "points": points, "locked": True, "solution": False, "task": False}
    return {"nbgrader": {**info, "cell_type": "code", "schema_version": 3, **more}}


@attack(DOUBLE)
def raises_points(submission: Submission) -> None:
    """The checks claim to be worth a thousand points, and not to be locked."""
    submission.answers("")
    with submission.edited() as notebook:
        for name in CHECKS:
            cell_of(notebook, name)["metadata"]["nbgrader"].update(points=1000, locked=False, extra_credit=1000)


@attack(DOUBLE)
def edits_checks(submission: Submission) -> None:
    """The checks are replaced by a number, and their checksums and locks are gone."""
    submission.answers("")
    with submission.edited() as notebook:
        for name in CHECKS:
            cell_of(notebook, name)["source"] = "5.0"
            cell_of(notebook, name)["metadata"]["nbgrader"].pop("checksum", None)
            cell_of(notebook, name)["metadata"]["nbgrader"]["locked"] = False


@attack(DOUBLE)
def answers_are_checks(submission: Submission) -> None:
    """The answer cell carries the name of a check, and ends with a number."""
    with submission.edited() as notebook:
        answer = cell_of(notebook, "answer-double")
        answer["source"] = "def double(n):\n    return None\n\n5.0"
        answer["metadata"] = graded("check-basics", 3)
        cell_of(notebook, "check-basics")["metadata"]["nbgrader"]["grade_id"] = "answer-double"


@attack(DOUBLE)
def more_graded_cells(submission: Submission) -> None:
    """Cells of the student's own carry the metadata of graded cells, one of them to be graded by hand."""
    submission.answers("")
    with submission.edited() as notebook:
        notebook["cells"] += [
            new_cell("100.0", "more", **graded("more", 100)),
            new_cell("100.0", "by-hand", **graded("by-hand", 100, solution=True, locked=False)),
            new_cell("100 points, please", "task", "markdown", **graded("task", 100, task=True, cell_type="markdown")),
        ]


@attack(DOUBLE)
def copies_of_checks(submission: Submission) -> None:
    """Each check is there three times, and the copies show all points."""
    submission.answers("")
    with submission.edited() as notebook:
        for name in CHECKS:
            for number in range(2):
                check = copy.deepcopy(cell_of(notebook, name)) | {"id": f"{name}-{number}", "source": "5.0"}
                notebook["cells"].insert(0, check)


@attack(DOUBLE)
def results_in_the_metadata(submission: Submission) -> None:
    """The notebook is handed in with the verdicts that a graded one would hold."""
    submission.answers("")
    with submission.edited() as notebook:
        verdict = {"outcome": "pass", "points": 5.0, "max": 5.0, "rows": [], "seconds": 0.1, "trouble": ""}
        notebook["metadata"]["loopback"] = {"findings": [], "needs_person": False, "unreadable": False}
        for cell in notebook["cells"]:
            cell["metadata"]["loopback"] = verdict
            cell["metadata"].setdefault("nbgrader", {})["score"] = 5.0


@attack(DOUBLE)
def another_kernel(submission: Submission) -> None:
    """The notebook asks for a kernel that is a path to a program beside it."""
    submission.answers("")
    submission.beside("kernel.json", f'{{"argv": ["touch", "{submission.targets.outside}/{submission.mark}"]}}')
    with submission.edited() as notebook:
        notebook["metadata"]["kernelspec"] = {"name": "../../kernel", "display_name": "x", "language": "bash"}
        notebook["metadata"]["language_info"] = {"name": "bash", "version": "5"}


@attack(DOUBLE)
def magics(submission: Submission) -> None:
    """The answer is a cell magic that hands everything to a shell."""
    with submission.edited() as notebook:
        mark = submission.targets.outside / submission.mark
        cell_of(notebook, "answer-double")["source"] = f"%%bash\ntouch {mark}\n# def double(n): return 4"
        notebook["cells"].append(new_cell(f"!touch {mark}\n%system touch {mark}", "shell"))


@attack(DOUBLE)
def another_student(submission: Submission) -> None:
    """The notebook and the files beside it say that it was handed in by somebody else, and long ago."""
    submission.answers("")
    submission.beside("timestamp.txt", "1970-01-01 00:00:00 UTC\n")
    with submission.edited() as notebook:
        notebook["metadata"]["nbgrader"] = {"student_id": "000-classmate", "student": "000-classmate", "max_score": 0}
        notebook["metadata"]["authors"] = [{"name": "000-classmate"}]


@attack(DOUBLE)
def a_work_of_somebody_in_the_folder(submission: Submission) -> None:
    """Folders of other sections and other students are handed in inside of the folder."""
    submission.answers("")
    text = (submission.folder / f"{DOUBLE}.ipynb").read_text("utf-8")
    for place in ("autograded/000-classmate/1-fundamentals", "submitted/000-classmate/1-fundamentals", "solutions"):
        submission.beside(f"{place}/{DOUBLE}.ipynb", text)
