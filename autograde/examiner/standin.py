"""Stand-ins: what a check cell holds instead of the student's functions, classes and objects.

    ask = submitted("ask")
    ask(host, port, b"x")                      # runs in the examinee
    ask.within(3.0)(host, port, b"x")          # with another deadline
    running = ask.start(listener, 1)           # does not wait: running.done, running.result(timeout)
    with ask.limits(send_at_most=3): ...       # a fresh examinee under limits
    with ask.leaves_nothing_behind(): ...      # a fresh examinee, looked over at the end
    data = ask.holds(bytearray(b"x"))          # an argument that can be looked at after the call

A stand-in of an object has the attributes and methods of the object and nothing else; its methods are stand-ins as
`ask` is. What is awaitable has been awaited when it arrives here, and asynchronous iterators and context managers are
used as plain ones.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from autograde.examiner import spoken
from autograde.examiner.errors import Died, Untidy
from autograde.examiner.process import Examinee
from autograde.examiner.reader import Record
from autograde.examiner.running import DEADLINE, Call, Running
from autograde.examiner.seat import Seat
from autograde.examiner.shapes import cut


class Living:
    """What lives in an examinee; thing.py has it."""

    def _examinee_do(self, operation: str, *arguments: Any) -> Any:
        raise NotImplementedError


class Callable:
    """What can be called: a function or a class of the answer cell, or a method."""

    _examinee_kind = "function"

    def __init__(self, seat: Seat, name: str, seconds: float = DEADLINE) -> None:
        self._seat, self._name, self._seconds = seat, name, seconds

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        raise NotImplementedError

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the examinee and wait for the result."""
        return self._seat.perform(self._call(args, kwargs))

    def start(self, *args: Any, **kwargs: Any) -> Running:
        """Call it and do not wait: the result is in what this returns."""
        return self._seat.begin(self._call(args, kwargs))

    @property
    def last(self) -> Record:
        """Its latest call that ended: `.outcome`, `.value`, and the `.seconds` and `.cpu` seconds that it took."""
        if self._name not in self._seat.last:
            raise LookupError(f"no call of `{self._name}` has ended yet")
        return self._seat.last[self._name]

    @property
    def output(self) -> str:
        """What the answer cell has printed so far."""
        return self._seat.output.text

    def cpu_seconds(self) -> float:
        """Processor time that the examinee has used so far."""
        deadline = time.monotonic() + DEADLINE
        asked = self._seat.examinee().ask("cpu", deadline=deadline)
        if not asked.ended_by(deadline) or asked.record is None:
            raise Died(f"`{self._name}` keeps its process from answering")
        return asked.record.cpu_so_far

    def __repr__(self) -> str:
        return f"<the student's {self._name}>"


class Function(Callable):
    """A function of the answer cell, or any other name that it defines."""

    def __reference__(self, examinee: Examinee) -> tuple[str, Any]:
        """How it is passed as an argument."""
        return "name", self._name

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        text = spoken.call(self._name, args, kwargs)
        return Call(self._name, "call", (self, args, kwargs), self._seconds, text)

    def within(self, seconds: float) -> Self:
        """The same with another deadline."""
        return type(self)(self._seat, self._name, seconds)

    def holds(self, value: Any, form: str = "itself") -> Any:
        """Plain data as an object in the examinee: what a call does to it can be seen afterwards.

        `form` may also be "iterator", which can be gone through once, and "endless", which begins again and again.
        """
        if form not in ("itself", "iterator", "endless"):
            raise ValueError(f"no such form: {form}")
        return self._seat.perform(Call(self._name, "hold", (value, form), self._seconds))

    @contextmanager
    def limits(self, **limits: Any) -> Iterator[None]:
        """A block whose calls run in a fresh examinee under `limits` (see limits.py)."""
        with self._seat.fresh(limits):
            yield

    @contextmanager
    def leaves_nothing_behind(self, *, except_in: str | None = None) -> Iterator[None]:
        """A block whose calls run in a fresh examinee. Raises `Untidy` if they leave it otherwise than they found it.

        Files in the folder `except_in` may be left: they are what the task asks for.
        """
        with self._seat.fresh({}):
            yield
            call = Call(self._name, "inspect", (except_in,), DEADLINE)
            findings = [cut(finding, 500) for finding in self._seat.perform(call)]
        if findings:
            raise Untidy(cut(f"`{self._name}` " + "; ".join(findings)), findings)

    def __getattr__(self, name: str) -> Any:
        return attribute(self._seat, None, self, self._name, name)


class Class(Function):
    """A class of the answer cell: calling it makes an object in the examinee."""

    _examinee_kind = "class"

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        text = spoken.call(self._name, args, kwargs)
        return Call(self._name, "make", (self, args, kwargs), self._seconds, text)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, Living) and bool(value._examinee_do("is instance", self))


class Method(Callable):
    """A method of an object in the examinee."""

    def __init__(
        self, seat: Seat, name: str, seconds: float, owner: Any, method: str, examinee: Examinee | None
    ) -> None:
        super().__init__(seat, name, seconds)
        self._owner, self._method, self._examinee = owner, method, examinee

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        text = spoken.call(self._name, args, kwargs)
        arguments = (self._owner, self._method, args, kwargs)
        return Call(self._name, "method", arguments, self._seconds, text, self._examinee)

    def within(self, seconds: float) -> Method:
        """The same with another deadline."""
        return Method(self._seat, self._name, seconds, self._owner, self._method, self._examinee)


def attribute(seat: Seat, examinee: Examinee | None, owner: Any, label: str, name: str) -> Any:
    """An attribute of something in the examinee: a stand-in of a method, or the value."""
    if name.startswith(("__", "_repr_", "_ipython_", "_examinee")) and name not in ("__name__", "__qualname__"):
        raise AttributeError(name)
    full = f"{label}.{name}"
    is_method, value = seat.perform(Call(full, "attribute", (owner, name), DEADLINE, "", examinee))
    return Method(seat, full, DEADLINE, owner, name, examinee) if is_method else value
