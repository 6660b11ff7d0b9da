"""Claims, points and last lines of check cells, read without running them."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograde.examiner.claims import claims_of, ends_with_score, points_of, unclear_claims

CELL = """
score = Score(points=4)
with score("first"):
    pass
with recording() as log, score("second", likely="W01"):
    with score("nested"):
        pass
if True:
    with score("third"):
        pass
with other("not a claim"):
    pass
score
"""


@pytest.fixture
def busy_collector() -> Iterator[None]:
    """The collector runs often, and lets other threads run whenever it does."""
    before, callback = gc.get_threshold(), lambda *_: time.sleep(0)
    gc.set_threshold(100, 1000, 1000)
    gc.callbacks.append(callback)
    yield
    gc.callbacks.remove(callback)
    gc.set_threshold(*before)


@pytest.mark.usefixtures("busy_collector")
def test_claims_can_be_read_in_several_threads_at_once() -> None:
    """`check` does; Python 3.11 has one counter of depth for all trees that are being made."""
    source = CELL * 10
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(claims_of, [source] * 80))
    assert found == [claims_of(source)] * 80


def test_claims_come_in_the_order_of_the_text() -> None:
    """Every literal claim is found wherever it stands, in reading order."""
    assert claims_of(CELL) == ["first", "second", "nested", "third"]


def test_a_claim_that_is_no_literal_is_named_by_its_line() -> None:
    """Computed claims cannot be known in advance, so they are reported."""
    claims = ['f"{x}"', "name", '"fine"', ""]
    source = "\n".join(f"with score({claim}):\n    pass" for claim in claims)
    assert (claims_of(source), unclear_claims(source)) == (["fine"], [1, 3, 7])
    assert unclear_claims(CELL) == []


def test_points_are_read_as_they_are_written() -> None:
    """Both ways to write the points of a score are read; a computed number is none."""
    assert points_of("Score(4)\nScore(points=2.5, seed=1)\nScore(points=a)\nScore()") == [4.0, 2.5, None, None]


def test_the_last_line_must_be_the_score() -> None:
    """Only the bare name at the very end shows the mark."""
    assert ends_with_score(CELL)
    assert not ends_with_score("score\nprint(1)")
    assert not ends_with_score("score = 1")
    assert not ends_with_score("")
