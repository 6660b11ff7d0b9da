"""A student's process that lies about itself: about its clocks, its exceptions, and what it was asked."""

from __future__ import annotations

import ast
import math
import operator
import time
from typing import Any

import pytest

from autograde.examiner import seat
from autograde.examiner.errors import Died, Hang, NotThere, StudentFault
from autograde.tests.examined import examined
from autograde.wire.transcript import recording

STOPPED_CLOCKS = """
    import time
    monotonic = time.monotonic
    time.process_time = time.perf_counter = time.monotonic = lambda: 0.0
    def spin():
        end = monotonic() + 0.3
        while monotonic() < end: pass
    def nap(): time.sleep(0.3)
"""


def test_times_are_measured_from_outside() -> None:
    """Clocks that the student's code has stopped go on for us."""
    with examined(STOPPED_CLOCKS) as submitted:
        spin, nap = submitted("spin"), submitted("nap")
        spin()
        assert spin.last.seconds >= 0.3 and spin.last.cpu > 0.05
        assert spin.cpu_seconds() >= spin.last.cpu
        nap()
        assert nap.last.seconds >= 0.3 and nap.last.cpu < 0.2


GETS_HOLD = """
    import sys
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("self"), "operations"):
        frame = frame.f_back
    operations = frame.f_locals["self"].operations
    whereabouts = frame.f_globals["whereabouts"]
"""


FORGED = [
    ("inspect", "5"), ("inspect", "['x', 5]"), ("inspect", "None"), ("length", "-1"), ("length", "'x'"),
    ("text", "5"), ("items", "5"), ("equals", "5"), ("attribute", "5"), ("next", "(1, 2, 3)"),
    ("iterate", "5"), ("make", "5"), ("enter", "[]"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "answer"), FORGED)
def test_an_answer_of_the_wrong_shape_is_a_death(operation: str, answer: str) -> None:
    """What an operation cannot give is no answer, whatever it was that the check wanted to know."""
    cell = (
        GETS_HOLD
        + f"""
    operations[{operation!r}] = lambda *_: {answer}
    class C:
        def __iter__(self): return iter([])
    """
    )
    with examined(cell) as submitted:
        C = submitted("C")
        use: Any = {
            "length": lambda: len(C()),
            "text": lambda: str(C()),
            "items": lambda: 1 in C(),
            "equals": lambda: operator.eq(C(), C()),
            "attribute": lambda: C().x,
            "make": C,
            "iterate": lambda: iter(C()),
            "next": lambda: next(iter(C())),
            "enter": lambda: C().__enter__(),
            "inspect": lambda: inspected(C),
        }[operation]
        with pytest.raises(Died, match="sent the examiner something that is no answer"):
            use()


def inspected(C: Any) -> None:
    """Use it in a block that must leave nothing behind."""
    with C.leaves_nothing_behind():
        C()


@pytest.mark.parametrize("answer", ["5", "('exception', 5)", "('exception', [])", "('class', 1)", "('x', None)"])
def test_a_description_that_is_none_costs_the_claim(answer: str) -> None:
    """`submitted` itself does not fail; the first use does, as the student's fault."""
    with examined(GETS_HOLD + f"    operations['describe'] = lambda *_: {answer}\n    class C: pass\n") as submitted:
        with pytest.raises(StudentFault, match="no answer"):
            submitted("C")()


def test_a_place_that_is_none_is_left_out() -> None:
    """Where a call hangs is told only as what it can be: lines of the cell, none longer than a line."""
    cell = (
        GETS_HOLD
        + """
    whereabouts.lines = lambda thread: [(1, "f", "A" * 20_000_000)]
    def f():
        while True: pass
    """
    )
    with examined(cell) as submitted, pytest.raises(Hang) as caught:
        submitted("f").within(0.3)()
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("number", [math.inf, math.nan])
def test_a_time_that_is_no_number_is_no_answer(number: float) -> None:
    """An infinite processor time ends the examinee."""
    cell = f"import time\ntime.process_time = lambda: float('{number}')\ndef f(): return 1"
    with examined(cell) as submitted, pytest.raises(StudentFault, match="no answer"):
        submitted("f")()


