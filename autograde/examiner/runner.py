"""The process that runs check cells, one for each submitted notebook: forked by runners.py, asked for by `examine`.

It reads one JSON object from stdin ({"checks": …, "answers": …, "key": …}), and writes sealed lines (reports.py) on
what was its stdout: one when it is ready, one before each run of a cell, and one on every cell, graded or not. Check
cells see a stdout and a stderr that are captured and shown under the cell, capped: what anybody prints never counts,
and never reaches the reports.

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
from collections.abc import Generator, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any, BinaryIO

if __name__ == "__main__":  # Isolated, so the package has to be shown to it.
    sys.path.insert(0, str(Path(__file__).parents[2]))

from autograde.examiner import offspring
from autograde.examiner.attempt import TRIES, Attempt, Beginning
from autograde.examiner.errors import StudentFault
from autograde.examiner.judging import Check, breakdown, judged, lost_to
from autograde.examiner.reports import Report, Seal
from autograde.examiner.score import Score
from autograde.examiner.seat import Answer
from autograde.examiner.submitted import answers
from autograde.examiner.trial import Enough, Trial, trying

KEPT_OUTPUT = 20_000
"""Characters of printed text that are kept for one cell."""


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
    """Run every cell in order; after an ungraded one broke down, the later ones say so instead of being run.

    Each run of a cell is announced before it begins ({"begins": …}); the report on the cell comes after the last one.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    broken_setup = ""
    for check in checks:
        report = breakdown(check, broken_setup) if broken_setup else (yield from run_until_sure(check, namespace))
        if check["points"] is None and report["trouble"]:
            broken_setup = f"`{check['grade_id']}` broke down:\n{report['trouble']}"
        yield report


def run_until_sure(check: Check, namespace: dict[str, Any]) -> Generator[Report, None, Report]:
    """Run one cell, and again what failed (attempt.py). Yields an announcement of each run; returns the report."""
    beginning, trial = Beginning(namespace), Trial()
    yield {"begins": 1, "seed": trial.seed}
    attempt = run_cell(check, namespace, trial)
    for count in range(2, TRIES + 1):
        if check["points"] is None or not attempt.doubts:
            break
        yield {"begins": count, "seed": trial.seed}
        with beginning.again():
            attempt.compare(run_cell(check, namespace, replace(trial, again=attempt.doubts)))
    return judged(check, attempt)


def run_cell(check: Check, namespace: dict[str, Any], trial: Trial) -> Attempt:
    """Run one cell once. Nothing that the cell does raises here."""
    namespace.pop("score", None)  # A cell must not inherit the score of the one before it.
    printed, value, trouble = CappedText(), None, ""
    started = time.monotonic()
    try:
        with redirect_stdout(printed), redirect_stderr(printed), trying(trial):
            value = run_like_a_notebook(check["source"], filename_of(check["grade_id"]), namespace)
    except Enough as enough:
        value = enough.score
    except BaseException as error:
        made = namespace.get("score")
        value = made if isinstance(made, Score) else Score(check["points"] or 0.0, seed=trial.seed)
        if isinstance(error, StudentFault) or hasattr(error, "__examinee__"):
            lost_to(error, check, value)
        else:
            trouble = traceback.format_exc()
    score = value if isinstance(value, Score) else None
    return Attempt(score, trouble, printed.getvalue(), time.monotonic() - started)


def run_like_a_notebook(source: str, filename: str, namespace: dict[str, Any]) -> object:
    """Execute the source in the namespace; the value of its last expression, or None."""
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    body, last = compiled(source, filename)
    exec(body, namespace)
    return None if last is None else eval(last, namespace)


@lru_cache(maxsize=1000)
def compiled(source: str, filename: str) -> tuple[CodeType, CodeType | None]:
    """The code of a cell, and of the expression at its end if there is one. Raises `SyntaxError`.

    Half of what a runner does by itself is this; so what stands by has done it before it forks the runner.
    """
    body = ast.parse(source, filename).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    code = compile(ast.Module(body, type_ignores=[]), filename, "exec")
    return code, compile(ast.Expression(last.value), filename, "eval") if isinstance(last, ast.Expr) else None


def filename_of(grade_id: str) -> str:
    """Under which name a cell is compiled, so that a traceback says which it was."""
    return f"<{grade_id}>"


class CappedText(io.StringIO):
    """A text stream that keeps its first part and says once that more was written."""

    def write(self, text: str) -> int:
        """Keep what still fits. Returns the length of all of it, as every stream does."""
        room = KEPT_OUTPUT - self.tell()
        if room > 0:
            super().write(text if len(text) <= room else text[:room] + "\n… more was printed, and is not shown.\n")
        return len(text)


def _take_stdout_away() -> BinaryIO:
    """Keep the pipe for reports to ourselves: no print can reach it, and no child process inherits it."""
    reports = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), 1)
    return reports


if __name__ == "__main__":
    main()
