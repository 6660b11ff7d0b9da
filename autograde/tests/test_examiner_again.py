"""A claim that failed is tried again, in fresh processes and with the same data; only what fails each time is a fail.

The checks here count their own runs in a list that the setup cell makes, so each does what it does by number, not by
luck.
"""

from __future__ import annotations

import random
from pathlib import Path
from platform import node

import pytest

from autograde.examiner import host
from autograde.examiner.examine import CellVerdict, CheckCell, ClaimVerdict, examine
from autograde.examiner.score import FAIL, Score
from autograde.examiner.seat import Answer
from autograde.examiner.standby_process import why_no_sandbox
from autograde.examiner.trial import SEED_VARIABLE

SETUP = """\
import random
from autograde import Score, raises, submitted
runs, seen = [], []
"""
RIGHT = "def double(n):\n    return n + n\n"
LATE = "def double(n, run=2):\n    return n + n if run == 2 else None\n"
HANGS = "import time\n\n\ndef double(n):\n    print('called')\n    time.sleep(60)\n"
STUB = "def double(n):\n    raise NotImplementedError()\n"


def check(*claims: str, before: str = "", after: str = "") -> str:
    """The source of a cell whose claims have these bodies; they are named `a`, `b`, …"""
    tried = "".join(f'with score("{name}"):\n    {body}\n' for name, body in zip("abcdef", claims, strict=False))
    start = f'double = submitted("double").within(5.0)\nruns.append(1)\nscore = Score(points={len(claims)})\n'
    return f"{start}{before}\n{tried}{after}\nscore"


def verdicts_on(answer: str, *sources: str, setup: str = SETUP, deadline: float = 60.0) -> list[CellVerdict]:
    """The verdicts on graded cells with these sources, worth a point for each claim."""
    cells = [
        CheckCell(f"check-{count}", source, float(source.count("with score"))) for count, source in enumerate(sources)
    ]
    return examine([CheckCell("setup", setup, None), *cells], [Answer(answer, "answer-double")], deadline=deadline)


def outcomes(verdict: CellVerdict) -> str:
    """The outcomes of the claims in their order."""
    return " ".join(row.outcome for row in verdict.rows)


def what_was_seen(wanted: str) -> str:
    """A last cell that fails, and says what was seen, unless it is this."""
    return f"score = Score(points=1)\nwith score('seen'):\n    assert seen == {wanted}, str(seen)\nscore"


def test_what_fails_once_is_unstable() -> None:
    """It keeps its story and its points, for now; claims beside it are what they are."""
    body = "assert double(2, len(runs)) == 4, f'this is run {len(runs)}'"
    (verdict,) = verdicts_on(LATE, check("assert double(1) == 2", body, "assert double(3) == 7"))
    assert outcomes(verdict) == "pass unstable fail"
    assert (verdict.outcome, verdict.points, verdict.tries) == ("unstable", 2.0, 2)
    assert "This is run 1." in verdict.rows[1].story
    shown = verdict.outputs[0]["data"]
    assert shown["text/plain"] == "2.0"
    assert "1 of 3 claims hold, 1 not always" in shown["text/html"]
    assert shown["text/html"].count("held when it was run again") == shown["text/html"].count("◐") == 1


def test_what_fails_each_time_is_a_fail_with_the_first_story() -> None:
    """A right claim beside it is not touched."""
    (verdict,) = verdicts_on(RIGHT, check("assert double(1) == 3, f'this is run {len(runs)}'", "assert double(1) == 2"))
    assert (verdict.outcome, verdict.points, verdict.tries) == ("fail", 1.0, 2)
    assert "This is run 1." in verdict.rows[0].story
    assert "held when it was run again" not in str(verdict.outputs)


def test_what_held_is_not_doubted() -> None:
    """A failure in the second run does not take what the first has given, and a right cell is run once."""
    (doubted, right) = verdicts_on(
        RIGHT, check("assert len(runs) == 1", "assert double(1) == 3"), check("assert double(1) == 2")
    )
    assert (outcomes(doubted), doubted.tries) == ("pass fail", 2)
    assert (outcomes(right), right.tries) == ("pass", 1)


