"""Whatever an earlier call, or anyone else, left in `.venv`: the next call says so and puts it right."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograde import bootstrap
from autograde.tests.tiny_checkout import PATIENCE, Checkout

OBEYED = 7
posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


def wait_until_half_made(process: subprocess.Popen[str], checkout: Checkout) -> None:
    """Return when the first call is in the middle of its work."""
    give_up = time.monotonic() + PATIENCE
    while not (checkout.environment / "pyvenv.cfg").exists():
        assert process.poll() is None and time.monotonic() < give_up
        time.sleep(0.005)


def test_changed_pins_update_in_place(set_up: Checkout) -> None:
    """After a `git pull` that changed the lock, only what changed is installed."""
    set_up.pin("1.1")
    keepsake = set_up.environment / "keepsake"
    keepsake.touch()
    code, _, errors = set_up.call("lab")
    assert code == OBEYED and set_up.installed() == "1.1"
    assert "have changed" in errors and keepsake.exists()


def test_an_update_that_failed_is_tried_again(set_up: Checkout) -> None:
    """An environment between two locks is never used, even if the lock is changed back."""
    set_up.pin("2.0")  # there is no such wheel
    code, _, errors = set_up.call("lab")
    assert code == 1 and errors.endswith("then give the same command again.\n")
    set_up.pin("1.0")
    code, _, errors = set_up.call("lab")
    assert code == OBEYED and "have changed" in errors


def test_the_environments_own_python_has_it_updated(set_up: Checkout) -> None:
    """Called in the activated environment, the repair is left to the Python that the environment was made with."""
    set_up.pin("1.1")
    python = set_up.environment / os.path.relpath(bootstrap.PYTHON, bootstrap.ENVIRONMENT)
    assert set_up.call("lab", python=str(python))[0] == OBEYED
    assert set_up.installed() == "1.1"


@posix_only
def test_ctrl_c_is_told_plainly_and_the_next_call_recovers(checkout: Checkout) -> None:
    """An interrupted first call ends with a sentence instead of a traceback, and the next one starts anew."""
    process = checkout.start("lab")
    wait_until_half_made(process, checkout)
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and out == ""
    assert errors.splitlines()[-1].startswith("Interrupted") and "Traceback" not in errors
    code, _, errors = checkout.call("lab")
    assert code == OBEYED and "is unfinished" in errors


@posix_only
def test_a_killed_first_call_is_repaired(checkout: Checkout) -> None:
    """Killed without a chance to say anything, while the programs that it started still run: the next call waits."""
    process = checkout.start("lab")
    wait_until_half_made(process, checkout)
    process.kill()
    process.communicate(timeout=PATIENCE)
    code, _, errors = checkout.call("lab")
    assert code == OBEYED and checkout.installed() == "1.0"
    assert "is unfinished" in errors


def test_an_environment_that_was_copied_is_made_anew(finished_checkout: Checkout, checkout: Checkout) -> None:
    """Scripts and paths inside an environment name its place, so a copy of the whole folder needs its own."""
    shutil.copytree(finished_checkout.environment, checkout.environment, symlinks=True)
    code, out, errors = checkout.call("lab")
    assert code == OBEYED and "made for another folder" in errors
    assert out.endswith(f"with {os.path.realpath(checkout.environment)}\n")


def test_a_vanished_python_is_replaced(set_up: Checkout) -> None:
    """The Python that `.venv` was made with was removed or upgraded away."""
    settings = set_up.environment / "pyvenv.cfg"
    lines = settings.read_text(encoding="utf-8").splitlines()
    gone = "/nowhere/bin/python3.11"
    lines = [f"executable = {gone}" if line.startswith("executable") else line for line in lines]
    settings.write_text("\n".join(lines), encoding="utf-8")
    code, _, errors = set_up.call("lab")
    assert code == OBEYED and f"({gone}) is no longer there" in errors


def test_another_python_behind_the_same_path_is_noticed(set_up: Checkout) -> None:
    """Where the base was upgraded in place, the packages are in a folder that the new version does not look into."""
    text = set_up.stamp.read_text(encoding="utf-8").replace(bootstrap.running_python(), "Python 3.9")
    set_up.stamp.write_text(text, encoding="utf-8")
    code, _, errors = set_up.call("lab")
    assert code == OBEYED and "making it anew" in errors


def test_an_environment_of_someone_else_is_made_anew(checkout: Checkout) -> None:
    """A `.venv` from an editor, say, is replaced, and a sentence says so."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout.environment], check=True)
    code, _, errors = checkout.call("lab")
    assert code == OBEYED and "was not made by this command" in errors


@pytest.mark.parametrize("beginning", [[], ["made-by-loopback.txt.draft"]])
def test_the_very_first_moments_can_be_interrupted(checkout: Checkout, beginning: list[str]) -> None:
    """An empty `.venv`, or one with only a begun stamp, is what the first milliseconds of a first call leave."""
    checkout.environment.mkdir()
    for name in beginning:
        (checkout.environment / name).touch()
    assert checkout.call("lab")[0] == OBEYED


def test_a_folder_of_the_users_own_is_left_alone(checkout: Checkout) -> None:
    """What is no environment is not deleted: the user is asked to move it."""
    checkout.environment.mkdir()
    treasure = checkout.environment / "thesis.txt"
    treasure.write_text("years of work", encoding="utf-8")
    code, _, errors = checkout.call("lab")
    assert code == 1 and "move it somewhere else" in errors and len(errors.splitlines()) == 1
    assert treasure.exists()


def test_a_link_is_removed_but_not_what_it_points_to(checkout: Checkout, tmp_path: Path) -> None:
    """A `.venv` that links to an environment elsewhere: only the link goes."""
    elsewhere = tmp_path / "elsewhere"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", elsewhere], check=True)
    try:
        checkout.environment.symlink_to(elsewhere, target_is_directory=True)
    except OSError:
        pytest.skip("this user may not make links here")
    assert checkout.call("lab")[0] == OBEYED
    assert (elsewhere / "pyvenv.cfg").exists()
