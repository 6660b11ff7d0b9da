"""`check`: proves an exercise good, and says of each flaw in plain words what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode

from autograde.classroom import notebooks
from autograde.classroom.check import run_check
from autograde.classroom.course import Course
from autograde.classroom.form import findings, undeclared_files
from autograde.classroom.proofs import Proof, Run, Subject, judged
from autograde.classroom.release import write_release
from autograde.examiner.examine import CellVerdict, ClaimVerdict
from autograde.tests.tiny_course import cell, make_tiny_course, write

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
RIGHT = "def double(n):\n    return 2 * n"


def swapped(source: str) -> str:
    """The same source with its two markers in the wrong order."""
    return source.replace(BEGIN, "first").replace(END, BEGIN).replace("first", END)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course in good order, but never released."""
    return make_tiny_course(tmp_path)


def rows(course: Course, capsys: pytest.CaptureFixture[str], *ids: str, repeat: int = 1) -> dict[str, list[str]]:
    """What `check --json` says of each subject (of the last exercise, where several have it)."""
    capsys.readouterr()
    run_check(ids, repeat=repeat, as_json=True, course=course)
    return {row["subject"]: row["problems"] for row in json.loads(capsys.readouterr().out)}


def with_cell_changed(course: Course, name: str, change: Callable[[NotebookNode], None]) -> list[str]:
    """What the form of 1.2 says after a change to one of its cells."""
    exercise = course.find(["1.2"])[0]
    notebook = notebooks.read(exercise.source)
    change(next(one for one in notebook.cells if one.id == name))
    write(exercise.source, notebook)
    return findings(exercise)


