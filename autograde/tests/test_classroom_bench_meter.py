"""The meter of `bench`: a command is measured with everything that it starts, however that ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autograde.classroom.bench.meter import Failed, Spent, metered
from autograde.classroom.bench.processor import ProcessorTime

BURNS = "import time\nwhile time.process_time() < {seconds}: pass\n"

LEAVES_CHILDREN_ALONE = f"""
import os, signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them, so wait(2) adds nothing up
told, tells = os.pipe()
for _ in range(2):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.close(told)
            exec({BURNS.format(seconds=0.3)!r})
            os._exit(0)  # and with it the last end of the pipe is closed
        os._exit(0)
os.close(tells)
os.read(told, 1)
"""


def measured(program: str, **how: object) -> tuple[Spent, str, str]:
    """A Python program, measured."""
    return metered([sys.executable, "-c", program], Path.cwd(), dict(os.environ), **how)  # type: ignore[arg-type]


@pytest.fixture
def tells() -> None:
    """Only where this system tells the time of all processes."""
    with ProcessorTime() as processor:
        if processor.seconds() is None:
            pytest.skip("perf_event_open(2) is not allowed here")


@pytest.mark.usefixtures("tells")
def test_a_burn_takes_what_it_burns() -> None:
    """Half a second of processor, and Python's own start; no less by the clock."""
    spent, _, _ = measured(BURNS.format(seconds=0.5))
    assert spent.cpu is not None
    assert 0.49 <= spent.cpu < 1.5 and spent.cpu <= spent.wall + 0.05


@pytest.mark.usefixtures("tells")
def test_the_time_of_the_command_itself_is_told_apart() -> None:
    """A child burns a second, the command next to nothing."""
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)"
    command = [sys.executable, "-c", program, BURNS.format(seconds=1.0)]
    spent, _, _ = metered(command, Path.cwd(), dict(os.environ))
    assert spent.cpu is not None and 0 < spent.own <= spent.cpu - 0.99


@pytest.mark.usefixtures("tells")
def test_processes_that_nobody_waits_for_are_counted() -> None:
    """Grandchildren in sessions of their own, whose parents have ended."""
    spent, _, _ = measured(LEAVES_CHILDREN_ALONE)
    assert spent.cpu is not None and 0.59 <= spent.cpu < 2.0


HOLDS = """
import os, sys
for name in "ab":
    if os.fork() == 0:
        held = bytearray(os.urandom(1 << 20)) * 100
        open(name, "w").close()
        open("gate").read()
        os._exit(0)
os.wait(), os.wait()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no FIFOs")
def test_the_memory_is_that_of_all_processes(tmp_path: Path) -> None:
    """Two children hold 100 MB each until the meter has looked at both."""
    os.mkfifo(tmp_path / "gate")
    gate = open(os.open(tmp_path / "gate", os.O_RDWR), "wb", buffering=0)  # noqa: SIM115 (closed by a look)
    looks_at_both: list[int] = []

    def watch() -> None:
        if (tmp_path / "a").exists() and (tmp_path / "b").exists():
            looks_at_both.append(1)
        if len(looks_at_both) == 2:  # they may have become two after the first of these looks
            gate.close()

    spent, _, _ = metered([sys.executable, "-c", HOLDS], tmp_path, dict(os.environ), watch=watch)
    assert 200 << 20 < spent.memory < 400 << 20


def test_what_it_says_is_returned_and_a_failure_is_told() -> None:
    """stdout and stderr apart; an exit code that is not good raises with the last words."""
    _, said, complained = measured("import sys; print('one'); print('two', file=sys.stderr)")
    assert (said, complained) == ("one\n", "two\n")
    with pytest.raises(Failed, match=r"exit code 3[\s\S]*no such thing"):
        measured("import sys; print('no such thing', file=sys.stderr); sys.exit(3)")
    assert measured("raise SystemExit(1)", good=(0, 1))[1] == ""
