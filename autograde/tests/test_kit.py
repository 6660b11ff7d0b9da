"""The kit: right answers to the exercises it stands for, found by answer cells everywhere, and nobody's but ours."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbclient
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograde import drips, ended_in_time, hand_out_kit, peer, sends, stalls
from autograde.classroom import notebooks
from autograde.classroom.course import Course
from autograde.classroom.form import undeclared_files
from autograde.classroom.grade import grade_section
from autograde.classroom.handed_in import take_in
from autograde.classroom.handout import WITH_KIT, copies, write_copies
from autograde.classroom.new import skeleton
from autograde.examiner.examine import CheckCell, examine
from autograde.examiner.submitted import KIT, Answer, submitted
from autograde.tests.examined import examined
from autograde.tests.locked_in import only_with_sandbox
from autograde.tests.tiny_course import hand_in, make_tiny_course, write

ASKS = """
from kit import ShortRead, Deadline, recv_exactly
import kit, os

def ask(sock, n, seconds=10.0):
    return recv_exactly(sock, n, deadline=Deadline(seconds))

def where():
    return sorted(name for name in vars(kit) if name in ("taken_over", "LineChannel")), os.listdir(".")
"""

CHECK = """
from autograde import Score, {handed_out}peer, sends, submitted
{call}
score = Score(points=1)
with score("Eight bytes are read"):
    with peer(sends(b"lighthouse")) as server:
        assert submitted("ask")(server.connect(), 8) == b"lighthou"
score
"""
WITH = CHECK.format(handed_out="hand_out_kit, ", call="hand_out_kit()")
WITHOUT = CHECK.format(handed_out="", call="")


@contextmanager
def handed_out(cell: str) -> Iterator[Any]:
    """A block in which this answer cell may import the kit."""
    with examined(cell) as ask:
        hand_out_kit()
        yield ask


@pytest.mark.parametrize("name", ["1.4", "1.5", "1.6"])
def test_it_is_a_right_answer_to_what_it_stands_for(name: str) -> None:
    """All claims of the exercises hold for the kit itself, hidden ones included."""
    notebook = notebooks.read(Course.here().find([name])[0].source)
    asked = [
        one for one in notebooks.answers(notebook) if one.cell == "answer-send-all"
    ]  # sendall does that one's work
    verdicts = examine(notebooks.check_cells(notebook), [Answer(KIT.read_text("utf-8"), "answer-kit"), *asked])
    assert not [row for verdict in verdicts for row in verdict.rows if row.outcome != "pass"]


@only_with_sandbox
@pytest.mark.parametrize("sandbox", [True, False])
def test_grading_gives_it_where_the_exercise_hands_it_out(sandbox: bool) -> None:
    """In the sandbox and in a plain process; without the line in the setup, the name is unknown, as in section 1."""
    (verdict,) = examine([CheckCell("check", WITH, 1.0)], [Answer(ASKS)], sandbox=sandbox)
    assert (verdict.outcome, verdict.points) == ("pass", 1.0), verdict
    (verdict,) = examine([CheckCell("check", WITHOUT, 1.0)], [Answer(ASKS)], sandbox=sandbox)
    assert verdict.points == 0.0
    assert "there is no module `kit` here: only Python's standard library can be imported" in verdict.rows[0].story


def test_a_setup_cell_hands_it_out_to_the_cells_after_it() -> None:
    """Also when a cell is run again because something failed."""
    setup = CheckCell(
        "setup", "from autograde import Score, hand_out_kit, peer, sends, submitted\nhand_out_kit()", None
    )
    again = CheckCell("again", WITHOUT.replace('b"lighthou"', 'b"something"'), 1.0)
    verdicts = examine([setup, CheckCell("check", WITHOUT, 1.0), again], [Answer(ASKS)])
    assert [(verdict.points, verdict.tries) for verdict in verdicts] == [(1.0, 1), (0.0, 2)]
    assert "lighthou" in verdicts[1].rows[0].story


def test_a_notebook_gives_ours_and_not_the_file_beside_it(tmp_path: Path) -> None:
    """A student's scratch cell imports the file; what the check examines has the kit of the package."""
    (tmp_path / "kit.py").write_text(KIT.read_text("utf-8") + "taken_over = True\n", "utf-8")
    look = "print(submitted('where')())"
    cells = [WITHOUT.partition("score =")[0], "import kit\nprint(kit.taken_over)", ASKS, look, "hand_out_kit()", look]
    cells[0] += "from autograde import hand_out_kit"
    cells[3] = f"try:\n    {look}\nexcept Exception as error:\n    print(error)"
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = ["".join(output.get("text", "") for output in cell.outputs) for cell in notebook.cells]
    assert printed[1] == "True\n"
    assert "only Python's standard library can be imported" in printed[3]
    assert printed[5] == "(['LineChannel'], [])\n"


