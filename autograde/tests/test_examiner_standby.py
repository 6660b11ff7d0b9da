"""What stands by to fork runners: it is there when needed, comes back when lost, and says why there is no sandbox."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograde.examiner import forbidden, standby_process
from autograde.examiner.examine import CheckCell, examine
from autograde.examiner.seat import Answer
from autograde.tests.locked_in import only_with_sandbox
from autograde.tests.tiny_course import DOUBLE_BASICS, SETUP

CHECKS = [CheckCell("setup", SETUP, None), CheckCell("check-basics", DOUBLE_BASICS, 3.0)]
RIGHT = [Answer("def double(n):\n    return n + n\n")]

only_on_linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked this way on Linux only")
pytestmark = only_on_linux

EXAMINES = """
from autograde.examiner.standby_process import why_no_sandbox
from autograde.tests.test_examiner_standby import CHECKS, RIGHT, examine
print(why_no_sandbox())
print([(verdict.points, verdict.outcome) for verdict in examine(CHECKS, RIGHT)])
"""


def earned(sandbox: bool = True) -> float | None:
    """What a right answer gets."""
    return examine(CHECKS, RIGHT, sandbox=sandbox)[0].points


def processes_below(pid: int) -> list[int]:
    """The children of a process, by number."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("sandbox", [True, False])
def test_one_process_forks_all_runners(sandbox: bool) -> None:
    """It is started once, and all that was forked for an examination is gone after it."""
    assert earned(sandbox) == 3.0
    first = standby_process.standing_by(sandbox=sandbox)
    assert isinstance(first, standby_process.Standby)
    before = processes_below(first.pid)
    assert earned(sandbox) == 3.0
    assert standby_process.standing_by(sandbox=sandbox) is first and processes_below(first.pid) == before


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_killed_one_is_replaced(sandbox: bool) -> None:
    """The next examination starts another, and its answer is as right as before."""
    lost = standby_process.standing_by(sandbox=sandbox)
    assert isinstance(lost, standby_process.Standby)
    os.kill(lost.pid, signal.SIGKILL)
    assert earned(sandbox) == 3.0
    assert standby_process.standing_by(sandbox=sandbox) is not lost


@only_with_sandbox
def test_a_killed_nursery_is_replaced() -> None:
    """Where no sandbox can be made any more, another process is started that can."""
    standby = standby_process.standing_by()
    assert isinstance(standby, standby_process.Standby)
    (nursery,) = processes_below(standby.pid)
    os.kill(nursery, signal.SIGKILL)
    assert earned() == 3.0
    assert standby_process.standing_by() is not standby


def test_it_ends_with_whoever_started_it() -> None:
    """Even when that one is killed, nothing of it goes on."""
    module = "autograde.examiner.standby_process"
    says = f"import time\nfrom {module} import standing_by\nprint(standing_by().pid, flush=True)\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", says], stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        pid = int(program.stdout.readline())
        gone = os.pidfd_open(pid)
        program.kill()
    with os.fdopen(gone, "rb") as pidfd:
        assert select_readable(pidfd.fileno())


def select_readable(descriptor: int) -> bool:
    """It becomes readable within ten seconds."""
    import select

    return bool(select.select([descriptor], [], [], 10)[0])


@only_with_sandbox
def test_no_root_is_needed() -> None:
    """A user without any privilege gets the same sandbox: here one that a user namespace makes of whoever runs this."""
    told = subprocess.run(
        ["unshare", "--user", "--map-user=1000", "--map-group=1000", sys.executable, "-c", EXAMINES],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.stdout, told.stderr) == ("\n[(3.0, 'pass')]\n", "")


@only_with_sandbox
def test_where_it_is_forbidden_one_line_says_so_and_how_to_allow_it() -> None:
    """Answers are examined all the same, in processes that are only separate."""
    forbids = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" -c "$1"'
    told = subprocess.run(
        ["unshare", "--user", "--map-root-user", "sh", "-c", forbids, sys.executable, EXAMINES],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    sentence, verdicts = told.stdout.splitlines()
    assert sentence.startswith("No sandbox: user namespaces are switched off (user.max_user_namespaces is 0).")
    assert "sudo sysctl -w user.max_user_namespaces=10000" in sentence
    assert (verdicts, told.stderr) == ("[(3.0, 'pass')]", "")


@pytest.mark.parametrize(
    ("name", "value", "command"),
    [
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "apparmor_restrict_unprivileged_userns=0"),
        ("kernel/unprivileged_userns_clone", "0", "unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "100", "--security-opt seccomp=unconfined"),
    ],
)
def test_the_sentence_names_the_switch(
    name: str, value: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each known switch has its command; where none is set, the trouble itself is told."""
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text(f"{value}\n")
    monkeypatch.setattr(forbidden, "PROC", tmp_path)
    sentence = forbidden.sentence_for("unshare: Operation not permitted")
    assert command in sentence and "\n" not in sentence
    assert ("unshare: Operation not permitted" in sentence) == (value == "100")
