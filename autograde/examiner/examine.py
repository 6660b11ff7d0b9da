"""The examination of one submission: check cells and answers in, verdicts out; nothing else is read or written.

`examine` is a pure function, so it can run anywhere and many times. It executes only the check cells, which are the
instructor's, in a process of ours (`runner.py`); the student's answers run one process further away, behind
`submitted`. A cell that ends in any way but a verdict of its own (the runner died, or the last deadline passed) is
"infrastructure": our fault, never a zero.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any

from autograde.examiner.claims import claims_of
from autograde.examiner.errors import ExaminerError
from autograde.examiner.reports import Report
from autograde.examiner.runner_process import started
from autograde.examiner.seat import Answer

CELL_DEADLINE = 60.0
"""Seconds that one check cell may take at most: the last resort, since its own deadlines are far shorter."""

START_DEADLINE = 60.0
"""Seconds in which the runner must have started, even on a very busy machine."""

BROKEN_DOWN = "The checks of this cell broke down. That is a fault of the course, not of your code: a person decides."

FORGED = "Somebody else wrote into the reports of the checks; what was written there was not looked at."


@dataclass(frozen=True, slots=True)
class CheckCell:
    """A locked code cell of the source notebook. `points` is None for one that is run but not graded."""

    grade_id: str
    source: str
    points: float | None


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """What became of one claim ("pass", "fail", "infrastructure"), with the plain text of its story."""

    claim: str
    outcome: str
    story: str = ""


@dataclass(frozen=True, slots=True)
class CellVerdict:
    """What one graded cell earned: `points` of `max`, or None when a person must decide (outcome "infrastructure").

    `outputs` are notebook outputs of which nbgrader's `determine_grade` reads the same number. `trouble` is the
    traceback of a check that broke down: for authors and instructors only, since it quotes hidden source.
    """

    grade_id: str
    points: float | None
    max: float
    outcome: str
    rows: list[ClaimVerdict] = field(default_factory=list)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    trouble: str = ""


def examine(
    checks: Sequence[CheckCell], answers: Sequence[Answer], *, deadline: float = CELL_DEADLINE, sandbox: bool = True
) -> list[CellVerdict]:
    """Run the check cells in their order, in one namespace, against the answers; one verdict for each graded cell.

    The answers are locked in where the system allows it, and `sandbox` is not False.

    When the runner is lost in the middle of a cell, that cell is "infrastructure", and a new runner takes the cells
    after it (with the ungraded ones again, since they make the names that the others use).
    """
    verdicts: dict[str, CellVerdict] = {}
    graded = [check for check in checks if check.points is not None]
    while any(check.grade_id not in verdicts for check in graded):
        plan = [check for check in checks if check.grade_id not in verdicts]
        lost, trouble = _run(plan, answers, deadline, verdicts, sandbox)
        # Without its setup no later cell can say anything, and running it again would end the same way.
        stranded = plan if lost is None or lost.points is None else [lost]
        for check in stranded:
            if check.points is not None and check.grade_id not in verdicts:
                verdicts[check.grade_id] = _broken_down(check, check.points, trouble)
    return [verdicts[check.grade_id] for check in graded]


def _run(
    plan: Sequence[CheckCell],
    answers: Sequence[Answer],
    deadline: float,
    verdicts: dict[str, CellVerdict],
    sandbox: bool,
) -> tuple[CheckCell | None, str]:
    """Run the plan in one runner, noting verdicts as they come. Returns the cell it was lost in, and why.

    The cell is None when the runner was lost before any, or not at all.
    """
    request = {"checks": [asdict(check) for check in plan], "answers": [asdict(answer) for answer in answers]}
    try:
        with started(request, names_for(plan), sandbox=sandbox, deadline=START_DEADLINE) as runner:
            for check in plan:
                report = runner.next_report(deadline)
                if report is None:
                    return check, runner.how_it_was_lost()
                if check.points is not None:
                    verdicts[check.grade_id] = _verdict(check, check.points, report, FORGED if runner.forged else "")
    except ExaminerError as trouble:
        return None, str(trouble)
    return None, ""


def names_for(plan: Sequence[CheckCell]) -> list[str]:
    """The public names of this package that the cells import, so that they can be there before the cells run."""
    return sorted(set[str]().union(*(_imported(check.source) for check in plan)))


@lru_cache(maxsize=1000)
def _imported(source: str) -> frozenset[str]:
    nodes = ast.walk(ast.parse(source)) if "autograde" in source else ()
    found = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "autograde"]
    return frozenset(alias.name for node in found for alias in node.names)


def _verdict(check: CheckCell, points: float, report: Report, note: str) -> CellVerdict:
    rows = [ClaimVerdict(**row) for row in report.pop("rows")]
    verdict = CellVerdict(max=points, rows=rows, **report)
    if flaw := _flaw(check, verdict):
        return _broken_down(check, points, flaw)
    return replace(verdict, trouble=f"{verdict.trouble}\n{note}".strip())


def _flaw(check: CheckCell, verdict: CellVerdict) -> str:
    """Why a verdict cannot be one on this cell; "" for one that can."""
    if verdict.grade_id != check.grade_id:
        return f"A report on `{verdict.grade_id}` came where one on `{check.grade_id}` was due."
    if verdict.outcome == "infrastructure" and verdict.points is None:
        return ""
    if verdict.outcome not in ("pass", "fail") or verdict.points is None or not 0 <= verdict.points <= verdict.max:
        return f"The outcome {verdict.outcome!r} with {verdict.points} of {verdict.max:g} points is none."
    if {row.claim for row in verdict.rows} != set(claims_of(check.source)):
        return "The claims that were tried are not those that are written in the cell."
    return ""


def _broken_down(check: CheckCell, points: float, trouble: str) -> CellVerdict:
    note = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": BROKEN_DOWN}}
    return CellVerdict(check.grade_id, None, points, "infrastructure", outputs=[note], trouble=trouble)