def test_the_second_run_ends_with_the_last_claim_that_failed() -> None:
    """What comes after it has held, and is not paid for again."""
    tried = "seen.append('{}')"
    source = check(tried.format("a"), "seen.append('b'); assert 0", tried.format("c"), after="seen.append('end')")
    _, last = verdicts_on(RIGHT, source, what_was_seen("['a', 'b', 'c', 'end', 'a', 'b']"))
    assert last.outcome == "pass", last.rows[0].story


def test_both_runs_have_the_same_data() -> None:
    """From `Score.random` and from `random`; the seed is in the verdict, and in the story of the failure."""
    source = check("seen.append((score.random.random(), random.random())); assert 0")
    failed, last = verdicts_on(RIGHT, source, what_was_seen("[seen[0]] * 2"))
    assert last.outcome == "pass", last.rows[0].story
    assert failed.seed is not None and f"seed={failed.seed})" in failed.rows[0].story
    assert failed.seed != last.seed


def test_the_seed_of_a_verdict_replays_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the environment variable, all cells have this seed."""
    monkeypatch.setenv(SEED_VARIABLE, "77")
    wanted = random.Random(77).random()
    source = check(f"assert score.random.random() == random.random() == {wanted}")
    assert [(one.outcome, one.seed) for one in verdicts_on(RIGHT, source, source)] == [("pass", 77)] * 2


def test_the_second_run_has_fresh_processes() -> None:
    """What an answer has counted in the first run is forgotten, and so is what it printed."""
    counts = "calls = 0\ndef double(n):\n    global calls\n    calls += 1\n    print(calls)\n    return calls\n"
    source = check("seen.append((double(1), double.output)); assert 0")
    _, last = verdicts_on(counts, source, what_was_seen("[(1, '1\\n')] * 2"))
    assert last.outcome == "pass", last.rows[0].story


def test_the_second_run_finds_the_names_of_the_first() -> None:
    """It begins without what the first one left, also for a function of the setup; later cells get the first one's."""
    setup = SETUP + "def is_left():\n    return 'left' in globals()\n"
    source = check("assert 0", before="seen.append(is_left())\nleft = len(runs)\nseen.append(is_left())")
    _, last = verdicts_on(RIGHT, source, what_was_seen("[False, True] * 2 and left == 1"), setup=setup)
    assert last.outcome == "pass", last.rows[0].story


BREAKS = {
    "in the claim": check("assert 0 if len(runs) == 1 else nothing_like_that"),
    "before it": check("assert 0", before="if len(runs) == 2: nothing_like_that"),
    "another claim before": check("if len(runs) == 2: nothing_like_that", "assert 0", before=""),
    "the runner dies": check("assert 0", before="import os\nif len(runs) == 2: os._exit(3)"),
    "it never ends": check("assert 0", before="while len(runs) == 2: pass"),
}


@pytest.mark.parametrize("how", [how for how in BREAKS if how != "another claim before"])
def test_a_second_run_that_breaks_down_is_our_fault(how: str) -> None:
    """Nobody knows then whether the failure would have come again; the next cell keeps its mark."""
    broken, next_one = verdicts_on(RIGHT, BREAKS[how], check("assert double(1) == 2"), deadline=3.0)
    assert (broken.outcome, broken.points, broken.tries) == ("infrastructure", None, 2)
    assert broken.trouble and broken.seed is not None
    assert next_one.points == 1.0


def test_a_claim_that_held_and_then_broke_has_held() -> None:
    """The second run is asked about nothing but what failed."""
    (verdict,) = verdicts_on(RIGHT, BREAKS["another claim before"])
    assert (outcomes(verdict), verdict.points) == ("pass fail", 1.0)


