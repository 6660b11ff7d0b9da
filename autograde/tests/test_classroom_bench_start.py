"""`bench --start`: what starting costs, measured through the examiner that grades."""

from __future__ import annotations

import json
import sys

import pytest

from autograde.classroom.bench import start
from autograde.classroom.bench.run import show_starting_costs
from autograde.classroom.bench.start import Spread, starting_costs
from autograde.examiner.seat import Answer


def test_a_spread_has_the_middle_and_the_tenths() -> None:
    """Of twenty values two lie below the low one and two above the high one; one value is its own spread."""
    assert Spread.of([*range(20, 0, -1)]) == Spread(10.5, 3, 18, 20)
    assert Spread.of([4.0]) == Spread(4.0, 4.0, 4.0, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="nothing stands by elsewhere")
def test_every_cost_is_measured() -> None:
    """The parts take longer than nothing, their sum is what both take, and a call costs more than none."""
    costs = starting_costs(examiners=2, examinees=10, notebooks=5)
    assert all(0 < spread.low <= spread.median <= spread.high for spread in costs.values())
    assert [spread.count for spread in costs.values()] == [2, 10, 10, 10, 10, 5, 5]
    both = costs["an examinee starts and answers"]
    assert max(costs["an examinee starts"].low, costs["an examinee answers"].low) < both.median < 5.0
    assert costs["a notebook with an empty check"].low < costs["a notebook with one call"].high


def test_a_check_that_does_not_pass_measures_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox that is broken would be a fast one."""
    monkeypatch.setattr(start, "ONE", Answer("def one():\n    return 2\n"))
    with pytest.raises(RuntimeError, match="did not pass"):
        starting_costs(examiners=1, examinees=1, notebooks=1)


def test_the_command_prints_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Seconds, under the names that the table has."""
    costs = {"an examinee starts": Spread(0.002, 0.001, 0.003, 9)}
    monkeypatch.setattr("autograde.classroom.bench.run.starting_costs", lambda: costs)
    assert show_starting_costs(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {
        "start": {"an examinee starts": {"median": 0.002, "low": 0.001, "high": 0.003, "count": 9}}
    }
    assert show_starting_costs(as_json=False) == 0
    assert "2.0 ms" in capsys.readouterr().out
