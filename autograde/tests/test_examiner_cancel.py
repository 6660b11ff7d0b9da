"""Coroutines of the student's code that are canceled while they run."""

from __future__ import annotations

import pytest

from autograde.examiner.errors import Hang, NotCanceled
from autograde.tests.examined import examined

CELL = """
    import asyncio
    closed = []

    async def tidy():
        try:
            await asyncio.sleep(1000)
        finally:
            closed.append(True)

    async def swallows():
        try:
            await asyncio.sleep(1000)
        except BaseException:
            return "partial"

    async def goes_on():
        while True:
            try:
                await asyncio.sleep(1000)
            except asyncio.CancelledError:
                pass

    async def breaks():
        try:
            await asyncio.sleep(1000)
        finally:
            raise KeyError("in the cleanup")

    def plain(stop):
        return stop.recv(1)

    async def quick():
        return 1

    def how_many_closed():
        return len(closed)
"""


def test_a_coroutine_that_lets_go_is_content() -> None:
    """It ends with CancelledError, its cleanup has run, and the process serves further calls."""
    with examined(CELL) as submitted:
        submitted("tidy").start().cancel()
        assert submitted("how_many_closed")() == 1
        assert submitted("quick")() == 1


def test_a_swallowed_cancellation_is_told() -> None:
    """Returning as if nothing had happened is a finding."""
    with examined(CELL) as submitted, pytest.raises(NotCanceled, match="returned 'partial' as if nothing had happened"):
        submitted("swallows").start().cancel()


def test_a_coroutine_that_goes_on_is_cut_off() -> None:
    """After its time it counts as a hang."""
    with examined(CELL) as submitted, pytest.raises(Hang, match=r"did not end within 0\.2 s"):
        submitted("goes_on").start().cancel(0.2)


def test_another_exception_flies() -> None:
    """What the cleanup raises is raised here."""
    with examined(CELL) as submitted, pytest.raises(KeyError, match="in the cleanup"):
        submitted("breaks").start().cancel()


def test_only_a_running_coroutine_can_be_canceled() -> None:
    """A plain function, and one that has ended, are told apart."""
    from autograde.wire.stop import stop_signal

    with examined(CELL) as submitted, stop_signal() as stop:
        running = submitted("plain").start(stop.socket)
        with pytest.raises(NotCanceled, match="no coroutine"):
            running.cancel()
        stop.now()
        assert running.result() == b"!"
        ended = submitted("quick").start()
        assert ended.result() == 1
        with pytest.raises(NotCanceled, match="already ended"):
            ended.cancel()
