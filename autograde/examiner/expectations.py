"""Sentences of a check that plain `assert` cannot say: that a call raises, and that it ends in time."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any

from autograde.examiner.errors import StudentFault


class NotRaised(AssertionError):
    """A call of the student's code did not raise the `kind` that the task asks for.

    `returned`: it raised nothing at all.
    """

    def __init__(self, problem: str, *, kind: type[BaseException], returned: bool) -> None:
        super().__init__(problem)
        self.kind, self.returned = kind, returned


class NotInTime(AssertionError):
    """A call gave up before its timeout was over, or (not `is_early`) took longer than that allows."""

    def __init__(self, problem: str, *, timeout: float, is_early: bool) -> None:
        super().__init__(problem)
        self.timeout, self.is_early = timeout, is_early

    def may_be_one_wait(self, seconds: float) -> bool:
        """So long is one wait for this timeout."""
        return EARLY * self.timeout <= seconds <= allowed(self.timeout)


class raises:
    """The block must end with an exception of this kind, raised by the student's code; it is then in `.error`.

    Faults of the student's process (a hang, a death) pass through: they are a stronger finding than a wrong type.
    """

    def __init__(self, kind: type[BaseException], *, instead_of: str = "") -> None:
        self.kind = kind
        self.instead_of = instead_of
        self.error: Any = None

    def __enter__(self) -> raises:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if error is None:
            instead = f", got {self.instead_of}" if self.instead_of else ", but the call returned as if all were well"
            raise NotRaised(f"wanted {self.kind.__name__}{instead}", kind=self.kind, returned=True)
        ended_by = error.__cause__
        if isinstance(error, StudentFault) and isinstance(ended_by, self.kind) and hasattr(ended_by, "__examinee__"):
            self.error = ended_by  # one of the exceptions that are no Exception, such as KeyboardInterrupt
            return True
        if not hasattr(error, "__examinee__"):
            return False
        if not isinstance(error, self.kind):
            message = f"wanted {self.kind.__name__}, got {type(error).__name__}: {error}".rstrip(": ")
            raise NotRaised(message, kind=self.kind, returned=False) from error
        self.error = error
        return True


EARLY = 0.8
"""The part of a timeout before which giving up is no waiting. Clocks and rounding cost far less than the rest."""


def allowed(timeout: float) -> float:
    """Seconds that a call with this timeout may take: half of it more, or 0.3 s, whichever is larger."""
    return timeout + max(0.5 * timeout, 0.3)


def ended_in_time(function: Any, timeout: float) -> None:
    """The last call of `function` gave up after its timeout, and at most `allowed(timeout)` seconds after it began.

    Raises `NotInTime`, which calls the timeout what that call did: `patience=0.4`.
    """
    seconds, said = function.last.seconds, _as_passed(function, timeout)
    if seconds < EARLY * timeout:
        problem = f"the call gave up after {seconds:.1f} s, before its {said} of {timeout:g} s was over"
        raise NotInTime(problem, timeout=timeout, is_early=True)
    if seconds > allowed(timeout):
        problem = f"the call took {seconds:.1f} s; with {said}={timeout:g} it may take {allowed(timeout):.1f} s in all"
        raise NotInTime(problem, timeout=timeout, is_early=False)


def _as_passed(function: Any, timeout: float) -> str:
    """The name of the argument of the last call that had this value."""
    return next((name for name, value in function.last.numbers.items() if value == timeout), "timeout")


TRIES = 4
"""How often a conversation is tried of which the machine's own pauses could have changed the outcome."""


def undisturbed(function: Any, seconds: float) -> Iterator[int]:
    """Have the same conversation again if its call took `seconds` or more: then the machine may have paused.

        for _ in undisturbed(udp_ping, seconds=0.5):
            with datagram_peer(...) as server:
                report = udp_ping(server.host, server.port, timeout=0.3)

    For calls in which something must be there before a short timeout is over, and is. `seconds` is what the call takes,
    and nearly one such timeout more: one that ended sooner has not seen a timeout too many. What a wrong answer does,
    it does each time.
    """
    for attempt in range(1, TRIES + 1):
        yield attempt
        if function.last.seconds < seconds:
            return


__all__ = ["NotInTime", "NotRaised", "allowed", "ended_in_time", "raises", "undisturbed"]