def test_it_is_no_foreign_module_and_a_file_of_the_answer_is_never_taken_for_it() -> None:
    """An answer that writes a `kit.py` of its own imports ours all the same, and is told of the file it left."""
    writes = "open('kit.py', 'w').write('taken_over = True')\nimport sys\nsys.path.insert(0, '.')\n" + ASKS
    with handed_out(ASKS), submitted("where").leaves_nothing_behind():
        assert submitted("where")() == (["LineChannel"], [])
    with handed_out(writes):
        assert submitted("where")() == (["LineChannel"], ["kit.py"])
        with pytest.raises(AssertionError, match=r"left the file 'kit\.py' behind"):
            with submitted("where").leaves_nothing_behind():
                submitted("where")()


def test_what_cannot_be_imported_is_told_with_the_kit() -> None:
    """The sentence names what may be imported here."""
    with handed_out("def f():\n    import requests"):
        with pytest.raises(ModuleNotFoundError, match="only Python's standard library and `kit` can be imported"):
            submitted("f")()


def test_its_exceptions_are_the_students_own() -> None:
    """A check catches them by their built-in class, and reads what they carry."""
    with (
        handed_out(ASKS),
        peer(sends(b"abc")) as server,
        pytest.raises(EOFError, match="wanted 8 bytes, got 3") as short,
    ):
        submitted("ask")(server.connect(), 8)
    assert getattr(short.value, "got", None) == b"abc"


def test_a_deadline_ends_what_a_timeout_for_each_call_would_not() -> None:
    """A byte every 50 ms never lets a call wait for long."""
    with handed_out(ASKS), peer(drips(every=0.05)) as server:
        ask = submitted("ask")
        with pytest.raises(TimeoutError, match=r"not done within 0\.4 s|timed out"):
            ask(server.connect(), 1_000, 0.4)
        ended_in_time(ask, 0.4)


LINES = """
from kit import *

def lines(sock, seconds=10.0, **options):
    found = []
    with LineChannel(sock, deadline=Deadline(seconds), **options) as channel:
        while (line := channel.recv_line_bytes()) is not None:
            found.append(line)
    return found

def says(sock, text):
    LineChannel(sock, line_end=b"\\r\\n").send_line(text)
"""


def test_lines_of_bytes_and_either_line_end() -> None:
    """What is no text can be read as bytes, a lone CR is part of a line, and CR LF is sent where it is wanted."""
    with handed_out(LINES):
        with peer(sends(b"one\r\n\xff\xfe\n\r\nt\rwo\n")) as server:
            assert submitted("lines")(server.connect()) == [b"one", b"\xff\xfe", b"", b"t\rwo"]
        with peer(sends(b"short\nlonger\n")) as server, pytest.raises(ValueError, match="more than 5 bytes"):
            submitted("lines")(server.connect(), max_line=5)
        with peer(sends(b"half a li"), stalls()) as server, pytest.raises(TimeoutError):
            submitted("lines")(server.connect(), 0.2)
        with peer() as server, pytest.raises(ValueError, match="make it two"):
            submitted("says")(server.connect(), "HELO\r\nQUIT")


