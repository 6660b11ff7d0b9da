"""`grade`: every submission gets its marks, in the gradebook and as rows, and none can stop the others."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from autograde.classroom import stock
from autograde.classroom.course import Course
from autograde.classroom.grade import grade_section
from autograde.classroom.known import DROPS_ASSERTS, PATCHES_BUILTINS, PRINTS_TO_STDERR
from autograde.classroom.record import database, ensure_recorded
from autograde.classroom.release import write_release
from autograde.tests.tiny_course import cell, double_notebook, hand_in, make_tiny_course, notebook, text, write

SECTION = "1-fundamentals"
RIGHT = "def double(n):\n    return n + n\n"
STUB = "def double(n):\n    raise NotImplementedError()\n"

Rows = dict[tuple[str, str, str], tuple[float | None, str]]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose release is written and recorded: to be copied, since making a gradebook takes a second."""
    course = make_tiny_course(tmp_path_factory.mktemp("recorded"))
    for exercise in course.exercises():
        write_release(course, exercise)
    ensure_recorded(course, SECTION)
    return course


@pytest.fixture
def course(recorded: Course, tmp_path: Path) -> Course:
    """A course without submissions."""
    shutil.copytree(recorded.root, tmp_path, dirs_exist_ok=True)
    return Course(tmp_path)


def graded(course: Course, capsys: pytest.CaptureFixture[str]) -> Rows:
    """The rows of `grade --json`: (student, exercise, cell) -> (points, outcome)."""
    capsys.readouterr()
    grade_section(SECTION, as_json=True, course=course)
    rows = json.loads(capsys.readouterr().out)
    assert all(set(row) == {"student", "exercise", "cell", "points", "max", "outcome"} for row in rows)
    return {(row["student"], row["exercise"], row["cell"]): (row["points"], row["outcome"]) for row in rows}


def double_points(rows: Rows) -> dict[str, float]:
    """What each student has for 1.2."""
    points: dict[str, float] = {}
    for (student, exercise, _), (earned, _) in rows.items():
        if exercise == "1.2":
            points[student] = points.get(student, 0.0) + (earned or 0.0)
    return points


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file below a folder, and what is in it."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_tampering_earns_nothing_and_noise_costs_nothing(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """An AST transformer, patched builtins, stderr: marks are what the answer is worth, and `submitted/` stays."""
    hand_in(course, "right", "1.2", {"answer-double": RIGHT})
    hand_in(course, "noisy", "1.2", {"answer-double": PRINTS_TO_STDERR + RIGHT})
    hand_in(course, "stub", "1.2", {})
    hand_in(course, "patches", "1.2", {"answer-double": STUB + PATCHES_BUILTINS})
    hand_in(course, "drops", "1.2", {"answer-double": STUB + DROPS_ASSERTS}, cell("scratch", DROPS_ASSERTS))
    before = fingerprint(course.submitted)
    expected = {"right": 5.0, "noisy": 5.0, "stub": 0.0, "patches": 0.0, "drops": 0.0}
    assert double_points(graded(course, capsys)) == expected
    assert fingerprint(course.submitted) == before


def test_a_broken_submission_stops_nobody(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Files that are no notebooks, folders without any, bad time stamps, odd names: each has its row and its marks."""
    hand_in(course, "a-broken", "1.2", {}).write_text("{")
    hand_in(course, "a-broken", "1.4", {"answer-last": "def last(text): return text[-1]"})
    (course.submitted / "b-empty" / SECTION).mkdir(parents=True)
    (hand_in(course, "c-time", "1.2", {"answer-double": RIGHT}).parent / "timestamp.txt").write_text("yesterday")
    hand_in(course, "d [odd]", "1.2", {"answer-double": RIGHT})
    hand_in(course, "e è {0} name", "1.2", {"answer-double": RIGHT})
    rows = graded(course, capsys)
    assert rows["a-broken", "1.2", "check-basics"] == (0.0, "unreadable")
    assert rows["a-broken", "1.4", "check-basics"] == (2.0, "fail")
    assert rows["b-empty", "1.2", "check-faults"] == (0.0, "missing")
    assert rows["c-time", "1.2", "check-basics"] == (3.0, "pass")
    assert rows["d [odd]", "1.2", "check-basics"] == (3.0, "pass")
    assert rows["e è {0} name", "1.2", "check-basics"] == (3.0, "pass")
    grade_section(SECTION, course=course)
    assert "c-time: `timestamp.txt` holds no time that can be read" in capsys.readouterr().out


