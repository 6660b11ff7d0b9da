"""Fixtures that several test files use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograde.tests.observers import nothing_remains as nothing_remains
from autograde.tests.tiny_checkout import Checkout

pytest_plugins = ["autograde.tests.drives"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """What takes longer than anybody waits for."""
    parser.addoption("--everything", action="store_true", help="try every known mistake in every place; takes an hour")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout in which nothing was called yet."""
    return Checkout(tmp_path)


@pytest.fixture(scope="session")
def finished_checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout whose first call has set it up. Shared: look, but change nothing."""
    checkout = Checkout(tmp_path_factory.mktemp("finished"))
    code, _, errors = checkout.call("first")
    assert code == 7, errors
    return checkout


@pytest.fixture
def set_up(finished_checkout: Checkout, checkout: Checkout) -> Checkout:
    """A checkout that was set up, to be spoiled. Its environment is a copy that says it was made here."""
    shutil.copytree(finished_checkout.environment, checkout.environment, symlinks=True)
    for path in [*checkout.environment.rglob("*.pth"), checkout.stamp]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(str(finished_checkout.root), str(checkout.root)), encoding="utf-8")
    return checkout
