"""The examination of one submission, as a pure function: what becomes of each cell, whatever anybody does in it."""

from __future__ import annotations

import pytest

from autograde.examiner.examine import CellVerdict, CheckCell, examine
from autograde.examiner.seat import Answer
from autograde.tests.tiny_course import DOUBLE_BASICS, DOUBLE_FAULTS, SETUP

CHECKS = [
    CheckCell("setup", SETUP, None),
    CheckCell("check-basics", DOUBLE_BASICS, 3.0),
    CheckCell("check-faults", DOUBLE_FAULTS, 2.0),
]
RIGHT = "def double(n):\n    return n + n\n"


def double(source: str, checks: list[CheckCell] = CHECKS, deadline: float = 60.0) -> list[CellVerdict]:
    """The verdicts on one answer cell."""
    return examine(checks, [Answer(source, "answer-double")], deadline=deadline)


def with_cell(name: str, source: str, points: float | None = 1.0) -> list[CheckCell]:
    """The usual checks with one more cell in the middle."""
    return [*CHECKS[:2], CheckCell(name, source, points), *CHECKS[2:]]


def points(verdicts: list[CellVerdict]) -> dict[str, float | None]:
    """The points of every cell."""
    return {verdict.grade_id: verdict.points for verdict in verdicts}


def mark_nbgrader_reads(verdict: CellVerdict) -> float:
    """What nbgrader's `determine_grade` takes the outputs for."""
    results = [output for output in verdict.outputs if output["output_type"] == "execute_result"]
    assert len(results) == 1 and all(output.get("name") != "stderr" for output in verdict.outputs)
    return float(results[0]["data"]["text/plain"])


def test_a_right_answer_gets_all_points() -> None:
    """Every claim of a right answer passes, and every graded cell has a verdict in the order of the notebook."""
    basics, faults = double(RIGHT)
    assert (basics.grade_id, basics.points, basics.max, basics.outcome) == ("check-basics", 3.0, 3.0, "pass")
    assert (faults.grade_id, faults.points, faults.max, faults.outcome) == ("check-faults", 2.0, 2.0, "pass")
    assert [row.claim for row in basics.rows] == ["Two is doubled", "Three is doubled"]


def test_a_part_of_the_claims_gets_a_part_of_the_points() -> None:
    """A lost claim costs its share, has a story, and the output holds the same number and a table."""
    basics, faults = double("def double(n):\n    return 2 * abs(n)\n")
    assert (basics.points, faults.points, faults.outcome) == (3.0, 1.0, "fail")
    lost = [row for row in faults.rows if row.outcome == "fail"]
    assert [row.claim for row in lost] == ["A negative number is doubled"]
    assert "sign went missing" in lost[0].story
    assert mark_nbgrader_reads(faults) == 1.0
    assert any("<" in output.get("data", {}).get("text/html", "") for output in faults.outputs)


@pytest.mark.parametrize("source", ["", "def treble(n):\n    return 3 * n\n", "def double(n)\n", "1 / 0\n" + RIGHT])
def test_an_answer_that_is_not_there_or_does_not_load_gets_nothing(source: str) -> None:
    """Whatever is wrong with the answer cell is the student's matter: every claim fails, none breaks down."""
    for verdict in double(source):
        assert (verdict.points, verdict.outcome) == (0.0, "fail")
        assert {row.outcome for row in verdict.rows} == {"fail"} and len(verdict.rows) == 2
        assert mark_nbgrader_reads(verdict) == 0.0


def test_what_the_answer_prints_costs_nothing() -> None:
    """Text on stdout and stderr, in any amount, neither changes the mark nor becomes stderr output."""
    noisy = "import sys\nprint('loading', file=sys.stderr)\n" + RIGHT.replace(
        "    return", "    print('x' * 100_000)\n    print('working', file=sys.stderr)\n    return"
    )
    verdicts = double(noisy)
    assert points(verdicts) == {"check-basics": 3.0, "check-faults": 2.0}
    assert [mark_nbgrader_reads(verdict) for verdict in verdicts] == [3.0, 2.0]
    assert sum(len(output.get("text", "")) for verdict in verdicts for output in verdict.outputs) < 50_000


