"""The rooms of the package keep their order: a lower one never imports a higher one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1]

MAY_IMPORT = {
    "wire": {"wire"},
    "servers": {"wire", "servers"},
    "lessons": {"wire", "servers", "lessons"},
    "examiner": {"wire", "servers", "examiner"},
    "classroom": {"wire", "servers", "examiner", "classroom"},
}


def rooms_imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and room of every import of our own package in a file, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(PACKAGE.parent).parts[: -node.level]
            names = [".".join([*package, node.module or "", *(a.name for a in node.names)])]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "autograde" and len(parts) > 1:
                yield node.lineno, parts[1]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_is_below_it(room: str) -> None:
    """wire <- servers <- examiner <- classroom, with the lessons beside the examiner."""
    for path in (PACKAGE / room).rglob("*.py"):
        for line, imported in rooms_imported(path):
            assert imported not in set(MAY_IMPORT) - MAY_IMPORT[room], f"{path.name}:{line} imports {imported}"


def test_the_test_sees_imports() -> None:
    """The reader of imports finds those that are known to be there, absolute and relative."""
    assert "wire" in {room for _, room in rooms_imported(PACKAGE / "examiner" / "score.py")}
    assert "wire" in {room for _, room in rooms_imported(PACKAGE / "wire" / "peer.py")}