def test_a_good_course_holds_after_its_release(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a release that is the one problem; `--release` writes it, and everything is proved, twice alike."""
    assert run_check([], course=course) == 1
    assert "exercises/1-fundamentals/1.2-double.ipynb is not there yet" in capsys.readouterr().out
    assert run_check([], release=True, repeat=2, course=course) == 0
    shown = capsys.readouterr().out
    assert "9 points together" in shown and "Everything holds, 2 times" in shown
    assert not (course.root / "gradebook.db").exists()


def test_a_mistake_that_loses_other_claims_gets_the_lines_to_paste(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is lost and what is told are held against what the mistake says, word for word."""
    path = course.root / "solutions" / "1-fundamentals" / "mistakes" / "1.2-sign.py"
    path.write_text(path.read_text().replace('["A negative', '["Zero is doubled", "A neg').replace("went", "fell"))
    lost, told = rows(course, capsys, "1.2")["1.2-sign.py"]
    assert "It does not lose “Zero is doubled”" in lost
    assert 'paste:\nloses = [\n    "A negative number is doubled",\n]' in lost
    assert "No story of a lost claim says “the sign fell missing”" in told and "sign went missing" in told


def test_a_mistake_that_nothing_catches_is_no_mistake(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """When it loses nothing there is nothing to paste: a claim is missing."""
    path = course.root / "solutions" / "1-fundamentals" / "mistakes" / "1.2-sign.py"
    path.write_text(path.read_text().replace("abs(n)", "n"))
    lost, _ = rows(course, capsys, "1.2")["1.2-sign.py"]
    assert lost.endswith("It loses nothing: make a claim that catches it.")


def test_a_wrong_solution_and_a_stub_that_earns_are_found(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """The solution must win every claim, and the untouched stub none."""
    exercise = course.find(["1.4"])[0]
    notebook = notebooks.read(exercise.source)
    for one in notebook.cells:
        one.source = one.source.replace('"c"', '"d"')
        one.source = one.source.replace('assert submitted("first").within(3.0)("abc") == "a"', "pass")
    write(exercise.source, notebook)
    said = rows(course, capsys, "1.4")
    assert len(said["solution"]) == 1 and "The solution loses “The last letter”" in said["solution"][0]
    assert said["stub"] == [
        "The untouched stub earns “The first letter” in `check-basics`: "
        "let the claim use something that only a solution does."
    ]


def test_an_edited_exercise_is_not_a_fresh_release(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """One changed byte under `exercises/` is found, with its line."""
    exercise = course.find(["1.2"])[0]
    write_release(course, exercise)
    lines = exercise.released.read_text().splitlines(keepends=True)
    exercise.released.write_text("".join([*lines[:6], lines[6].replace('"', "'"), *lines[7:]]))
    assert "not what a fresh release gives, from line 7 on" in rows(course, capsys, "1.2")["release"][0]


def test_a_source_that_cannot_be_released_says_why(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """nbgrader's refusal is a problem of the release, and the proofs wait for it."""
    exercise = course.find(["1.2"])[0]
    exercise.source.write_text(exercise.source.read_text().replace("### END SOLUTION", "### END SOLUTIONS"))
    said = rows(course, capsys, "1.2")
    assert any("END SOLUTIONS" in problem for problem in said["form"])
    assert "solution" not in said


def test_nobody_declared_these_files(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """A file beside a source would be handed out; one in `exercises/` has been; both are named."""
    places = ["solutions/1-fundamentals/p.py", "solutions/1-fundamentals/Untitled.ipynb", "exercises/1-fundamentals/x",
              "solutions/1-fundamentals/mistakes/9.9-lost.py", "solutions/6-more", "exercises/notes.txt"]  # fmt: skip
    for place in places:
        (course.root / place).parent.mkdir(parents=True, exist_ok=True)
        (course.root / place).touch()
    said = list(undeclared_files(course))
    assert sorted(sentence.split()[0] for sentence in said) == sorted(places)
    assert rows(course, capsys, "1.2")["files"] == said


def test_editors_leftovers_concern_nobody(course: Course) -> None:
    """Checkpoints and caches are no finding."""
    for name in (".ipynb_checkpoints", "__pycache__"):
        (course.root / "solutions" / "1-fundamentals" / name).mkdir()
    assert list(undeclared_files(course)) == []


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("task", lambda one: one.update(source="# Double"), "`task` whose first line is a heading with the id 1.2"),
        ("hint", lambda one: one.update(source=" "), "no Markdown cell `hint`"),
        ("hint", lambda one: one.update(source="Try `+`."), "`hint` needs 3 steps"),
        ("task", lambda one: one.update(source=one.source.replace("· after", "after")), "a line such as “**8"),
        ("task", lambda one: one.update(source=one.source.replace("lesson 1.1", "that")), "a line such as “**8"),
        ("task", lambda one: one.update(source=one.source.replace("**5", "**6")), "says 6 points, the check"),
        ("task", lambda one: one.update(source=one.source.replace(">>>", "In:")), "shows no session to imitate"),
        ("task", lambda one: one.update(source=one.source.replace("|---|---|", "")), "has no table of rules"),
        ("task", lambda one: one.update(source=one.source.replace("How it", "That it")), "“**How it is checked.**”"),
        ("task", lambda one: one.update(source=one.source.replace("Out of", "In")), "“**Out of scope:**”"),
        ("setup", lambda one: one.update(id="start"), "Cell `start` has the grade id `setup`"),
        ("answer-double", lambda one: one.metadata.nbgrader.update(solution=False), "There is no answer cell"),
        ("check-basics", lambda one: one.metadata.nbgrader.update(grade_id="basics"), "begins with `check-`"),
        ("check-basics", lambda one: one.metadata.nbgrader.update(grade_id="check-b"), "no cell `check-basics`"),
        ("check-basics", lambda one: one.metadata.nbgrader.update(points=4), "one line score = Score(points=4)"),
        ("check-basics", lambda one: one.metadata.nbgrader.update(points=0), "carries no points"),
        ("check-basics", lambda one: one.update(source=one.source + "\nprint(1)"), "must end with the line `score`"),
        ("check-basics", lambda one: one.update(source=one.source.replace('"Two', 'f"Two')), "line 3: a claim is one"),
        ("check-basics", lambda one: one.update(source="score = Score(3)\nscore"), "makes no claim"),
        ("check-basics", lambda one: one.update(source="score = ("), "is not Python"),
        ("check-basics", lambda one: one.update(source=one.source.replace("Three", "Two")), "is made 2 times"),
        ("check-basics", lambda one: one.update(source="### BEGIN HIDDEN TESTS\n" + one.source), "hides a part"),
        ("check-faults", lambda one: one.update(source=one.source.replace("TESTS", "TEST")), "“BEGIN HIDDEN TEST”"),
        ("check-faults", lambda one: one.update(execution_count=1), "stores outputs"),
        ("check-faults", lambda one: one.metadata.update(scrolled=True), "not in its canonical form"),
        ("hint", lambda one: one.update(source="(to write) A good hint."), "Cell `hint`: A good hint."),
        ("answer-double", lambda one: one.update(source=RIGHT), "one line `### BEGIN"),
        ("answer-double", lambda one: one.update(source=one.source + "\n" + one.source), "one line `### BEGIN"),
        ("answer-double", lambda one: one.update(source=swapped(one.source)), "one line `### BEGIN SOLUTION`"),
        ("answer-double", lambda one: one.update(source=f"{BEGIN}\n{RIGHT}\n{END}"), "not define `double`"),
        ("answer-double", lambda one: one.update(source=one.source.replace("def d", "def D")), "no answer cell"),
        ("check-basics", lambda one: one.update(source=one.source.replace('d")', 'd", likely="W99")')), 'likely="W99"'),
    ],
)  # fmt: skip
def test_a_flaw_in_the_form_gets_its_sentence(
    course: Course, name: str, change: Callable[[NotebookNode], None], sentence: str
) -> None:
    """Each rule for an exercise's notebook is looked after, in words that say what to do."""
    said = with_cell_changed(course, name, change)
    assert any(sentence in one for one in said), said


def test_a_right_form_has_no_findings(course: Course) -> None:
    """The same exercise, unchanged, is in order."""
    assert findings(course.find(["1.2"])[0]) == with_cell_changed(course, "hint", lambda one: None) == []


def test_an_exercise_needs_a_readable_mistake(course: Course) -> None:
    """None at all and one that cannot be read are both said."""
    exercise = course.find(["1.4"])[0]
    exercise.mistakes[0].write_text("'''none'''\n")
    assert any("docstring is TOML" in one for one in findings(exercise))
    exercise.mistakes[0].unlink()
    assert any("There is no known mistake" in one for one in findings(exercise))


def test_a_mistake_with_an_unknown_code_is_refused(course: Course) -> None:
    """A code that is in no table would lead learners nowhere."""
    path = course.root / "solutions" / "1-fundamentals" / "mistakes" / "1.2-example.py"
    path.write_text(path.read_text().replace("W01", "W99"))
    assert any('1.2-example.py: its code "W99" is no code' in one for one in findings(course.find(["1.2"])[0]))


def test_an_unexpected_loss_comes_with_its_story(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """The author sees at once why a claim is lost that the mistake does not name."""
    path = course.root / "solutions" / "1-fundamentals" / "mistakes" / "1.2-example.py"
    path.write_text(path.read_text().replace(', "A negative number is doubled"', ""))
    problem = rows(course, capsys, "1.2")["1.2-example.py"][0]
    told = problem.partition("The story of “A negative number is doubled”:\n")[2]
    assert told.startswith("    ") and "sign went missing" in told


def test_a_problem_that_all_share_is_printed_once(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """When a check cell breaks down, the traceback is there once, with the names of the others that it hits."""
    exercise = course.find(["1.2"])[0]
    text = exercise.source.read_text()
    exercise.source.write_text(text.replace("score = Score(points=2)", "no_such_name\\nscore = Score(points=2)"))
    write_release(course, exercise)
    run_check(["1.2"], course=course)
    shown = capsys.readouterr().out
    assert shown.count("NameError") == 1
    assert "1.2, solution: The checks of `check-faults` broke down." in shown
    assert "The same for: stub, 1.2-example.py, 1.2-sign.py." in shown


def test_a_claim_that_no_mistake_loses_is_a_note(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """It may be all right, so the proof holds; but the author should know."""
    assert run_check([], release=True, course=course) == 0
    shown = capsys.readouterr().out
    assert "Note: 1.2: no mistake loses “Two is doubled”." in shown
    assert "no mistake loses “A negative number is doubled”" not in shown


def test_an_unknown_exercise_gets_the_ids(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence, no traceback."""
    assert run_check(["7.7"], course=course) == 1
    assert "The exercises are: 1.2, 1.4." in capsys.readouterr().err


def test_two_exercises_with_one_id_are_found(course: Course) -> None:
    """Ids are unique in a section."""
    write(course.root / "solutions" / "1-fundamentals" / "1.2-again.ipynb", NotebookNode(notebooks.tidied(
        notebooks.read(course.find(["1.4"])[0].source))))  # fmt: skip
    assert any("2 exercises with the id 1.2" in one for one in undeclared_files(course))


def judgement(course: Course, *outcomes: str, name: str = "solution") -> Proof:
    """The judgement on runs of one cell with one claim that had these outcomes."""
    source = 'score = Score(1)\nwith score("c"):\n    pass\nscore'
    checks = notebooks.check_cells(notebooks.tidied(NotebookNode(
        cells=[cell("check-basics", source, points=1)], metadata={}, nbformat=4, nbformat_minor=5)))  # fmt: skip
    runs = [
        Run([CellVerdict("check-basics", float(one == "pass"), 1.0, one, [ClaimVerdict("c", one, "told")])])
        for one in outcomes
    ]
    return judged(Subject(course.find(["1.2"])[0], name, checks, []), runs)


def test_runs_that_differ_are_a_failure_that_names_the_claim(course: Course) -> None:
    """A claim that changes from run to run is told with how often it was which, whoever it hits."""
    assert judgement(course, "pass", "pass", "pass").problems == []
    problems = judgement(course, "pass", "fail", "pass").problems
    assert any("“c” was not always the same: 2 times pass, 1 times fail" in one for one in problems)
    assert judgement(course, "fail", "fail", name="stub").problems == []


def test_checks_that_break_down_are_a_failure(course: Course) -> None:
    """A fault of the course itself is never taken for a lost claim."""
    for name in ("solution", "stub"):
        assert "broke down" in judgement(course, "infrastructure", name=name).problems[0]


def test_a_claim_that_fails_only_once_is_a_failure(course: Course) -> None:
    """Whoever it hits, a claim that held when it was run again is named, and not taken for lost or held."""
    for name in ("solution", "stub", "1.2-sign.py"):
        (problem,) = judgement(course, "unstable", name=name).problems
        assert "“c” failed, and held when `check-basics` was run again" in problem and "told" in problem