def test_an_answer_cannot_reach_the_score() -> None:
    """Patched builtins and objects that equal everything earn nothing: the verdict is made in another process."""
    tampering = (
        "import builtins\n"
        "class Same:\n    def __eq__(self, other): return True\n"
        "builtins.AssertionError = type('Harmless', (BaseException,), {})\n"
        "builtins.isinstance = lambda *anything: True\n"
        "def double(n): return Same()\n"
    )
    assert points(double(tampering)) == {"check-basics": 0.0, "check-faults": 0.0}


def test_a_hang_costs_one_deadline() -> None:
    """An endless loop fails its claims, is cut off, and the cells after it are judged, too."""
    quick = [CHECKS[0]] + [
        CheckCell(check.grade_id, check.source.replace("within(3.0)", "within(0.5)"), 1.0) for check in CHECKS[1:]
    ]
    verdicts = double("def double(n):\n    while True:\n        pass\n", quick)
    assert points(verdicts) == {"check-basics": 0.0, "check-faults": 0.0}
    assert sum(verdict.seconds for verdict in verdicts) < 5


def test_a_check_that_breaks_down_costs_nothing() -> None:
    """An exception of the check itself asks for a person; the cells before and after it keep their marks."""
    before, broken, after = double(RIGHT, with_cell("check-broken", "score = Score(points=1)\nundefined_name\nscore"))
    assert (before.points, after.points) == (3.0, 2.0)
    assert (broken.points, broken.max, broken.outcome) == (None, 1.0, "infrastructure")
    assert "NameError" in broken.trouble
    assert "undefined_name" not in str(broken.outputs), "a student would see hidden source"


def test_a_cell_without_a_score_breaks_down() -> None:
    """A graded cell that does not end with its score has said nothing, so it gives no full mark by accident."""
    for source in ("assert True", "score = Score(points=1)\nscore", "score = Score(points=1)\nwith score('x'): pass"):
        assert points(double(RIGHT, with_cell("check-broken", source)))["check-broken"] is None


def test_a_runner_that_dies_loses_only_its_cell() -> None:
    """When the process of the checks ends in the middle, that cell is our fault and the next ones are examined."""
    verdicts = double(RIGHT, with_cell("check-deadly", "import os\nos._exit(3)"))
    assert points(verdicts) == {"check-basics": 3.0, "check-deadly": None, "check-faults": 2.0}


def test_a_check_that_never_ends_is_cut_off() -> None:
    """The last deadline ends a check that runs away; the cells after it are examined."""
    verdicts = double(RIGHT, with_cell("check-endless", "while True: pass"), deadline=3.0)
    assert points(verdicts) == {"check-basics": 3.0, "check-endless": None, "check-faults": 2.0}
    assert "3 s" in verdicts[1].trouble


@pytest.mark.parametrize("source", ["import no_such_module_anywhere", "import os\nos._exit(3)"])
def test_without_its_setup_nothing_is_judged(source: str) -> None:
    """A setup cell that breaks down makes every cell our fault, once, and says so."""
    verdicts = double(RIGHT, [CheckCell("setup", source, None), *CHECKS[1:]])
    assert points(verdicts) == {"check-basics": None, "check-faults": None}
    assert all(verdict.trouble for verdict in verdicts)


def test_text_that_no_file_can_hold_is_replaced() -> None:
    """Half a surrogate pair in what the answer prints still gives outputs that can be stored as UTF-8."""
    verdicts = double("def double(n):\n    print(chr(0xDC80))\n    return 2 * n\n")
    assert points(verdicts) == {"check-basics": 3.0, "check-faults": 2.0}
    str(verdicts).encode("utf-8")


def test_points_stay_within_what_the_cell_is_worth() -> None:
    """A score that promises more than the cell carries cannot give more, since nbgrader would refuse the mark."""
    generous = [CHECKS[0], CheckCell("check-basics", DOUBLE_BASICS.replace("points=3", "points=30"), 3.0)]
    assert points(double(RIGHT, generous)) == {"check-basics": 3.0}
