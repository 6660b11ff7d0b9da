"""The examination of one submission: check cells and answers in, verdicts out; nothing else is read or written.

`examine` is a pure function, so it can run anywhere and many times. It executes only the check cells, which are the
instructor's, in a process of ours (`runner.py`); the student's answers run one process further away, behind
`submitted`. A cell that ends in any way but a verdict of its own (the runner died, or the last deadline passed) is
"infrastructure": our fault, never a zero. What failed has been tried again, and failed again (attempt.py).
"""

from __future__ import annotations

import ast
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any

from autograde.examiner import host
from autograde.examiner.claims import claims_of
from autograde.examiner.errors import ExaminerError
from autograde.examiner.parsing import parsed
from autograde.examiner.reports import Report
from autograde.examiner.runner_process import RunnerProcess, started
from autograde.examiner.seat import Answer

CELL_DEADLINE = 60.0
"""Seconds that one run of a check cell may take at most: the last resort, since its own deadlines are far shorter."""

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
    """What became of one claim ("pass", "fail", "unstable", "infrastructure"), with the plain text of its story.

    "unstable" has failed, with that story, and held when it was run again.
    """

    claim: str
    outcome: str
    story: str = ""


@dataclass(frozen=True, slots=True)
class CellVerdict:
    """What one graded cell earned: `points` of `max`, or None when a person must decide (outcome "infrastructure").

    The points of an "unstable" cell, too, are a person's to confirm: they count what is unstable as held. `outputs` are
    notebook outputs of which nbgrader's `determine_grade` reads the same number. `trouble` is the traceback of a check
    that broke down: for authors and instructors only, since it quotes hidden source.

    The cell was run `tries` times on `host`, which took `seconds` in all, each time with `seed` (None for a cell that
    was not run): with LOOPBACK_SEED (trial.py) it has the same data again.
    """

    grade_id: str
    points: float | None
    max: float
    outcome: str
    rows: list[ClaimVerdict] = field(default_factory=list)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    trouble: str = ""
    seed: int | None = None
    tries: int = 0
    host: str = ""


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
        if trouble := _run(plan, answers, deadline, verdicts, sandbox):
            left = [check for check in graded if check.grade_id not in verdicts]
            verdicts |= {check.grade_id: _broken_down(check, trouble) for check in left}
    return [verdicts[check.grade_id] for check in graded]


def _run(
    plan: Sequence[CheckCell], answers: Sequence[Answer], deadline: float, verdicts: dict[str, CellVerdict],
    sandbox: bool,
) -> str:  # fmt: skip
    """Run the plan in one runner, noting verdicts as they come, until it is done or the runner is lost.

    Returns why no cell of the rest can be judged by any runner, or "".
    """
    request = {"checks": [asdict(check) for check in plan], "answers": [asdict(answer) for answer in answers]}
    try:
        with started(request, names_for(plan), sandbox=sandbox, deadline=START_DEADLINE) as runner:
            return _judge(plan, runner, deadline, verdicts)
    except ExaminerError as trouble:
        return str(trouble)


def _judge(
    plan: Sequence[CheckCell], runner: RunnerProcess, deadline: float, verdicts: dict[str, CellVerdict]
) -> str:  # fmt: skip
    for check in plan:
        report, runs = _next_report(runner, deadline)
        if report is None and check.points is None:
            # Without its setup no later cell can say anything, and running it again would end the same way.
            return runner.how_it_was_lost()
        if report is None:
            verdicts[check.grade_id] = _broken_down(check, runner.how_it_was_lost(), runs)
            return ""
        if check.points is not None:
            verdicts[check.grade_id] = _verdict(check, report, runs, FORGED if runner.forged else "")
    return ""


def names_for(plan: Sequence[CheckCell]) -> list[str]:
    """The public names of this package that the cells import, so that they can be there before the cells run."""
    return sorted(set[str]().union(*(_imported(check.source) for check in plan)))


@lru_cache(maxsize=1000)
def _imported(source: str) -> frozenset[str]:
    try:
        nodes = ast.walk(parsed(source)) if "autograde" in source else ()
    except SyntaxError:
        return frozenset()
    found = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "autograde"]
    return frozenset(alias.name for node in found for alias in node.names)


def _next_report(runner: RunnerProcess, deadline: float) -> tuple[Report | None, Report]:
    """The report on a cell, None when the runner was lost in it; and what is known of its runs until then.

    Each run, which the runner announces, has the whole deadline.
    """
    started = time.monotonic()
    runs: Report = {"seed": None, "tries": 0, "host": host.described(is_sandboxed=runner.is_sandboxed)}
    while (report := runner.next_report(deadline)) is not None and "begins" in report:
        runs |= {"seed": report["seed"], "tries": report["begins"]}
    return report, {**runs, "seconds": round(time.monotonic() - started, 3)}


def _verdict(check: CheckCell, report: Report, runs: Report, note: str) -> CellVerdict:
    rows = [ClaimVerdict(**row) for row in report.pop("rows")]
    verdict = CellVerdict(max=check.points or 0.0, rows=rows, **{**runs, **report})
    if flaw := _flaw(check, verdict):
        return _broken_down(check, flaw, runs)
    return replace(verdict, trouble=f"{verdict.trouble}\n{note}".strip())


def _flaw(check: CheckCell, verdict: CellVerdict) -> str:
    """Why a verdict cannot be one on this cell; "" for one that can."""
    if verdict.grade_id != check.grade_id:
        return f"A report on `{verdict.grade_id}` came where one on `{check.grade_id}` was due."
    if verdict.outcome == "infrastructure" and verdict.points is None:
        return ""
    is_known = verdict.outcome in ("pass", "fail", "unstable")
    if not is_known or verdict.points is None or not 0 <= verdict.points <= verdict.max:
        return f"The outcome {verdict.outcome!r} with {verdict.points} of {verdict.max:g} points is none."
    if {row.claim for row in verdict.rows} != set(claims_of(check.source)):
        return "The claims that were tried are not those that are written in the cell."
    return ""


def _broken_down(check: CheckCell, trouble: str, runs: Report | None = None) -> CellVerdict:
    note = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": BROKEN_DOWN}}
    return CellVerdict(
        check.grade_id, None, check.points or 0.0, "infrastructure", outputs=[note], trouble=trouble, **(runs or {})
    )
