"""Where no sandbox can be made: grading says so in one line, or refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograde.classroom.course import Course
from autograde.tests.locked_in import only_with_sandbox
from autograde.tests.test_classroom_stock import nbgrader
from autograde.tests.tiny_course import hand_in, make_tiny_course

pytestmark = only_with_sandbox  # what follows takes it away

FORBIDS = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"'


def forbidden(course: Course, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this Python in the course, where it may not make user namespaces."""
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", FORBIDS, sys.executable, *arguments]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """With one right submission."""
    made = make_tiny_course(tmp_path)
    hand_in(made, "ann", "1.2", {"answer-double": "def double(n):\n    return n + n"})
    return made


def test_grade_says_so_in_one_line_and_goes_on(course: Course) -> None:
    """The marks are the same."""
    told = forbidden(course, "-m", "autograde", "grade", "1")
    (line,) = [line for line in told.stderr.splitlines() if line.startswith("No sandbox: ")]
    assert "sudo sysctl -w user.max_user_namespaces=10000" in line
    assert told.returncode == 0 and "ann" in told.stdout


def test_grade_refuses_when_one_is_required(course: Course) -> None:
    """Nothing is run, and nothing is written."""
    told = forbidden(course, "-m", "autograde", "grade", "1", "--require-sandbox")
    assert told.returncode == 1 and "Nothing was graded, since --require-sandbox was given." in told.stderr
    assert not course.autograded.exists()


def test_nbgrader_refuses_when_its_configuration_requires_one(course: Course) -> None:
    """As `grade` does."""
    nbgrader(course, "generate_assignment", "1-fundamentals", "--force")
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("c.Examine.require_sandbox = True\n")
    told = forbidden(course, "-m", "nbgrader", "autograde", "1-fundamentals")
    assert told.returncode != 0 and "since Examine.require_sandbox is set" in told.stderr
    assert not course.autograded.exists()
