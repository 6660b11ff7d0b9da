"""The command line: what it says, and what it hands to the rooms that do the work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from autograde import bootstrap, cli
from autograde.classroom.asked import Asked


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str, program: str = "/checkout/autograde/__main__.py") -> int:
    """The exit code of the command line `arguments`."""
    monkeypatch.setattr(sys, "argv", [program, *arguments])
    return cli.main()


def stand_in(monkeypatch: pytest.MonkeyPatch, module: str, function: str, work: Callable[..., int]) -> None:
    """Put `work` in the place of a room's function."""
    fake = ModuleType(module)
    setattr(fake, function, work)
    monkeypatch.setitem(sys.modules, module, fake)


@pytest.mark.parametrize(
    ("line", "module", "function", "positional", "named"),
    [
        ("check", "classroom.check", "run_check", ([],), {"repeat": 1, "as_json": False, "release": False}),
        (
            "check 1.2 1.4 --json --repeat 50",
            "classroom.check",
            "run_check",
            (["1.2", "1.4"],),
            {"repeat": 50, "as_json": True, "release": False},
        ),
        ("new 1-fundamentals 1.5-x", "classroom.new", "make_exercise", ("1-fundamentals", "1.5-x"), {}),
        (
            "grade 1",
            "classroom.grade",
            "grade_section",
            ("1-fundamentals",),
            {"asked": Asked(None, [], []), "sample": None, "seed": None, "as_json": False, "db": ""},
        ),
        (
            "grade 1-fundamentals/ --sample 12 --seed 3 --json",
            "classroom.grade",
            "grade_section",
            ("1-fundamentals",),
            {"asked": Asked(None, [], []), "sample": 12, "seed": 3, "as_json": True, "db": ""},
        ),
        (
            "grade 1 -j 4 --exercise 1.2 --student ann --student bob --again --dry-run --require-sandbox --db x://y",
            "classroom.grade",
            "grade_section",
            ("1-fundamentals",),
            {
                "asked": Asked(4, ["1.2"], ["ann", "bob"], again=True, dry_run=True, require_sandbox=True),
                "sample": None,
                "seed": None,
                "as_json": False,
                "db": "x://y",
            },
        ),
        ("nc 127.0.0.1 8080", "wire.netcat", "netcat", ("127.0.0.1", 8080), {"listen": False, "crlf": False}),
        ("nc ::1 0 -l -C", "wire.netcat", "netcat", ("::1", 0), {"listen": True, "crlf": True}),
        ("lab", "lab", "open_lab", (), {"browser": True, "port": None}),
        ("lab --no-browser --port 0", "lab", "open_lab", (), {"browser": False, "port": 0}),
        ("test", "selftest", "run_all", (), {}),
    ],
)
def test_a_command_hands_its_work_on(
    monkeypatch: pytest.MonkeyPatch, line: str, module: str, function: str, positional: Any, named: Any
) -> None:
    """Each command calls the function that does its work with what was given, and ends with its exit code."""
    calls = []

    def work(*args: Any, **kwargs: Any) -> int:
        calls.append((args, kwargs))
        return 3

    stand_in(monkeypatch, f"autograde.{module}", function, work)
    assert call(monkeypatch, *line.split()) == 3
    assert calls == [(positional, named)]


def test_ctrl_c_ends_a_command_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback, and the exit code that shells expect."""

    def interrupted() -> int:
        raise KeyboardInterrupt

    stand_in(monkeypatch, "autograde.selftest", "run_all", interrupted)
    assert call(monkeypatch, "test") == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("grade 9-nothing", ["There is no section “9-nothing”", "1-fundamentals"]),
        ("grade", ["SECTION"]),
        ("new 1", ["EXERCISE"]),
        ("check --repeat 0", ["--repeat"]),
        ("lab --port 70000", ["--port"]),
        ("sing", ["sing"]),
    ],
)
def test_what_cannot_be_obeyed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, words: list[str]
) -> None:
    """A wrong argument is named on stderr, without a traceback."""
    assert call(monkeypatch, *line.split()) == 2
    out, errors = capsys.readouterr()
    told = " ".join(errors.replace("│", " ").split())
    assert out == "" and all(word in told for word in words) and "Traceback" not in told


@pytest.mark.parametrize(
    ("program", "name"), [("/checkout/autograde/__main__.py", "python3 -m autograde"), ("/bin/autograde", "autograde")]
)
def test_help_shows_the_command_that_was_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], program: str, name: str
) -> None:
    """`--help` names the program as it was called, and every command."""
    assert call(monkeypatch, "--help", program=program) == 0
    shown = capsys.readouterr().out
    assert f"Usage: {name} " in shown
    assert all(command in shown for command in ("lab", "test", "check", "new", "grade", "nc"))


def test_help_is_there_at_once() -> None:
    """`--help` imports nothing of the rooms that do the work, nor of their libraries, so it costs little.

    What is measured is the time on the processor: 0.2 s, and half as much again where two programs share a core.
    """
    command = [sys.executable, "-c", "import sys; sys.argv[1:] = ['--help']; from autograde import cli; cli.main(); "]
    command[-1] += "print(*sys.modules)"
    costs = []
    for _ in range(5):
        before = os.times()
        ran = subprocess.run(command, cwd=bootstrap.ROOT, capture_output=True, text=True, check=True)
        after = os.times()
        costs.append(sum(after[2:4]) - sum(before[2:4]))
    assert min(costs) < 0.5
    modules = {name.partition(".")[0] for name in ran.stdout.splitlines()[-1].split()}
    assert not modules & {"IPython", "jupyterlab", "nbclient", "nbconvert", "nbformat", "nbgrader", "sqlalchemy"}
