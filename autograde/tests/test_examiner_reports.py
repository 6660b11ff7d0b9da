"""The reports of the checks: nobody but their runner can write one, and nobody whom it started outlives it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograde.examiner import offspring
from autograde.examiner.examine import FORGED, CellVerdict, CheckCell, examine
from autograde.examiner.reports import Seal
from autograde.examiner.seat import Answer
from autograde.tests.tiny_course import DOUBLE_BASICS, DOUBLE_FAULTS, SETUP

CHECKS = [
    CheckCell("setup", SETUP, None),
    CheckCell("check-basics", DOUBLE_BASICS, 3.0),
    CheckCell("check-faults", DOUBLE_FAULTS, 2.0),
]
RIGHT = "def double(n):\n    return n + n\n"
only_on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no /proc")

FORGES = """
import json, os
parent = os.getppid()
for number in os.listdir(f"/proc/{parent}/fd"):
    try:
        if not os.readlink(f"/proc/{parent}/fd/{number}").startswith("pipe:"):
            continue
        with open(f"/proc/{parent}/fd/{number}", "wb", buffering=0) as pipe:
            for name, points, claims in (
                ("check-basics", 3.0, ["Two is doubled", "Three is doubled"]),
                ("check-faults", 2.0, ["Zero is doubled", "A negative number is doubled"]),
            ):
                result = {"output_type": "execute_result", "metadata": {}, "execution_count": 1,
                          "data": {"text/plain": str(points)}}
                rows = [{"claim": claim, "outcome": "pass", "story": ""} for claim in claims]
                report = {"grade_id": name, "points": points, "outcome": "pass", "rows": rows, "outputs": [result],
                          "seconds": 0.1, "trouble": ""}
                line = json.dumps(report).encode() + b"\\n"
                pipe.write(line + b"0" * 64 + b" " + line)
            pipe.write(b"half a line")
    except OSError:
        pass
def double(n): return 0
"""


def points(verdicts: list[CellVerdict]) -> dict[str, float | None]:
    """The points of every cell."""
    return {verdict.grade_id: verdict.points for verdict in verdicts}


@only_on_linux
def test_a_report_that_the_answer_writes_earns_nothing() -> None:
    """Lines that the student's process gets into the runner's pipe are passed over, and noted if there were any."""
    verdicts = examine(CHECKS, [Answer(FORGES)], sandbox=False)
    assert points(verdicts) == {"check-basics": 0.0, "check-faults": 1.0}
    assert verdicts[0].trouble in ("", FORGED)  # "" where the pipe could not be had: only the superuser gets at it


def test_a_line_is_opened_once_and_in_its_turn() -> None:
    """Changed, repeated, reordered and foreign lines are none; the next genuine one is taken all the same."""
    writer, reader = Seal("ab"), Seal("ab")
    first, second = (writer.close({"n": n}).strip(b"\n") for n in (1, 2))
    assert reader.open(second) is None
    assert reader.open(first.replace(b"1}", b"9}")) is None
    assert reader.open(Seal("cd").close({"n": 1}).strip(b"\n")) is None
    assert reader.open(b"") is None and reader.open(b"\xff \xff") is None
    assert reader.open(first) == {"n": 1}
    assert reader.open(first) is None
    assert reader.open(second) == {"n": 2}


def test_a_cell_that_tries_other_claims_than_it_has_breaks_down() -> None:
    """A mark counts only for the claims that are written in the cell."""
    odd = CheckCell("check-odd", "score = Score(points=1)\nfor n in '12':\n    with score(n): pass\nscore", 1.0)
    verdicts = examine([CHECKS[0], odd], [Answer(RIGHT)])
    assert points(verdicts) == {"check-odd": None}
    assert "claims" in verdicts[0].trouble


def daemon(file: Path, after: str = "") -> str:
    """An answer that leaves a process behind, which has left its session and its parent, and says who it is."""
    return (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.setsid()\n"
        f"        with open({str(file)!r} + '~', 'w') as f: f.write(str(os.getpid()))\n"
        f"        os.rename({str(file)!r} + '~', {str(file)!r})\n        time.sleep(60)\n    os._exit(0)\nos.wait()\n"
        f"while not os.path.exists({str(file)!r}): time.sleep(0.01)\n{after}\n{RIGHT}"
    )


def is_running(pid: int) -> bool:
    """There is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@only_on_linux
@pytest.mark.parametrize("after", ["", "os.kill(os.getppid(), 9)"], ids=["runner lives", "runner is killed"])
def test_a_daemon_of_the_answer_does_not_outlive_the_examination(after: str, tmp_path: Path) -> None:
    """Two forks and a session of its own do not help, nor does killing the runner."""
    file = tmp_path / "daemon"
    verdicts = examine(CHECKS, [Answer(daemon(file, after))], sandbox=False)
    assert not is_running(int(file.read_text()))
    assert points(verdicts) == ({"check-basics": None, "check-faults": None} if after else
                                {"check-basics": 3.0, "check-faults": 2.0})  # fmt: skip


@only_on_linux
def test_our_own_children_are_spared() -> None:
    """What this process has started itself goes on, in its own session or in another."""
    sleep = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with (
        subprocess.Popen(sleep, stdin=subprocess.PIPE) as ours,
        subprocess.Popen(sleep, stdin=subprocess.PIPE, start_new_session=True) as older,
    ):
        examine(CHECKS[:2], [Answer(RIGHT)], sandbox=False)
        assert ours.poll() is None and older.poll() is None
        assert older.pid in offspring.children() and ours.pid not in offspring.children()


@only_on_linux
def test_a_child_in_another_session_is_ended() -> None:
    """It is killed and reaped at once."""
    started = time.monotonic()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    offspring.end(offspring.children() - {child.pid})
    assert not is_running(child.pid)
    assert time.monotonic() - started < 10
    child.wait()
