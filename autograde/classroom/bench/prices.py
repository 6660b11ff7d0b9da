"""What the examiner's own work costs in processor time: an examinee started, and a notebook begun and ended."""

from __future__ import annotations

import time
from dataclasses import dataclass

from autograde.classroom.bench.floor import alone
from autograde.classroom.bench.processor import ProcessorTime
from autograde.classroom.bench.start import EMPTY, ONE
from autograde.examiner import standby_process
from autograde.examiner.examine import CheckCell, examine

STARTS = """\
from autograde import Score, submitted
one = submitted("one")
score = Score(points=1)
with score("Every examinee answers one call"):
    for _ in range({count}):
        with one.limits():
            assert one() == 1
score
"""

FEW, MANY = 10, 50
NOTEBOOKS = 20


@dataclass(frozen=True, slots=True)
class Prices:
    """Seconds of all processors, but not of the process that asks for the examination.

    `seen` is what of an examinee's start lies in the time of runner and examinee. The first two are None where the
    system does not tell the time of all processes.
    """

    examinee: float | None
    notebook: float | None
    seen: float


def prices() -> Prices:
    """Measured now. What stands by in this process is started anew for it, under the counter's eyes."""
    few, many = (CheckCell("starts", STARTS.format(count=count), 1.0) for count in (FEW, MANY))
    with ProcessorTime() as processor:

        def spent(check: CheckCell, times: int = 1) -> float | None:
            before, own = processor.seconds(), time.process_time()
            for _ in range(times):
                examine([check], [ONE])
            after, own = processor.seconds(), time.process_time() - own
            return None if before is None or after is None else (after - before - own) / times

        standby_process.end_all()
        spent(few)
        cheap, dear = spent(few), spent(many)
        notebook = spent(CheckCell("empty", EMPTY, 1.0), NOTEBOOKS)
    examinee = None if cheap is None or dear is None else (dear - cheap) / (MANY - FEW)
    seen = (alone([many], [ONE]).once.cpu - alone([few], [ONE]).once.cpu) / (MANY - FEW)
    return Prices(examinee, notebook, seen)
