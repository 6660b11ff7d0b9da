"""The process that runs check cells, one for each submitted notebook: forked by runners.py, asked for by `examine`.

It reads one JSON object from stdin ({"checks": …, "answers": …, "key": …}), and writes one sealed line (reports.py)
when it is ready and one for every cell, graded or not, on what was its stdout. Check cells see a stdout and a stderr
that are captured and shown under the cell, capped: what anybody prints never counts, and never reaches the reports.

A cell is run as a notebook runs it: one namespace for all, and the value of a last expression is shown.

On Windows, which cannot fork, this file is run by itself (`python -I runner.py`). That has not been tried.
"""

from __future__ import annotations

import ast
import io
import json
import linecache
import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from html import escape
from pathlib import Path
from typing import Any, BinaryIO

if __name__ == "__main__":  # Isolated, so the package has to be shown to it.
    sys.path.insert(0, str(Path(__file__).parents[2]))

from autograde.examiner import offspring
from autograde.examiner.claims import claims_of
from autograde.examiner.errors import StudentFault
from autograde.examiner.examine import BROKEN_DOWN
from autograde.examiner.reports import Report, Seal
from autograde.examiner.score import Score
from autograde.examiner.seat import Answer
from autograde.examiner.submitted import answers

KEPT_OUTPUT = 20_000
"""Characters of printed text that are kept for one cell."""

Check = Mapping[str, Any]


def main() -> None:
    """Serve the one request that stdin holds, then end, and with it all that the student's code has started."""
    reports = _take_stdout_away()
    request = json.loads(sys.stdin.buffer.read())
    seal = Seal(request["key"])
    with offspring.adopting():
        send(reports, seal.close({"ready": True}))
        with answers([Answer(**answer) for answer in request["answers"]]):
            for report in run_cells(request["checks"]):
                send(reports, seal.close(report))
        offspring.end()


def send(reports: BinaryIO, line: bytes) -> None:
    """Write one line at once."""
    reports.write(line)
    reports.flush()


def run_cells(checks: list[dict[str, Any]]) -> Iterator[Report]:
    """Run every cell in order; after an ungraded one broke down, the later ones say so instead of being run."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    broken_setup = ""
    for check in checks:
        report = breakdown(check, broken_setup) if broken_setup else run_cell(check, namespace)
        if check["points"] is None and report["trouble"]:
            broken_setup = f"`{check['grade_id']}` broke down:\n{report['trouble']}"
        yield report


def run_cell(check: Check, namespace: dict[str, Any]) -> Report:
    """Run one cell and judge it. Nothing that the cell does raises here."""
    namespace.pop("score", None)  # A cell must not inherit the score of the one before it.
    printed = CappedText()
    started = time.monotonic()
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            value = run_like_a_notebook(check["source"], f"<{check['grade_id']}>", namespace)
        report = judge(check, value)
    except BaseException as error:
        if isinstance(error, StudentFault) or hasattr(error, "__examinee__"):
            report = lost_to(error, check, namespace.get("score"))
        else:
            report = breakdown(check, traceback.format_exc())
    if text := printed.getvalue():
        report["outputs"].insert(0, {"output_type": "stream", "name": "stdout", "text": text})
    return {**report, "seconds": round(time.monotonic() - started, 3)}


def run_like_a_notebook(source: str, filename: str, namespace: dict[str, Any]) -> object:
    """Execute the source in the namespace; the value of its last expression, or None."""
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    body = ast.parse(source, filename).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, type_ignores=[]), filename, "exec"), namespace)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), filename, "eval"), namespace)
    return None


def judge(check: Check, value: object) -> Report:
    """The report of a cell that ran to its end, from the score that its last line shows."""
    if check["points"] is None:
        return _report(check, None, "pass", [], [])
    if not isinstance(value, Score) or not value.rows:
        return breakdown(check, "The cell did not end with a `score` that holds at least one claim.")
    rows = rows_of(value)
    outcomes = {row["outcome"] for row in rows}
    if outcomes - {"pass", "fail"}:
        report = _report(check, None, "infrastructure", rows, [_shown("display_data", bundle_of(value))])
        return {**report, "trouble": "\n".join(row.trouble for row in value.rows if row.trouble)}
    points = min(max(float(value.earned), 0.0), check["points"])
    outcome = "pass" if outcomes == {"pass"} else "fail"
    return _report(check, points, outcome, rows, [_result(points, bundle_of(value))])


def rows_of(score: Score) -> list[Report]:
    """The claims that were tried, without their pictures: those are in the shown HTML."""
    return [{"claim": row.claim, "outcome": row.outcome, "story": row.story} for row in score.rows]


def lost_to(fault: BaseException, check: Check, score: object) -> Report:
    """The report of a cell that the student's code ended outside any claim: what was not reached has failed."""
    rows = rows_of(score) if isinstance(score, Score) else []
    reached = {row["claim"] for row in rows}
    missed = [claim for claim in claims_of(check["source"]) if claim not in reached]
    rows += [{"claim": claim, "outcome": "fail", "story": str(fault)} for claim in missed]
    passed = sum(row["outcome"] == "pass" for row in rows)
    points = round((check["points"] or 0.0) * passed / max(len(rows), 1), 2)
    bundle = {"text/plain": str(points), "text/html": f"<p>{escape(str(fault))}</p>"}
    return _report(check, points, "fail", rows, [_result(points, bundle)])


def breakdown(check: Check, trouble: str) -> Report:
    """The report of a cell whose checks broke down by themselves."""
    note = _shown("display_data", {"text/plain": BROKEN_DOWN})
    return {**_report(check, None, "infrastructure", [], [note]), "trouble": trouble}


def bundle_of(value: object) -> dict[str, str]:
    """What a notebook would show for a value: its mime bundle, at least plain text."""
    bundle: dict[str, str] = {"text/plain": repr(value)}
    if (make := getattr(value, "_repr_mimebundle_", None)) is not None:
        made = make()
        bundle.update(made[0] if isinstance(made, tuple) else made)
    elif (make := getattr(value, "_repr_html_", None)) is not None:
        bundle["text/html"] = make()
    return bundle


class CappedText(io.StringIO):
    """A text stream that keeps its first part and says once that more was written."""

    def write(self, text: str) -> int:
        """Keep what still fits. Returns the length of all of it, as every stream does."""
        room = KEPT_OUTPUT - self.tell()
        if room > 0:
            super().write(text if len(text) <= room else text[:room] + "\n… more was printed, and is not shown.\n")
        return len(text)


def _report(check: Check, points: float | None, outcome: str, rows: list[Report], outputs: list[Report]) -> Report:
    return {
        "grade_id": check["grade_id"], "points": points, "outcome": outcome, "rows": rows, "outputs": outputs,
        "seconds": 0.0, "trouble": "",
    }  # fmt: skip


def _result(points: float, bundle: dict[str, str]) -> Report:
    """The output that nbgrader takes the mark from: its plain text is the number."""
    return {**_shown("execute_result", {**bundle, "text/plain": repr(points)}), "execution_count": 1}


def _shown(kind: str, bundle: dict[str, str]) -> Report:
    return {"output_type": kind, "metadata": {}, "data": bundle}


def _take_stdout_away() -> BinaryIO:
    """Keep the pipe for reports to ourselves: no print can reach it, and no child process inherits it."""
    reports = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), 1)
    return reports


if __name__ == "__main__":
    main()
