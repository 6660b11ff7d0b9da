"""Reading what was handed in: any file gives cells or a sentence, links and devices give a sentence, and none waits."""

from __future__ import annotations

import json
import os
import random
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from autograde.classroom import skipping
from autograde.classroom.files import Refused, everything_in, open_plain, why_no_folder
from autograde.classroom.findings import quoted
from autograde.classroom.reading import read_bytes, read_submission
from autograde.classroom.skipping import without_outputs

CODE = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": "x = 1"}


def stored(*cells: Any) -> bytes:
    """A notebook file of these cells."""
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \0", "it is empty"),
        (b"{", "it is not JSON"),
        (b'{"cells": [{"cell', "it is not JSON"),
        (b"\xff\xfe\x00", "it is not JSON"),
        (b"\x00" * 9 + b"x", "it is not JSON"),
        (b"PK\x03\x04\xff", "it is a ZIP archive"),
        (b" <HTML>", "it is a web page"),
        (b"[1]", "it is JSON, but not that of a notebook"),
        (b"null", "it is JSON, but not that of a notebook"),
        (b'{"nbformat": 4}', "it is JSON, but not that of a notebook"),
        (b'{"cells": 5, "nbformat": 4}', "it is JSON, but not that of a notebook"),
        (b'{"worksheets": 5, "nbformat": 3}', "it is JSON, but not that of a notebook"),
        (b"[" * 100_000, "it is nested too deeply"),
        (stored(1, 2), "none of its cells is one"),
        (stored({"cell_type": "spell", "source": ""}), "none of its cells is one"),
        (stored({"cell_type": "code", "source": [5]}), "none of its cells is one"),
        (stored({"cell_type": "code"}), "none of its cells is one"),
        (b'{"worksheets": [{"cells": [5]}, 7], "nbformat": 3}', "none of its cells is one"),
    ],
)
def test_the_reason_is_in_plain_words(content: bytes, reason: str) -> None:
    """Whoever reads the finding learns what is wrong with the file, and no name of a Python exception."""
    read = read_bytes(content)
    assert read.trouble.startswith(f"cannot be read as a notebook ({reason}") and read.cells == []


def test_no_bytes_at_all_raise() -> None:
    """A good notebook in which anything may have happened to any byte gives cells or a sentence."""
    dice = random.Random(4)
    good = stored(CODE, {**CODE, "source": ["é\n", "\\ \" '"]}, {"cell_type": "markdown", "id": "b", "source": "# x"})
    for _ in range(2_000):
        damaged = bytearray(good)
        for _ in range(dice.choice([1, 2, 20])):
            place = dice.randrange(len(damaged))
            damaged[place : place + dice.choice([0, 1, 5])] = dice.randbytes(dice.choice([0, 1, 4]))
        read = read_bytes(bytes(damaged))
        assert bool(read.cells) != bool(read.trouble)


def test_half_characters_are_replaced() -> None:
    """Half a surrogate pair does not stop the graded notebook from being written."""
    assert read_bytes(stored({**CODE, "source": "half = '\udc80'"})).cells[0].source == "half = '?'"


def random_value(dice: random.Random, depth: int) -> Any:
    """Anything that JSON can hold, with all the signs in it that mean something there."""
    if depth and dice.random() < 0.6:
        inside = [random_value(dice, depth - 1) for _ in range(dice.randrange(4))]
        return inside if dice.random() < 0.5 else {random_text(dice): value for value in inside}
    return dice.choice([random_text(dice), 5, None, True])


def random_text(dice: random.Random) -> str:
    """Brackets, quotation marks, backslashes, and the words that are looked for."""
    return "".join(dice.choice(['"', "\\", "[", "]", "{", "}", "x", "\n", '"outputs": [', "é"]) for _ in range(6))


@pytest.mark.parametrize("chunk", [2, 3, 5, 7, 1 << 20])
def test_outputs_are_passed_over_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    """However a file is cut into chunks, what is left is the same notebook with empty outputs and attachments."""
    monkeypatch.setattr(skipping, "CHUNK", chunk)
    dice = random.Random(chunk)
    path = tmp_path / "made.ipynb"
    for indent in (None, 1) * 20:
        cells = [
            {"attachments": {"a": random_value(dice, 3)}, "id": random_text(dice), "outputs": [random_value(dice, 4)],
             "source": random_text(dice)}
            for _ in range(5)
        ]  # fmt: skip
        path.write_text(json.dumps({"cells": cells}, indent=indent, ensure_ascii=dice.random() < 0.5), "utf-8")
        with open(path, "rb") as file:
            left = json.loads(without_outputs(file))
        assert left == {"cells": [{**one, "attachments": {}, "outputs": []} for one in cells]}


def test_outputs_without_an_end_are_kept(tmp_path: Path) -> None:
    """What can be saved of a damaged file is decided by whoever reads it."""
    path = tmp_path / "cut.ipynb"
    path.write_bytes(stored(CODE)[:-3] + b', {"outputs": ["')
    assert [cell.source for cell in read_submission(path).cells] == ["x = 1"]


def test_large_outputs_cost_neither_time_nor_memory(tmp_path: Path) -> None:
    """20 MB of output: less than a tenth of it in memory, in a time that is far from noticed."""
    path = tmp_path / "large.ipynb"
    path.write_bytes(stored({**CODE, "outputs": [{"text": ['"a line"\n'] * 1_500_000}]}))
    assert path.stat().st_size > 20_000_000
    began = time.process_time()
    read_submission(path)
    seconds = time.process_time() - began
    tracemalloc.start()
    read = read_submission(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [cell.source for cell in read.cells] == ["x = 1"]
    assert seconds < 5 and most < 20_000_000


def test_links_devices_and_folders_are_refused_at_once(tmp_path: Path) -> None:
    """Nothing is followed, and nothing is waited for."""
    (tmp_path / "real").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, reason in {
        "link": "is a link", "folder": "is a folder", "pipe": "is no file", "nothing": "cannot be read"
    }.items():  # fmt: skip
        with pytest.raises(Refused, match=reason):
            open_plain(tmp_path / name)
    with pytest.raises(Refused, match="is no file"):
        open_plain(Path("/dev/zero"))
    with open_plain(tmp_path / "real") as file:
        assert file.read() == b"x"


def test_what_may_not_be_read_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without permissions, and a folder without: each is said to be so. (Root may read everything.)"""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "closed.ipynb").write_bytes(stored(CODE))
    monkeypatch.setattr(os, "open", refuse)
    assert read_submission(tmp_path / "closed.ipynb").trouble == "cannot be read (Permission denied)"
    monkeypatch.setattr(os, "scandir", refuse)
    assert why_no_folder(tmp_path) == "cannot be read (Permission denied)"
    assert everything_in(tmp_path) == []


def test_a_folder_is_listed_without_following_anything(tmp_path: Path) -> None:
    """Hidden entries and what programs leave behind are no findings; links are entries, not ways."""
    for place in ("a/b", ".git", "__MACOSX", "x.ipynb"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "file").touch()
    (tmp_path / "up").symlink_to("..")
    found = [path.relative_to(tmp_path).as_posix() for path in everything_in(tmp_path)]
    assert found == ["up", "x.ipynb", "a/b/file", "x.ipynb/file"]


def test_names_from_outside_are_shown_harmlessly() -> None:
    """No control character, no sign that would end the quotation, and no more than a line of it."""
    assert quoted("a`\x1b[2J\u202eb") == r"`a'\x1b[2J\u202eb`"
    assert len(quoted("x" * 10_000)) < 100
