"""Where nbgrader's own `autograde` meets the examiner. `nbgrader_config.py` names these classes; nothing else does.

nbgrader gets notebooks that are rebuilt from the record (`staging.py`). `Examine` writes the outputs of the recorded
checks into them, and `SaveVerdicts` puts the points into the gradebook. No kernel is started. What is written quotes
no hidden part of a check (`hidden.py`).

What the rest of the classroom wants to know later is kept in the graded notebook's metadata under "loopback": the
notebook's are those of `intake.py`; a graded cell has the fields of its `CellVerdict`, but for id and outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, Float

from autograde.classroom import notebooks
from autograde.classroom.hidden import without_hidden
from autograde.classroom.record import check_cells
from autograde.examiner.examine import CELL_DEADLINE, CellVerdict, CheckCell, examine

PLEASE_DECIDE = "A person decides on the points of {cell}: the checks broke down there, which is a fault of the course."

PLEASE_LOOK = (
    "A person decides on the points of {cell}. What failed there held when the check was run again with the same data, "
    "so its points are given for now: {claims}. To decide, read its story, and run the check once more on an idle "
    "machine, with the environment variable LOOPBACK_SEED={seed}."
)

CIRCUMSTANCES = "(Runs: {tries}, seed: {seed}, time: {seconds:.1f} s, host: {host}.)"


class Examine(NbGraderPreprocessor):  # type: ignore[misc]  # as above
    """The second pass: runs the recorded checks against the answers and writes their outputs into the graded cells."""

    deadline = Float(CELL_DEADLINE, help="Seconds that one check cell may take at most.").tag(config=True)
    require_sandbox = Bool(False, help="Refuse to grade where students' code cannot be locked in.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Examine the notebook."""
        name = resources["nbgrader"]["notebook"]
        checks = check_cells(self.parent.record[name])
        if nb.metadata.loopback.unreadable:
            verdicts = nothing_to_examine(checks)
        else:
            verdicts = examine(checks, notebooks.answers(nb), deadline=self.deadline)
        for verdict in verdicts:
            if verdict.trouble:
                self.log.error("%s, %s: %s", name, verdict.grade_id, verdict.trouble)
        fill(nb, checks, verdicts)
        return nb, resources


class SaveVerdicts(SaveAutoGrades):  # type: ignore[misc]  # as above
    """Saves points and comments as nbgrader does, except that a fault of ours is no zero: it asks for a person.

    So does a cell that is unstable, and a submission that intake had to guess about, whose points stand until that
    person has looked.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Save the notebook's points."""
        self._look_at(nb)
        saved: tuple[NotebookNode, Any] = super().preprocess(nb, resources)
        return saved

    def save(self, nb: NotebookNode, gradebook: Any, section: str, student: str, notebook: str) -> None:
        """The same in a gradebook that is open and stays so: its `find_grade`, `find_comment`, and `db.commit`."""
        self.gradebook, self.assignment_id, self.student_id, self.notebook_id = gradebook, section, student, notebook
        self._look_at(nb)
        for place, cell in enumerate(nb.cells):
            self.preprocess_cell(cell, {}, place)

    def _look_at(self, nb: NotebookNode) -> None:
        self._kept = nb.metadata.loopback
        examined = [cell for cell in nb.cells if "loopback" in cell.metadata]
        self._notes = [note for cell in examined if (note := _note(cell))]

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._add_score(cell, resources)
        undecided = cell.metadata.loopback.outcome == "infrastructure"
        if _note(cell) or self._kept.needs_person:
            grade = self.gradebook.find_grade(
                notebooks.grading(cell)["grade_id"], self.notebook_id, self.assignment_id, self.student_id
            )
            grade.auto_score = None if undecided else grade.auto_score
            grade.needs_manual_grade = True
            self.gradebook.db.commit()

    def _add_comment(self, cell: NotebookNode, resources: Any) -> None:
        super()._add_comment(cell, resources)
        notes = list(self._notes)
        if self._kept.needs_person:
            notes += [f"Intake: {finding}." for finding in self._kept.findings]
        if notes:
            comment = self.gradebook.find_comment(
                notebooks.grading(cell)["grade_id"], self.notebook_id, self.assignment_id, self.student_id
            )
            comment.auto_comment = "\n\n".join(filter(None, [comment.auto_comment, *notes]))
            self.gradebook.db.commit()


def _note(cell: NotebookNode) -> str:
    """What a person is asked to do about the verdict on a graded cell; "" for one that needs nobody."""
    verdict = cell.metadata.loopback
    sentences = {"infrastructure": PLEASE_DECIDE, "unstable": PLEASE_LOOK}
    if verdict.outcome not in sentences:
        return ""
    name = f"`{notebooks.grading(cell)['grade_id']}`"
    claims = "; ".join(f"“{row.claim}”" for row in verdict.rows if row.outcome == "unstable")
    return f"{sentences[verdict.outcome]} {CIRCUMSTANCES}".format(**{**verdict, "cell": name, "claims": claims})


def nothing_to_examine(checks: Sequence[CheckCell]) -> list[CellVerdict]:
    """The verdicts on a file that is no notebook."""
    nothing = {"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": {"text/plain": "0.0"}}
    graded = [(check.grade_id, check.points) for check in checks if check.points is not None]
    return [CellVerdict(name, 0.0, points, "unreadable", outputs=[nothing]) for name, points in graded]


def fill(nb: NotebookNode, checks: Sequence[CheckCell], verdicts: Sequence[CellVerdict]) -> None:
    """Write the verdicts into the notebook, without a quote of anything hidden."""
    cells = {notebooks.grading(cell).get("grade_id"): cell for cell in nb.cells}
    sources = {check.grade_id: check.source for check in checks}
    seen = "\n".join(cell.source for cell in nb.cells)
    for count, verdict in enumerate(verdicts, start=1):
        _write(without_hidden(verdict, sources[verdict.grade_id], seen), cells[verdict.grade_id], count)


def _write(verdict: CellVerdict, cell: NotebookNode, count: int) -> None:
    cell.outputs = [from_dict(output) for output in verdict.outputs]
    for output in cell.outputs:
        if output.output_type == "execute_result":
            output.execution_count = count
    cell.execution_count = count
    kept = {key: value for key, value in asdict(verdict).items() if key not in ("grade_id", "outputs")}
    cell.metadata["loopback"] = from_dict(kept)
