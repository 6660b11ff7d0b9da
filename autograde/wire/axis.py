"""An axis of time for `timeline.py`: seconds become pixels and words, exactly or in equal steps without numbers.

Without numbers a picture must come out the same although no two runs take equally long. So moments are moved to the
nearest step, and those less than half a step after another one to the same step as that one.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, log10

TICKS, STEPS = 8, 20
"""At most so many ticks with numbers, and so many steps without."""


def round_step(span: float, about: int) -> float:
    """The round number (1, 2 or 5 times a power of ten) that cuts `span` into at most `about` steps."""
    if span <= 0:
        return 1.0
    power = 10.0 ** floor(log10(span / about))
    return next((n * power for n in (1, 2, 5) if span / (n * power) <= about), 10 * power)


class Axis:
    """From the first of `times` (seconds) to the last. `step` is the time between two of its `count + 1` ticks.

    `grid` is the step of an axis that is not `exact`; 0 lets it be chosen.
    """

    def __init__(self, times: Iterable[float], *, exact: bool, grid: float = 0.0) -> None:
        self.exact = exact
        moments = sorted(times) or [0.0]
        self.begin, span = moments[0], moments[-1] - moments[0]
        self.step = round_step(span, TICKS) if exact else grid or round_step(span, STEPS)
        self._steps = self._in_steps(moments)
        self.count = max(1, ceil(span / self.step - 1e-9) if exact else max(self._steps.values()))

    def _in_steps(self, moments: list[float]) -> dict[float, int]:
        """The step of each moment."""
        steps: dict[float, int] = {}
        first = moments[0]
        for moment in moments:
            if moment - first >= self.step / 2:
                first = moment
            steps[moment] = round((first - self.begin) / self.step)
        return steps

    def place(self, at: float) -> float:
        """How far along the axis one of its times is: from 0 to 1."""
        return (at - self.begin) / (self.step * self.count) if self.exact else self._steps[at] / self.count

    def words(self, at: float) -> str:
        """A time since the beginning, in the unit of the axis; without numbers, the step at which it is."""
        if not self.exact:
            return f"step {self._steps[at]}"
        size, unit = _unit(self.step * self.count)
        return f"{float(f'{(at - self.begin) / size:.3g}'):g} {unit}"

    def ticks(self) -> list[tuple[float, str]]:
        """Each tick: how far along, and its number in words ("" if numbers are not to be seen)."""
        places = [number / self.count for number in range(self.count + 1)]
        if not self.exact:
            return [(place, "") for place in places]
        return [(place, self.words(self.begin + self.step * number)) for number, place in enumerate(places)]


def _unit(span: float) -> tuple[float, str]:
    return next(((size, unit) for size, unit in ((1.0, "s"), (1e-3, "ms")) if span >= size), (1e-6, "µs"))