def test_checks_that_break_down_at_once_are_not_run_again() -> None:
    """A person has to look at them anyway."""
    (verdict,) = verdicts_on(RIGHT, check("assert 0", "nothing_like_that"))
    assert (verdict.outcome, verdict.tries) == ("infrastructure", 1)


def test_a_fault_outside_of_all_claims_is_tried_again() -> None:
    """What was not reached has failed, and holds if the second run reaches it."""
    (verdict,) = verdicts_on(LATE + "    \ndef first(run):\n    return [][run - 1:][0] if run == 1 else run\n", check(
        "assert double(1) == 2", "assert double(2) == 4", before="submitted('first')(len(runs))"))  # fmt: skip
    assert (outcomes(verdict), verdict.points) == ("unstable unstable", 2.0)
    assert "IndexError" in verdict.rows[0].story or "index" in verdict.rows[0].story


@pytest.mark.parametrize("answer", ["", "def double(n)\n", STUB, "%timeit\n" + RIGHT])
def test_what_cannot_depend_on_time_is_not_tried_again(answer: str) -> None:
    """A name that is not there, a cell that is no Python, and a stub fail once and for all."""
    wanted_error = "    ".join(["with raises(ValueError):\n", "    double(1)"])
    (verdict,) = verdicts_on(answer, check("assert double(1) == 2", wanted_error))
    assert (outcomes(verdict), verdict.points, verdict.tries) == ("fail fail", 0.0, 1)


def test_an_error_while_the_answer_is_loaded_is_tried_again() -> None:
    """It may have come from a busy machine, or from a port that somebody else had."""
    (verdict,) = verdicts_on("1 / 0\n" + RIGHT, check("assert double(1) == 2"))
    assert (verdict.outcome, verdict.tries) == ("fail", 2)


def test_a_hopeless_hang_is_paid_for_twice_in_all() -> None:
    """Once in each run of its first cell; after that it has been given up, and no cell is run again for it."""
    source = check("double(1)", "seen.append(double.output); double(2)").replace("5.0", "1.5")
    first, second, last = verdicts_on(HANGS, source, source, what_was_seen("['called\\n'] * 3"))
    assert [outcomes(first), outcomes(second)] == ["fail fail"] * 2
    assert (first.tries, second.tries) == (2, 1)
    assert "did not end within 1.5 s" in first.rows[0].story
    assert all("was not tried again" in row.story for row in (first.rows[1], *second.rows))
    assert last.outcome == "pass", last.rows[0].story


def test_a_hang_that_does_not_come_again_gives_nothing_up() -> None:
    """The claims that were not tried because of it are tried in the second run, and in the next cells."""
    late = "import time\ndef double(n, run=2):\n    while run == 1:\n        time.sleep(1)\n    return 2 * n\n"
    source = check("assert double(1, len(runs)) == 2", "assert double(2) == 4").replace("5.0", "0.4")
    first, second = verdicts_on(
        late, source.replace("0.4", "5.0 if len(runs) else 0.4"), check("assert double(3) == 6")
    )
    assert (outcomes(first), first.points) == ("unstable unstable", 2.0)
    assert (second.outcome, second.tries) == ("pass", 1)


def test_outside_of_grading_nothing_is_run_again() -> None:
    """A student's own run shows the first failure, with its story."""
    score = Score(points=1)
    with score("once"):
        raise AssertionError("this is what went wrong")
    assert [row.outcome for row in score.rows] == [FAIL]
    assert "his is what went wrong" in score.rows[0].story


def test_a_verdict_says_where_it_was_made() -> None:
    """System, Python and processors; neither a path nor the name of a machine."""
    (verdict,) = verdicts_on(RIGHT, check("assert double(1) == 2"))
    assert verdict.host == host.described(is_sandboxed=not why_no_sandbox())
    assert "Python" in verdict.host and "cores" in verdict.host
    assert str(Path.home()) not in verdict.host and node() not in verdict.host
    assert ClaimVerdict("a", "pass") in verdict.rows
