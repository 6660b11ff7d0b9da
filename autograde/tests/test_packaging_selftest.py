"""`test` runs every step and fails if one of them does."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograde import bootstrap
from autograde.selftest import STEPS, Step, run_all

GOOD, BAD = Step("It is good", ("-c", "print('good')")), Step("It is bad", ("-c", "raise SystemExit(5)"))


def test_a_failed_step_does_not_keep_the_later_ones_from_running(capfd: pytest.CaptureFixture[str]) -> None:
    """All steps run, the summary has a row for each, and the exit code tells that one failed."""
    assert run_all((BAD, GOOD)) == 1
    shown = capfd.readouterr().out
    assert "good\n" in shown and "1 of 2 failed" in shown
    assert shown.count("It is bad") == 2 and shown.count("It is good") == 2


def test_all_good_is_exit_code_0(capfd: pytest.CaptureFixture[str]) -> None:
    """Only if every step passed."""
    assert run_all((GOOD, GOOD)) == 0
    assert "all passed" in capfd.readouterr().out


def test_every_step_is_the_course_checking_itself() -> None:
    """The steps are Python modules that the pinned packages bring, so nothing else has to be installed."""
    modules = [step.arguments[1] for step in STEPS if step.arguments[0] == "-m"]
    assert modules == ["ruff", "ruff", "mypy", "pytest", "autograde", "pytest"]


def test_ci_runs_the_readmes_command() -> None:
    """.ci/run calls what a person is told to call."""
    assert "-m autograde test" in Path(bootstrap.ROOT, ".ci", "run").read_text(encoding="utf-8")