def test_a_whole_submission_with_a_kit_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In official grading, a `kit.py` beside the notebook that would give every answer gives none."""
    course = make_tiny_course(tmp_path)
    os.rename(course.root / "solutions" / "1-fundamentals", course.root / "solutions" / "2-clients")
    source = notebooks.read(course.find(["1.2"])[0].source)
    (setup,) = [cell for cell in source.cells if cell.id == "setup"]
    setup.source = "from autograde import Score, hand_out_kit, submitted\nhand_out_kit()"
    write(course.find(["1.2"])[0].source, source)
    write_copies(course)
    imports = "import kit\ndef double(n):\n    "
    hand_in(course, "ann", "1.2", {"answer-double": imports + "return n + n if kit.Deadline(n).seconds == n else None"})
    forged = hand_in(course, "bob", "1.2", {"answer-double": imports + "return kit.double(n)"})
    (forged.parent / "kit.py").write_text("def double(n):\n    return n + n\n")
    grade_section("2-clients", as_json=True, course=course)
    rows = [row for row in json.loads(capsys.readouterr().out) if row["exercise"] == "1.2"]
    assert {(row["student"], row["points"]) for row in rows} == {("ann", 3.0), ("ann", 2.0), ("bob", 0.0)}
    beside = course.autograded / "bob" / "2-clients" / "kit.py"
    assert beside.read_bytes() == KIT.read_bytes(), "what lies beside the graded notebook is ours as well"


def test_new_exercises_hand_it_out_from_section_2_on() -> None:
    """The setup cell that `new` writes says so."""
    from autograde.classroom.course import Exercise

    for section in ("1-fundamentals", *WITH_KIT):
        cells = skeleton(Exercise(Path(), section, "9.1-fetch"), "9.1 Fetch").cells
        (setup,) = [cell.source for cell in cells if cell.id == "setup"]
        assert ("hand_out_kit()" in setup) == (section in WITH_KIT)


def test_copies_lie_beside_the_exercises(tmp_path: Path) -> None:
    """Only where there are exercises, and `check` names those that are missing or stale."""
    course = make_tiny_course(tmp_path)
    assert write_copies(course) == [] and not any(copies(course, section) for section in WITH_KIT)
    os.rename(course.root / "solutions" / "1-fundamentals", course.root / "solutions" / "2-clients")
    said = [sentence for sentence in undeclared_files(course) if "kit.py" in sentence]
    assert [sentence.split()[0] for sentence in said] == ["solutions/2-clients/kit.py", "exercises/2-clients/kit.py"]
    assert write_copies(course) == copies(course, "2-clients")
    assert not [sentence for sentence in undeclared_files(course) if "kit.py" in sentence]
    copies(course, "2-clients")[0].write_text("taken_over = True\n")
    assert [path.parent.parent.name for path in write_copies(course)] == ["solutions"]


def test_one_that_is_handed_in_is_told_of_only_when_it_was_changed(tmp_path: Path) -> None:
    """Most hand in the whole folder: the kit as it was is no finding, one that was changed had no effect."""
    folder = tmp_path / "ann" / "2-clients"
    folder.mkdir(parents=True)
    (folder / "kit.py").write_bytes(KIT.read_bytes().replace(b"\n", b"\r\n"))
    assert not take_in(folder, {}).findings
    (folder / "kit.py").write_bytes(KIT.read_bytes() + b"taken_over = True\n")
    (finding,) = take_in(folder, {}).findings
    assert "`kit.py` had no effect" in str(finding)
    (folder / "kit.py").unlink()
    (folder / "kit.py").symlink_to(KIT)
    (finding,) = take_in(folder, {}).findings
    assert "`kit.py` had no effect" in str(finding)
