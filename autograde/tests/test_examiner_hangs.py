"""A hang ends at its deadline, says where it was, and costs one deadline."""

from __future__ import annotations

import socket
import time
from contextlib import nullcontext

import pytest

from autograde.examiner.errors import Hang, is_settled
from autograde.tests.examined import examined
from autograde.wire.peer import client
from autograde.wire.transcript import recording

CELL = """
    import asyncio, re, threading, time

    def sleeps():
        time.sleep(60)

    def spins():
        while True:
            pass

    def keeps_the_interpreter():
        return re.match(r"(a+)+$", "a" * 60 + "b")

    async def awaits():
        await nothing()

    async def nothing():
        await asyncio.Event().wait()

    def runs_a_loop():
        asyncio.run(awaits())

    def sometimes(hang):
        if hang:
            sleeps()
        return "fine"

    class Thing:
        def method(self):
            time.sleep(60)
"""


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("sleeps", r"line 4: `time.sleep\(60\)`"),
        ("spins", r"line 8: `pass`|line 7: `while True:`"),
        ("keeps_the_interpreter", r"line 11: `return re.match"),
        ("awaits", r"line 17: `await asyncio.Event"),
        ("runs_a_loop", r"line 17: `await asyncio.Event"),
    ],
)
def test_a_hang_names_function_deadline_and_line(name: str, line: str) -> None:
    """However the code hangs, the message says which line it was on."""
    told = rf"^`{name}` did not end within 0.3 s and was cut off on your (?:{line})"
    with recording() as record, examined(CELL) as submitted, pytest.raises(Hang, match=told):
        submitted(name).within(0.3)()
    assert [event.kind for event in record] == ["calls", "hangs"]


def test_the_next_call_gets_a_fresh_process() -> None:
    """After a hang the cell is loaded again, and works."""
    with examined(CELL) as submitted:
        sometimes = submitted("sometimes")
        assert sometimes(False) == "fine"
        for _ in range(2):
            with pytest.raises(Hang, match="did not end"):
                sometimes.within(0.2)(True)
            assert sometimes(False) == "fine"


def test_a_lost_cause_costs_one_deadline() -> None:
    """A name whose first call hung is not tried again; other names of the cell are."""
    with examined(CELL) as submitted:
        sleeps = submitted("sleeps").within(0.2)
        with pytest.raises(Hang, match="did not end"):
            sleeps()
        started = time.monotonic()
        for again in (sleeps, submitted("sleeps"), submitted("sleeps").start):
            with pytest.raises(Hang, match="hung on its first call, so it was not tried again"):
                again()
        assert time.monotonic() - started < 5
        assert submitted("sometimes")(False) == "fine"


def test_a_started_call_is_cut_off_when_its_result_is_wanted() -> None:
    """`result(timeout)` ends the waiting, and the process."""
    with examined(CELL) as submitted:
        running = submitted("sleeps").start()
        assert not running.done
        with pytest.raises(Hang, match=r"within 0.2 s .* line 4"):
            running.result(0.2)


def test_a_cell_that_hangs_while_it_is_run_costs_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless loop at the top level is told by every use, and waited for once."""
    monkeypatch.setattr("autograde.examiner.seat.DEADLINE", 0.3)
    with examined("def f(): return 1\nwhile True: pass") as submitted:
        f = submitted("f")
        started = time.monotonic()
        told = r"^Running the answer cell did not end within 0.3 s and was cut off on your line 2"
        for use in (f, f, f.start, submitted("f")):
            with pytest.raises(Hang, match=told):
                use()
        with pytest.raises(Hang), f.limits(send_at_most=1):
            f()
        assert time.monotonic() - started < 5


def test_a_method_hangs_like_a_function() -> None:
    """The message names the class and the method."""
    with examined(CELL) as submitted:
        thing = submitted("Thing")()
        with pytest.raises(Hang, match=r"`Thing.method` did not end .* line 29"):
            thing.method.within(0.2)()


@pytest.mark.parametrize(
    ("name", "has_partner", "settled"), [("spins", False, True), ("sleeps", False, False), ("spins", True, False)]
)
def test_what_only_computes_is_settled(
    name: str, has_partner: bool, settled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had a processor, and there was nobody to wait for: it is not run again. Whoever waits, or may wait, is."""
    monkeypatch.setattr("autograde.examiner.process.BUSY", 0.02)  # beside whatever else this machine does
    with examined(CELL) as submitted, recording(), socket.create_server(("127.0.0.1", 0)) as listener:
        with client(listener.getsockname()) if has_partner else nullcontext() as partner:
            if partner is not None:
                assert partner.wait_until_met()
            with pytest.raises(Hang) as hang:
                submitted(name).within(1.0)()
    assert is_settled(hang.value) is settled
