"""From the runs of a check cell to the report on it: plain data, which `examine` makes a verdict of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograde.examiner.attempt import Attempt
from autograde.examiner.claims import claims_of
from autograde.examiner.errors import is_settled
from autograde.examiner.examine import BROKEN_DOWN
from autograde.examiner.reports import Report
from autograde.examiner.score import FAIL, INFRASTRUCTURE, PASS, UNSTABLE, Row, Score

Check = Mapping[str, Any]

NO_SCORE = "The cell did not end with a `score` that holds at least one claim."

SEVEREST = (INFRASTRUCTURE, UNSTABLE, FAIL, PASS)
"""A cell has the first of these that any of its claims has: what asks for a person must not be hidden by a fail."""


def judged(check: Check, attempt: Attempt) -> Report:
    """The report on a cell, from what its runs came to together."""
    if attempt.trouble:
        report = breakdown(check, attempt.trouble)
    elif check["points"] is None:
        report = _report(check, None, PASS, [], [])
    elif attempt.score is None or not attempt.rows:
        report = breakdown(check, NO_SCORE)
    else:
        report = _from_score(check, attempt.score)
    if attempt.printed:
        report["outputs"].insert(0, {"output_type": "stream", "name": "stdout", "text": attempt.printed})
    return {**report, "seconds": round(attempt.seconds, 3)}


def lost_to(fault: BaseException, check: Check, score: Score) -> None:
    """Complete the score of a cell that the student's code ended outside any claim: what was not reached has failed."""
    reached = {row.claim for row in score.rows}
    missed = [claim for claim in claims_of(check["source"]) if claim not in reached]
    score.rows += [Row(claim, FAIL, str(fault), is_settled=is_settled(fault)) for claim in missed]


def breakdown(check: Check, trouble: str) -> Report:
    """The report of a cell whose checks broke down by themselves."""
    note = _shown("display_data", {"text/plain": BROKEN_DOWN})
    return {**_report(check, None, INFRASTRUCTURE, [], [note]), "trouble": trouble}


def _from_score(check: Check, score: Score) -> Report:
    found = {row.outcome for row in score.rows}
    outcome = next(one for one in SEVEREST if one in found)
    if outcome == INFRASTRUCTURE:
        report = _report(check, None, outcome, score.rows, [_shown("display_data", score._repr_mimebundle_())])
        return {**report, "trouble": "\n".join(row.trouble for row in score.rows if row.trouble)}
    points = min(max(float(score.earned), 0.0), check["points"])
    return _report(check, points, outcome, score.rows, [_result(points, score._repr_mimebundle_())])


def _report(check: Check, points: float | None, outcome: str, rows: Sequence[Row], outputs: list[Report]) -> Report:
    """The rows go without their pictures: those are in the shown HTML."""
    told = [{"claim": row.claim, "outcome": row.outcome, "story": row.story} for row in rows]
    return {
        "grade_id": check["grade_id"], "points": points, "outcome": outcome, "rows": told, "outputs": outputs,
        "seconds": 0.0, "trouble": "",
    }  # fmt: skip


def _result(points: float, bundle: dict[str, str]) -> Report:
    """The output that nbgrader takes the mark from: its plain text is the number."""
    return {**_shown("execute_result", {**bundle, "text/plain": repr(points)}), "execution_count": 1}


def _shown(kind: str, bundle: dict[str, str]) -> Report:
    return {"output_type": kind, "metadata": {}, "data": bundle}
