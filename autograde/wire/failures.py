"""What can go wrong in a scripted conversation, as exceptions that carry their evidence."""

from __future__ import annotations


class Unmet(AssertionError):
    """A scripted party did not get what its script expected. `wanted` and `got` are None where bytes do not say it.

    `end_is_missing`: all came but the end of the stream. `is_cut_off`: the end, or a reset, came instead of more.
    """

    def __init__(
        self, problem: str, *, wanted: bytes | None = None, got: bytes | None = None, end_is_missing: bool = False,
        is_cut_off: bool = False,
        is_early: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(problem)
        self.problem = problem
        self.wanted = wanted
        self.got = got
        self.end_is_missing = end_is_missing
        self.is_cut_off = is_cut_off
        self.is_early = is_early


class Stopped(Exception):
    """The block that used a party has ended, so its script ends where it is."""
