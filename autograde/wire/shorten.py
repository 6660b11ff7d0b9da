"""How a long story or picture becomes short: what repeats is told twice and then counted, and of the rest the ends and
the surroundings of the failing step are kept.

Both work on lists of anything; `gap` makes the item that stands for those left out. Nothing is left out uncounted, and
no gap stands for a single item, which would save no room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import groupby
from typing import TypeVar

T = TypeVar("T")

LONGEST_PERIOD = 4
"""Items of the longest pattern whose repetition is looked for."""

OFTEN = 4
"""Repetitions from which on a pattern is told only twice."""


def fold_repeats(items: Sequence[T], key: Callable[[T], Hashable], gap: Callable[[Sequence[T], int], T]) -> list[T]:
    """Patterns that follow themselves: the first two of them, then `gap(those left out, how many times)`.

    Items are alike if their keys are equal.
    """
    keys = [key(item) for item in items]
    folded: list[T] = []
    at = 0
    while at < len(items):
        period, times = _pattern_at(keys, at)
        end = at + period * times
        if times >= OFTEN:
            folded += items[at : at + 2 * period]
            folded.append(gap(items[at + 2 * period : end], times - 2))
        else:
            end = at + 1
            folded.append(items[at])
        at = end
    return folded


def without_numbers(text: str) -> str:
    """What of a text must be the same in a repetition."""
    return re.sub(r"\d+", "#", text)


def repetition(left_out: Sequence[object], times: int) -> str:
    """In words, that so many repetitions are left out, and whether they are exact."""
    period = len(left_out) // times
    is_exact = all(each == left_out[place % period] for place, each in enumerate(left_out))
    return f"{times:,} more times the same" + ("" if is_exact else ", with other numbers")


def _pattern_at(keys: Sequence[Hashable], at: int) -> tuple[int, int]:
    """The period of the shortest pattern that is repeated often enough here, and how many times it comes."""
    for period in range(1, LONGEST_PERIOD + 1):
        pattern, times = keys[at : at + period], 1
        while keys[at + period * times : at + period * (times + 1)] == pattern:
            times += 1
        if times >= OFTEN:
            return period, times
    return 1, 1


def around(count: int, most: int, at: int | None = None) -> set[int]:
    """The places that are kept of `count`, so that at most `most` items and gaps are left.

    Without `at` the first third and the end; with it a few at either end, and the rest around `at`, more of them before
    it than after it: what led there explains more than what followed.
    """
    if count <= most:
        return set(range(count))
    if at is None:
        head = most // 3
        return {*range(head), *range(count - (most - 1 - head), count)}
    kept = {*range(most // 5), *range(count - most // 5, count), at}
    for place in sorted(range(count), key=lambda place: at - place if place <= at else 3 * (place - at)):
        if len(kept) >= most - 2:
            break
        kept.add(place)
    return kept


def window(items: Sequence[T], kept: Iterable[int], gap: Callable[[Sequence[T]], T]) -> list[T]:
    """The items at the places `kept`, with a gap for each stretch between them."""
    places = set(kept)
    shown: list[T] = []
    for is_kept, group in groupby(range(len(items)), places.__contains__):
        part = [items[place] for place in group]
        shown += part if is_kept or len(part) == 1 else [gap(part)]
    return shown
