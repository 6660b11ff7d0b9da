"""pyproject.toml names the direct dependencies; the lock, the conda environment and the sources agree with it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograde import bootstrap

ROOT = Path(bootstrap.ROOT)


def pyproject() -> dict[str, Any]:
    """All of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def direct() -> list[str]:
    """The direct dependencies, with those of the extras, which are in the lock as well."""
    project = pyproject()["project"]
    return [*project["dependencies"], *(text for extra in project["optional-dependencies"].values() for text in extra)]


def locked() -> list[Requirement]:
    """Every line of the lock."""
    lines = (ROOT / "autograde" / "pins.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_the_lock_pins_every_package_exactly() -> None:
    """No ranges, no addresses, no folders: nothing that would mean something else tomorrow or elsewhere."""
    for requirement in locked():
        assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), requirement
        assert requirement.url is None


def test_the_lock_holds_what_pyproject_pins() -> None:
    """Every direct dependency is in the lock at its version, for every system and Python."""
    pins = {(canonicalize_name(pin.name), str(pin.specifier)) for pin in locked() if pin.marker is None}
    for requirement in map(Requirement, direct()):
        assert (canonicalize_name(requirement.name), str(requirement.specifier)) in pins


def test_the_lock_is_complete() -> None:
    """Whatever the packages of the lock need here is in the lock, at a version that they accept."""
    pins = {canonicalize_name(pin.name): pin for pin in locked() if pin.marker is None or pin.marker.evaluate()}
    for name in pins:
        for text in metadata.requires(name) or []:
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                pin = pins[canonicalize_name(need.name)]
                assert need.specifier.contains(str(pin.specifier).removeprefix("=="), prereleases=True), (name, text)


def test_the_lock_has_no_package_that_nothing_needs() -> None:
    """Every package of the lock is a direct dependency, or needed by another package of the lock."""
    pins = {canonicalize_name(pin.name) for pin in locked() if pin.marker is None or pin.marker.evaluate()}
    needed = {canonicalize_name(Requirement(text).name) for text in direct()}
    for name in pins:
        needed |= {canonicalize_name(Requirement(text).name) for text in metadata.requires(name) or []}
    assert pins <= needed


def test_conda_users_get_the_same() -> None:
    """environment.yml allows the same Pythons and leaves every version to the lock."""
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    entries = [line.strip().removeprefix("- ") for line in text.splitlines() if line.strip().startswith("- ")]
    python = pyproject()["project"]["requires-python"]
    assert entries == ["conda-forge", "nodefaults", f"python {python}", "pip", "pip:", "-r autograde/pins.txt", "-e ."]


def test_every_tool_means_the_same_pythons() -> None:
    """The bootstrap, the package, ruff and mypy agree on which Pythons are supported."""
    oldest, newest = bootstrap.OLDEST, bootstrap.NEWEST
    settings = pyproject()
    assert settings["project"]["requires-python"] == f">=3.{oldest[1]},<3.{newest[1] + 1}"
    assert settings["tool"]["ruff"]["target-version"] == f"py3{oldest[1]}"
    assert settings["tool"]["mypy"]["python_version"] == f"3.{oldest[1]}"


def imported_by(path: Path) -> set[str]:
    """The top-level modules that a source file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_the_sources_import_only_direct_dependencies() -> None:
    """What is imported here is pinned here, and not there by the grace of another package."""
    names = {canonicalize_name(Requirement(text).name) for text in direct()}
    distributions = metadata.packages_distributions()
    for path in sorted((ROOT / "autograde").rglob("*.py")):
        for name in imported_by(path) - set(sys.stdlib_module_names) - {"autograde", "kit"}:
            homes = {canonicalize_name(home) for home in distributions.get(name, [])}
            assert homes & names, f"{path.relative_to(ROOT)} imports {name}"
