"""A checkout that is set up in seconds: the real bootstrap, real environments and pip, but one tiny package.

The package comes from a folder beside the checkout, so no network is needed, and none of the user's own pip settings
count. Its commands only tell how they were called.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from autograde import bootstrap
from autograde.tests import tiny_wheel

COMMANDS = """
import os, sys
def main():
    print("obeyed", *sys.argv[1:])
    print("with", os.path.realpath(sys.prefix))
    return 7
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "tiny_wheel"
backend-path = ["."]
[project]
name = "tiny_course"
version = "1.0"
dependencies = ["tiny_sample==1.0"]
"""
PATIENCE = 120.0
"""Seconds after which a call is taken to hang. On an idle machine a first call takes about five."""


class Checkout:
    """A fresh checkout in `folder`/course, and a package index in `folder`/wheels."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "course"
        self.wheels = folder / "wheels"
        self.environment = self.root / ".venv"
        self.stamp = self.environment / Path(bootstrap.STAMP).name
        package = Path(bootstrap.ROOT) / "autograde"
        ours = self.root / "autograde"
        shutil.copytree(package / "first_call", ours / "first_call", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("__init__.py", "__main__.py", "bootstrap.py"):
            shutil.copy(package / name, ours)
        (ours / "cli.py").write_text(COMMANDS, encoding="utf-8")
        (self.root / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        shutil.copy(tiny_wheel.__file__, self.root)
        self.pin("1.0")
        self.wheels.mkdir()
        for version in ("1.0", "1.1"):
            module = {"tiny_sample.py": f"version = {version!r}\n"}
            tiny_wheel.write_wheel(str(self.wheels), "tiny_sample", version, module)

    def pin(self, version: str) -> None:
        """Let the lock name this version of the one package."""
        (self.root / "autograde" / "pins.txt").write_text(f"tiny_sample=={version}\n", encoding="utf-8")

    def settings(self, **others: str) -> dict[str, str]:
        """The environment variables of a call: pip knows our folder of wheels, and nothing else."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "PYTHON"))}
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_NO_CACHE_DIR": "1"}
        return {**kept, **pip, "PIP_CONFIG_FILE": os.devnull, **others}

    def start(self, *arguments: str, python: str = sys.executable, **settings: str) -> subprocess.Popen[str]:
        """Begin `python3 -m autograde ARGUMENTS` in the checkout, in a process group of its own."""
        return subprocess.Popen(
            [python, "-m", "autograde", *arguments],
            cwd=self.root,
            env=self.settings(**settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # A shell ignores Ctrl-C for what runs in its background, and programs inherit that.
            preexec_fn=None if os.name == "nt" else lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def call(self, *arguments: str, python: str = sys.executable, **settings: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of `python3 -m autograde ARGUMENTS` in the checkout."""
        with self.start(*arguments, python=python, **settings) as process:
            try:
                out, errors = process.communicate(timeout=PATIENCE)
            except BaseException:
                process.kill()
                raise
        return process.returncode, out, errors

    def installed(self) -> str:
        """What the environment's own interpreter finds: the version of the one package."""
        python = self.environment / Path(bootstrap.PYTHON).relative_to(bootstrap.ENVIRONMENT)
        code = "import tiny_sample; print(tiny_sample.version)"
        return subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout.strip()
