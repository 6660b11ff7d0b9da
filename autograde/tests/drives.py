"""A pytest plugin: the table of which independent client has driven which reference server, and to what.

    @pytest.mark.drives(client="curl", server="ftp", feature="passive listing, EPSV")

A test with this marker becomes a row at the end of the run: passed, FAILED, or why it was not tried here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "drives(client, server, feature): an independent client drives a server")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the marker says travels with the report."""
    for item in items:
        item.user_properties += [("drives", mark.kwargs) for mark in item.iter_markers("drives")]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table, if any such test has run."""
    verdicts: dict[tuple[str, str, str], str] = {}
    for *what, verdict in _rows(terminalreporter):  # of a test with several parameters, the worst
        verdicts[what[0], what[1], what[2]] = min(verdict, verdicts.get((what[0], what[1], what[2]), verdict))
    rows = [(*what, verdict) for what, verdict in sorted(verdicts.items())]
    if not rows:
        return
    terminalreporter.section("client × server × feature")
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        terminalreporter.line(f"{cells}  {row[3]}".rstrip())


def _rows(terminalreporter: Any) -> Iterator[tuple[str, str, str, str]]:
    for outcome, word in (("passed", "passed"), ("failed", "FAILED"), ("error", "FAILED"), ("skipped", "")):
        for report in terminalreporter.stats.get(outcome, []):
            for name, what in getattr(report, "user_properties", []):
                if name == "drives":
                    verdict = word or f"not here: {_reason(report)}"
                    yield what["server"], what["client"], what["feature"], verdict


def _reason(report: pytest.TestReport) -> str:
    words = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return words.removeprefix("Skipped: ").split(os.linesep)[0]