@pytest.mark.parametrize("name", ["with_traceback", "add_note", "args", "__examinee__", "__cause__", "__traceback__"])
def test_an_exception_cannot_replace_what_every_exception_has(name: str) -> None:
    """Attributes of that kind stay behind; the exception is still raised, and can be handled."""
    cell = f"""
        class E(ValueError):
            def __getattribute__(self, wanted):
                return {{{name!r}: 1}} if wanted == "__dict__" else super().__getattribute__(wanted)
        def f():
            e = E("x")
            try: object.__setattr__(e, {name!r}, 1)
            except Exception: pass
            raise e
    """
    with examined(cell) as submitted, pytest.raises(ValueError, match="x") as caught:
        submitted("f")()
    assert callable(caught.value.with_traceback) and callable(caught.value.add_note)
    assert caught.value.__examinee__.lines  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "error", ["ValueError('A' * 1_000_000)", "OSError(5, 'A' * 1_000_000)", "KeyError('A' * 10**6)"]
)
def test_a_long_text_is_cut(error: str) -> None:
    """An exception of Python's own keeps its type, and its text stays readable."""
    with recording() as record, examined(f"def f(): raise {error}") as submitted:
        with pytest.raises((ValueError, OSError, KeyError)) as caught:
            submitted("f")()
        assert type(caught.value).__name__ in error
        assert 1000 < len(str(caught.value)) <= 2000
        assert all(len(event.text) < 3000 for event in record)


@pytest.mark.parametrize(
    "statement", ["return 10**5000", "raise ValueError(10**5000)", "raise E", "raise KeyError([10**5000])"]
)
def test_an_integer_too_large_to_be_written_breaks_nothing(statement: str) -> None:
    """Whatever it comes in, the call ends with a fault or an exception that has a text and a repr."""
    cell = f"class E(Exception):\n    def __init__(self): self.y = self.args = (10**5000,)\ndef f(): {statement}"
    with examined(cell) as submitted, pytest.raises(Exception) as caught:
        submitted("f")()
    assert hasattr(caught.value, "__examinee__") or isinstance(caught.value, StudentFault)
    assert str(caught.value) and repr(caught.value)


def test_a_cell_that_hangs_again_and_again_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that went well in between do not buy more than the budget."""
    monkeypatch.setattr(seat, "HANGING", 0.5)
    with examined("def f(hang):\n    while hang: pass") as submitted:
        f = submitted("f").within(0.3)
        for _ in range(2):
            f(False)
            with pytest.raises(Hang, match="did not end"):
                f(True)
        for again in (f, submitted("f"), f.start):
            with pytest.raises(Hang, match=r"has hung for 0\.5 s in all, so it was not tried again"):
                again(False)


FLOODS = """
    import os, signal, time
    def f():
        if os.fork() == 0:
            os.setsid()
            pipes = [fd for fd in range(3, 12) if os.path.exists(f"/proc/self/fd/{fd}")
                     and "pipe" in os.readlink(f"/proc/self/fd/{fd}")]
            end = time.monotonic() + 30
            while time.monotonic() < end:
                for fd in pipes:
                    try: os.write(fd, b".")
                    except OSError: os._exit(0)
                time.sleep(0.02)
            os._exit(0)
        os.kill(os.getpid(), signal.SIGSTOP)
"""


def test_a_stopped_process_with_a_talking_child_ends_at_the_deadline() -> None:
    """Neither stopping itself nor a flood of last words keeps us."""
    with examined(FLOODS) as submitted:
        started = time.monotonic()
        with pytest.raises(Hang):
            submitted("f").within(0.3)()
        assert time.monotonic() - started < 6


def test_a_cell_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not there, with a sentence that says why."""
    with examined("def f(): return 1\n" + "x = 1\n" * 40_000) as submitted:
        monkeypatch.setattr(ast, "parse", None)
        with pytest.raises(NotThere, match="has 240,018 characters, and at most 200,000 are read"):
            submitted("f")()
