"""`submitted(name)`: the one way in which a check cell reaches the student's code.

Where the answer cell comes from is a provider's business. In grading it is the list given to `answers(...)`; in a
notebook kernel it is what has been executed there (kernel.py). The cell that defines the name is loaded into a process
of its own and stands on its own: nothing else of the notebook is there.

`submitted` itself does not fail: a name that is not there, or a cell that is no Python, is reported by the first use,
inside the claim that uses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from autograde.examiner.absent import absent
from autograde.examiner.bindings import binds
from autograde.examiner.errors import Died, ExaminerError, NotThere
from autograde.examiner.examinee.portrait import restore_class
from autograde.examiner.kernel import kernel_of, running_shell
from autograde.examiner.running import Call
from autograde.examiner.seat import Answer, Seat
from autograde.examiner.standin import Class, Function
from autograde.examiner.thing import wrap

__all__ = ["Answer", "answers", "hand_out_kit", "seats", "sources", "submitted"]

KIT = Path(__file__).parents[1] / "kit.py"
"""The source of the kit. It is sent to examinees from here, never taken from where students could have changed it."""


class Provider(Protocol):
    """Where answer cells come from. `kit` is the source of the kit, once it was handed out; `seats` were asked for."""

    kit: str | None

    @property
    def seats(self) -> Mapping[Answer, Seat]:
        """One for each cell."""

    def find(self, name: str) -> Answer:
        """The answer cell that defines the name. Raises `NotThere`."""

    def seat(self, answer: Answer) -> Seat:
        """Where the cell is examined; the same for all its names."""


class Given:
    """A fixed list of answer cells, as in grading. The last that binds a name has it."""

    def __init__(self, given: Sequence[Answer]) -> None:
        self.given = list(given)
        self.kit: str | None = None
        self.seats: dict[Answer, Seat] = {}

    def find(self, name: str) -> Answer:
        """The last cell that binds the name."""
        for answer in reversed(self.given):
            if binds(answer.source, name):
                return answer
        raise NotThere(f"No answer cell defines `{name}`.")

    def seat(self, answer: Answer) -> Seat:
        """One seat for each cell, until the block ends."""
        return self.seats.setdefault(answer, Seat(answer, wrap, self.kit))

    def end(self) -> None:
        """End all processes."""
        for seat in self.seats.values():
            seat.end()


_providers: list[Given] = []


@contextmanager
def answers(given: Sequence[Answer]) -> Iterator[Given]:
    """A block in which `submitted` takes names from these cells. All processes end with it."""
    provider = Given(given)
    _providers.append(provider)
    try:
        yield provider
    finally:
        _providers.remove(provider)
        provider.end()


def seats() -> list[Seat]:
    """The seats of the innermost `answers` block so far; none where answers come from a notebook's kernel."""
    return list(_providers[-1].seats.values()) if _providers else []


def hand_out_kit() -> None:
    """From here on, `from kit import …` works in the answer cells of this notebook. For the setup cell of an exercise.

    In section 1 it does not: what is in the kit is what students build there.
    """
    _provider().kit = KIT.read_text("utf-8")


def sources() -> str:
    """The text of the answer cells that have been asked for so far, in grading and in a notebook."""
    return "\n".join(answer.source for answer in list(_provider().seats)) if _providers or running_shell() else ""


def submitted(name: str) -> Any:
    """The stand-in for what the answer cell calls `name`: a function, a class, an object, or an exception class."""
    provider = _provider()
    try:
        answer = provider.find(name)
    except NotThere as missing:
        return absent(name, missing)
    seat = provider.seat(answer)
    try:
        kind, classes = seat.perform(Call(name, "describe", (Function(seat, name),)))
    except ExaminerError:
        raise
    except Exception as failure:
        return absent(name, failure) if name[:1].isupper() else Function(seat, name)
    if kind == "exception":
        try:
            return restore_class(classes, seat.made)
        except (TypeError, ValueError):  # a name that no class can have
            return absent(name, Died(f"`{name}` is no class that can be looked at."))
    return Class(seat, name) if kind == "class" else Function(seat, name)


def _provider() -> Provider:
    if _providers:
        return _providers[-1]
    if (shell := running_shell()) is None:
        raise ExaminerError("submitted() works in a notebook, or inside `with answers([...])`")
    return kernel_of(shell)


if (_shell := running_shell()) is not None:  # from the import on, the ids of the cells that run are noted
    kernel_of(_shell)