def test_the_table_names_what_was_found(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """A person sees the points, the total, and every finding as a sentence with its student."""
    hand_in(course, "ann", "1.2", {"answer-double": RIGHT})
    hand_in(course, "bob", "1.2", {}).write_text("{")
    assert grade_section(SECTION, course=course) == 0
    shown = capsys.readouterr().out
    assert "1.2 (of 5)" in shown and "Total (of 9)" in shown
    assert "bob: 1.2: the submitted file cannot be read as a notebook" in shown


def test_the_gradebook_asks_for_a_person_where_nobody_is_to_blame(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A check that breaks down gives no zero but an open grade with a comment; a broken file a zero that is flagged."""
    source = course.find(["1.2"])[0].source
    source.write_text(source.read_text().replace("assert double(0) == 0", "assert double(0) == nothing_like_that"))
    hand_in(course, "ann", "1.2", {"answer-double": RIGHT})
    hand_in(course, "bob", "1.2", {}).write_text("{")
    assert graded(course, capsys)["ann", "1.2", "check-faults"] == (None, "infrastructure")
    assert grade_section(SECTION, course=course) == 1
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course)) as book:
            places = [("check-basics", "ann"), ("check-faults", "ann"), ("check-basics", "bob")]
            grades = [book.find_grade(name, "1.2-double", SECTION, student) for name, student in places]
            assert [(grade.auto_score, grade.needs_manual_grade) for grade in grades] == [
                (3.0, False), (None, True), (0.0, True),
            ]  # fmt: skip
            ann = book.find_comment("answer-double", "1.2-double", SECTION, "ann").comment
            bob = book.find_comment("answer-double", "1.2-double", SECTION, "bob").comment
    assert "`check-faults`" in ann and "fault of the course" in ann
    assert "cannot be read" in bob


def test_a_changed_source_is_recorded_anew(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Marks follow the present checks, without a release by hand, and `exercises/` is not written."""
    hand_in(course, "ann", "1.2", {"answer-double": RIGHT})
    assert double_points(graded(course, capsys)) == {"ann": 5.0}
    released = fingerprint(course.root / "exercises")
    source = course.find(["1.2"])[0].source
    source.write_text(source.read_text().replace("assert double(2) == 4", "assert double(2) == 5"))
    assert double_points(graded(course, capsys)) == {"ann": 3.5}
    assert fingerprint(course.root / "exercises") == released


def test_without_submissions_a_sentence_says_where_to_put_them(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to grade is said in plain words, and as JSON it is an empty list."""
    assert grade_section(SECTION, course=course) == 1
    assert f"submitted/<student>/{SECTION}/" in capsys.readouterr().err
    assert graded(course, capsys) == {}


def test_unknown_and_empty_sections_get_a_sentence(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped section lists the sections; one without exercises says so."""
    assert grade_section("first", course=course) == 1
    assert "0-primer, 1-fundamentals" in capsys.readouterr().err
    (course.submitted / "ann" / "2-clients").mkdir(parents=True)
    assert grade_section("2-clients", course=course) == 1
    assert "no exercise in solutions/2-clients/" in capsys.readouterr().err


def test_a_notebook_of_nowhere_is_named_and_left_out(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no exercise is a finding; the exercises beside it are graded."""
    path = hand_in(course, "ann", "1.2", {"answer-double": RIGHT})
    write(path.with_name("notes.ipynb"), notebook(text("note", "Remember to hand in.")))
    grade_section(SECTION, course=course)
    assert "ann: `notes.ipynb` is no exercise of 1-fundamentals" in capsys.readouterr().out
    assert double_points(graded(course, capsys)) == {"ann": 5.0}


def totals(course: Course) -> dict[str, float]:
    """What the gradebook has for each student, which is what `nbgrader export` writes."""
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course)) as book:
            return {one.student.id: one.score for one in book.assignment_submissions(SECTION)}


def test_a_notebook_that_was_taken_back_has_no_marks(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """After grade, delete, grade, the rows and the gradebook agree, and the graded notebook is gone as well."""
    path = hand_in(course, "ann", "1.2", {"answer-double": RIGHT})
    hand_in(course, "bob", "1.2", {"answer-double": RIGHT})
    graded(course, capsys)
    assert totals(course) == {"ann": 5.0, "bob": 5.0}
    path.unlink()
    assert double_points(graded(course, capsys)) == {"ann": 0.0, "bob": 5.0}
    assert totals(course) == {"bob": 5.0}
    assert not (course.autograded / "ann" / SECTION).exists() and (course.autograded / "bob" / SECTION).exists()
    hand_in(course, "ann", "1.2", {"answer-double": RIGHT})
    graded(course, capsys)
    assert totals(course) == {"ann": 5.0, "bob": 5.0}


def test_marks_of_somebody_whose_folder_is_gone_are_kept_and_named(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody knows whether the folder was lost, so a sentence says what to do, and doing it removes the marks."""
    path = hand_in(course, "ann", "1.2", {"answer-double": RIGHT})
    graded(course, capsys)
    shutil.rmtree(path.parents[1])
    grade_section(SECTION, course=course)
    said = capsys.readouterr().out
    assert "ann has 5 points in the gradebook but handed in nothing now; the marks were kept." in said
    assert totals(course) == {"ann": 5.0}
    assert f"submitted/ann/{SECTION}/" in said
    path.parent.mkdir(parents=True)
    grade_section(SECTION, course=course)
    said = capsys.readouterr().out
    assert "ann: no notebook of 1-fundamentals is handed in any more" in said
    assert "ann: 1.2: 5 → 0, because it is not handed in any more." in said
    assert totals(course) == {}


def test_findings_do_not_disturb_the_json(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--json` standard output is one list, and what was found is on standard error."""
    path = hand_in(course, "ann", "1.2", {})
    path.with_name("notes.ipynb").write_text("{}")
    grade_section(SECTION, as_json=True, course=course)
    out, errors = capsys.readouterr()
    assert len(json.loads(out)) == 3
    assert errors == f"ann: `notes.ipynb` is no exercise of {SECTION}, and was left out.\n"


def test_names_from_outside_cannot_steer_the_terminal(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters in the name of a student or a file are shown, not obeyed."""
    path = hand_in(course, "a\x1b[2Jnn", "1.2", {"answer-double": RIGHT})
    path.with_name("no\ntes\u202e.ipynb").write_text("{}")
    grade_section(SECTION, course=course)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown and "\u202e" not in shown
    assert r"a\x1b[2Jnn: `no\ntes\u202e.ipynb` is no exercise" in shown


def test_a_table_in_a_file_folds_no_name(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no terminal there is no width, and a dash is explained."""
    name = "somebody with a name that is longer than a line of a terminal is wide, " * 2 + "really"
    hand_in(course, name, "1.2", {"answer-double": RIGHT})
    grade_section(SECTION, course=course)
    shown = capsys.readouterr().out
    assert name in shown and "- : not handed in, counts 0" in shown


def test_a_seed_needs_a_sample(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """A seed alone would grade the real class, which is not what was meant."""
    hand_in(course, "ann", "1.2", {})
    assert grade_section(SECTION, seed=3, course=course) == 1
    assert "--sample 12 --seed 3" in capsys.readouterr().err


def test_cells_cannot_change_under_graded_submissions(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """A check cell that is added after grading is refused in a sentence that says what to do, and no mark is lost."""
    hand_in(course, "ann", "1.2", {"answer-double": RIGHT})
    assert double_points(graded(course, capsys)) == {"ann": 5.0}
    source = course.find(["1.2"])[0].source
    changed = double_notebook()
    changed.cells.append(cell("check-more", 'score = Score(1)\nwith score("x"):\n    pass\nscore', points=1))
    write(source, changed)
    assert grade_section(SECTION, course=course) == 1
    assert "1.2-double" in (said := capsys.readouterr().err) and "move gradebook.db away" in said
    write(source, double_notebook())
    assert double_points(graded(course, capsys)) == {"ann": 5.0}
