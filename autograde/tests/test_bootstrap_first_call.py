"""The first call makes `.venv` and goes on; every later one just goes on."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from importlib import metadata

import pytest

from autograde import bootstrap
from autograde.tests.tiny_checkout import PATIENCE, Checkout

OBEYED = 7
"""The exit code of the tiny checkout's commands."""


def found_pythons() -> list[str]:
    """Other interpreters on this machine that the course supports."""
    names = [f"python3.{minor}" for minor in range(bootstrap.OLDEST[1], bootstrap.NEWEST[1] + 1)]
    mine = "{}.{}".format(*sys.version_info)
    ask = "import sys; print(*sys.version_info[:2], sep='.')"
    found = []
    for name in names:
        try:
            told = subprocess.run([name, "-c", ask], capture_output=True, text=True, check=False).stdout.strip()
        except FileNotFoundError:
            continue
        if f"python{told}" == name and told != mine:
            found.append(name)
    return found


def test_the_first_call_sets_up_and_obeys(finished_checkout: Checkout) -> None:
    """After the first call the pinned package is there, and the command ran inside `.venv`."""
    assert finished_checkout.installed() == "1.0"
    code, out, _ = finished_checkout.call("grade", "--sample", "12")
    assert code == OBEYED
    assert out == f"obeyed grade --sample 12\nwith {os.path.realpath(finished_checkout.environment)}\n"


def test_progress_goes_to_stderr_only(checkout: Checkout) -> None:
    """The first call may be one whose output another program reads: stdout holds only what the command prints."""
    _, out, errors = checkout.call("check", "--json")
    assert out.startswith("obeyed check --json\n")
    assert "Setting up the course in .venv: 1 packages" in errors
    assert "The course is set up" in errors


def test_a_later_call_says_nothing_of_its_own(finished_checkout: Checkout) -> None:
    """Nothing is printed and nothing is written when there is nothing to do."""
    before = finished_checkout.stamp.stat()
    _, _, errors = finished_checkout.call("lab")
    assert errors == ""
    assert finished_checkout.stamp.stat().st_mtime_ns == before.st_mtime_ns


def test_the_environments_own_python_needs_no_other(finished_checkout: Checkout) -> None:
    """`.venv/bin/python -m autograde` (an activated environment) runs where it is."""
    python = finished_checkout.environment / os.path.relpath(bootstrap.PYTHON, bootstrap.ENVIRONMENT)
    assert finished_checkout.call("lab", python=str(python))[0] == OBEYED


def test_it_can_be_called_from_elsewhere(finished_checkout: Checkout) -> None:
    """Installed, the package can be called from any folder, and still finds its own `.venv`."""
    python = finished_checkout.environment / os.path.relpath(bootstrap.PYTHON, bootstrap.ENVIRONMENT)
    called = subprocess.run(
        [python, "-m", "autograde", "lab"],
        cwd=finished_checkout.wheels,
        env=finished_checkout.settings(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (called.returncode, called.stderr) == (OBEYED, "")


def test_a_python_that_has_everything_is_used_as_it_is(checkout: Checkout) -> None:
    """An interpreter with the pinned direct dependencies (conda, a CI image) makes no `.venv`."""
    pyproject = checkout.root / "pyproject.toml"
    has = f'["{"rich"}=={metadata.version("rich")}"]'
    pyproject.write_text(pyproject.read_text(encoding="utf-8").replace('["tiny_sample==1.0"]', has), encoding="utf-8")
    assert checkout.call("lab")[0] == OBEYED
    assert not checkout.environment.exists()


def test_two_first_calls_at_once_both_succeed(checkout: Checkout) -> None:
    """The second waits for the first and uses what it made."""
    calls = [checkout.start("lab"), checkout.start("lab")]
    ends = [process.communicate(timeout=PATIENCE) for process in calls]
    assert [process.returncode for process in calls] == [OBEYED, OBEYED], ends
    assert sum("The course is set up" in errors for _, errors in ends) == 1


@pytest.mark.parametrize(
    "python", found_pythons() or [pytest.param("", marks=pytest.mark.skip("no other Python here"))]
)
def test_every_supported_python_sets_up(checkout: Checkout, python: str) -> None:
    """A first call with any other supported Python on this machine works just the same."""
    code, _, errors = checkout.call("lab", python=python)
    assert code == OBEYED, errors


@pytest.mark.skipif(os.name == "nt", reason="Windows does not tell the time on the processor of programs that ended")
def test_a_later_call_adds_little_time(finished_checkout: Checkout) -> None:
    """Finding `.venv` and going on in it adds less than 0.3 s to the command (it is about 0.03 s).

    What is compared is the time on the processor, which a busy machine does not change: nothing waits here.
    """
    python = finished_checkout.environment / os.path.relpath(bootstrap.PYTHON, bootstrap.ENVIRONMENT)

    def seconds(*command: str) -> float:
        before = os.times()
        settings = finished_checkout.settings()
        subprocess.run(command, cwd=finished_checkout.root, env=settings, capture_output=True, check=False)
        after = os.times()
        return sum(after[2:4]) - sum(before[2:4])

    base = getattr(sys, "_base_executable", sys.executable)
    obey = "from autograde import cli; cli.main()"
    added = [seconds(base, "-m", "autograde", "lab") - seconds(str(python), "-c", obey) for _ in range(9)]
    assert statistics.median(added) < 0.3
