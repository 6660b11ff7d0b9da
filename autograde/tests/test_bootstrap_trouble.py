"""Each way in which a first call can fail ends with exit code 1 and one plain sentence that says what to do."""

from __future__ import annotations

import ast
import errno
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from autograde import bootstrap
from autograde.first_call import environment
from autograde.first_call.install import NAMES_A_PACKAGE, run
from autograde.first_call.progress import Progress
from autograde.first_call.trouble import Failed, what_to_do
from autograde.tests.tiny_checkout import Checkout

OBEYED = 7
READ_BY_OLD_PYTHONS = ("__init__.py", "__main__.py", "bootstrap.py")


def test_no_network_is_told_and_the_next_call_recovers(checkout: Checkout) -> None:
    """The package index does not answer: one sentence, and with the network back the same command works."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # not listening: every connection is refused
        index = f"http://127.0.0.1:{nobody.getsockname()[1]}/simple"
        code, out, errors = checkout.call(
            "lab", PIP_NO_INDEX="0", PIP_FIND_LINKS="", PIP_INDEX_URL=index, PIP_RETRIES="1", PIP_TIMEOUT="5"
        )
    assert code == 1 and out == "" and "Traceback" not in errors
    assert "connect to the Internet" in errors.splitlines()[-1]
    assert checkout.call("lab")[0] == OBEYED


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14), (4, 0)])
def test_an_unsupported_python_is_named(version: tuple[int, int]) -> None:
    """The sentence names the version that was found and those that are needed."""
    with pytest.raises(SystemExit) as end:
        bootstrap._refuse_unsupported(version)
    assert "3.11, 3.12 or 3.13" in str(end.value) and "Python {}.{}:".format(*version) in str(end.value)


@pytest.mark.parametrize("name", READ_BY_OLD_PYTHONS)
def test_old_pythons_can_read_what_refuses_them(name: str) -> None:
    """The three files that are read before the version is looked at keep to the syntax of Python 3.6."""
    path = Path(bootstrap.ROOT, "autograde", name)
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 6))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "__future__"]


@pytest.mark.parametrize("name", [f"python3.{minor}" for minor in range(6, 11)])
def test_old_pythons_really_refuse(checkout: Checkout, name: str) -> None:
    """The same with an old interpreter, where this machine has one."""
    try:
        subprocess.run([name, "-c", ""], check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip(f"there is no {name} here")
    code, out, errors = checkout.call("lab", python=name)
    assert (code, out) == (1, "") and "Loopback needs Python" in errors and len(errors.splitlines()) == 1


def first_call_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The sentence with which a first call in an empty `folder` ends, in this process."""
    monkeypatch.setattr(bootstrap, "ROOT", str(folder))
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", str(folder / ".venv"))
    monkeypatch.setattr(bootstrap, "STAMP", str(folder / ".venv" / "made-by-loopback.txt"))
    with pytest.raises(SystemExit) as end:
        environment.make()
    assert not (folder / ".venv").exists()
    return str(end.value)


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian and Ubuntu keep the means to make environments in a package of its own: it is named."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else find(name))
    assert "sudo apt install python3." in first_call_in(tmp_path, monkeypatch)


def test_a_full_disk_is_told_before_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is known that the packages will not fit, nothing is begun."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 10**6))
    assert first_call_in(tmp_path, monkeypatch).startswith("The disk is full")


def test_a_disk_that_fills_up_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing fails halfway (a quota, another program): what was written is removed again."""

    def full(*arguments: object) -> str:
        raise Failed("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n")

    monkeypatch.setattr(environment, "run", full)
    monkeypatch.setattr(environment, "ROOM", 0)
    assert first_call_in(tmp_path, monkeypatch).startswith("The disk is full")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_read_only_checkout_is_told(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the lock can be made: the user is told to copy the course."""

    def refuse(path: str) -> None:
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(environment, "_one_call_at_a_time", lambda: refuse(str(tmp_path / ".venv.lock")))
    assert "copy the course to a folder of your own" in first_call_in(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 122] Disk quota exceeded", "The disk is full"),
        ("OSError: [WinError 112] There is not enough space on the disk", "The disk is full"),
        ("WARNING: Retrying (Retry(total=4, ...)) after connection broken by ...\n[Errno 28] x", "The disk is full"),
        ("ERROR: Could not install packages: [Errno 13] Permission denied: '/srv/course/.venv'", "cannot write"),
        ("WARNING: Retrying (Retry(total=4, connect=None ...)) after connection broken by ...", "did not answer"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "did not answer"),
        (
            "one\nERROR: No matching distribution found for x==9\nmore",
            "(ERROR: No matching distribution found for x==9)",
        ),
        ("Segmentation fault\n", "(Segmentation fault)"),
        ("", "(no reason was given)"),
    ],
)
def test_what_pip_says_becomes_one_sentence(output: str, words: str) -> None:
    """Known causes get their own sentence; of others the gist is passed on. Each ends with what to do."""
    sentence = what_to_do(Failed(output), "/srv/course", "/srv/course/.venv/setup-log.txt")
    assert words in sentence and sentence.endswith("then give the same command again.") and "\n" not in sentence


def test_unknown_trouble_keeps_the_whole_output(checkout: Checkout) -> None:
    """Where the cause is not known, the sentence names the file in which all of it is kept."""
    checkout.pin("2.0")
    code, _, errors = checkout.call("lab", PIP_NO_INDEX="1")
    log = checkout.environment / "setup-log.txt"
    assert code == 1 and str(log) in errors.splitlines()[-1]
    assert "tiny_sample==2.0" in log.read_text(encoding="utf-8")


def test_a_program_that_fails_gives_all_it_said() -> None:
    """stdout and stderr of a failed program are in the `Failed` that it becomes."""
    with pytest.raises(Failed, match="broken"):
        run([sys.executable, "-c", "raise SystemExit('broken')"])


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Collecting argon2-cffi-bindings==26.2.0 (from -r a/pins.txt (line 7))", "argon2-cffi-bindings"),
        ("Requirement already satisfied: six==1.17.0 in ./.venv/lib (from -r a/pins.txt (line 1))", "six"),
        ("Processing /srv/wheels/ruff-0.17.5-py3-none-any.whl (from -r a/pins.txt (line 9))", "ruff"),
    ],
)
def test_progress_names_the_package(line: str, name: str) -> None:
    """The package that a line of pip is about."""
    match = NAMES_A_PACKAGE.match(line)
    assert match and match[1] == name


def test_a_log_gets_whole_lines_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal there are no cursor movements, and a hundred packages do not make a hundred lines."""
    with Progress(100) as progress:
        for done in range(100):
            progress.show("downloading", done, "ruff")
    assert capsys.readouterr().err == "  downloading: 0 of 100 ruff\n"
