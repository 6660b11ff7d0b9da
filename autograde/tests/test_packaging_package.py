"""The package itself: its public names, what it brings along when it is installed, and how it starts."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import flit_core.buildapi
import pytest

import autograde
from autograde import bootstrap

ROOT = Path(bootstrap.ROOT)


@pytest.mark.parametrize("name", autograde.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """Each name that the package offers can be used, and keeps its own name."""
    assert callable(getattr(autograde, name))
    assert name in dir(autograde)


def test_a_type_checker_sees_the_same_names() -> None:
    """The imports for type checkers are the names that are looked up when they are used."""
    source = (ROOT / "autograde" / "__init__.py").read_text(encoding="utf-8")
    seen = sorted(line.rpartition(" as ")[2] for line in source.splitlines() if line.startswith("    from autograde."))
    assert seen == autograde.__all__


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """A misspelled name is told as for any module."""
    with pytest.raises(AttributeError, match="has no attribute 'submited'"):
        autograde.submited  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_package_imports_nothing_else() -> None:
    """`import autograde` needs no dependency and no room of its own, so the bootstrap and the examinee may do it."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import autograde; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", code, ROOT], capture_output=True, text=True, check=True)
    modules = {name.partition(".")[0] for name in ran.stdout.split()}
    assert not [name for name in ran.stdout.split() if name.startswith("autograde.")]
    assert modules - set(sys.stdlib_module_names) <= {"autograde", "__main__"}


def test_what_is_installed_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel built here, without a network, holds the lock, the mark of types, and the console script."""
    monkeypatch.chdir(ROOT)
    name = flit_core.buildapi.build_wheel(str(tmp_path))
    with zipfile.ZipFile(tmp_path / name) as wheel:
        files = set(wheel.namelist())
        info = name.removesuffix("-py3-none-any.whl") + ".dist-info"
        scripts = wheel.read(f"{info}/entry_points.txt").decode()
    assert {"autograde/pins.txt", "autograde/py.typed", "autograde/__main__.py"} <= files
    assert "autograde=autograde.__main__:main" in scripts.replace(" ", "")
