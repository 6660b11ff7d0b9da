"""`bench`: both graders really grade a tiny class, and what is told follows from what was measured."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograde.classroom.bench.compared import Compared, compared
from autograde.classroom.bench.floor import Alone, Run, alone, floor
from autograde.classroom.bench.made_up import every_notebook, first_class
from autograde.classroom.bench.measure import Extent, students_for
from autograde.classroom.bench.meter import Spent
from autograde.classroom.bench.plot import draw
from autograde.classroom.bench.prices import Prices
from autograde.classroom.bench.results import Results, Side
from autograde.classroom.bench.run import run_bench
from autograde.classroom.bench.sides import Graded, stock_course
from autograde.classroom.bench.tables import tables
from autograde.classroom.course import Course
from autograde.classroom.gate import processors
from autograde.classroom.show import console
from autograde.examiner.examine import CheckCell
from autograde.examiner.seat import Answer
from autograde.tests.tiny_course import DOUBLE_BASICS, SETUP, make_tiny_course

SECTION = "1-fundamentals"
EXTENT = Extent(students=3, sizes=(12,), jobs=(2,))

only_on_linux = pytest.mark.skipif(sys.platform != "linux", reason="examiners are forked on Linux only")


@only_on_linux
def test_both_graders_grade_the_same_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Equal marks, a ratio that is the quotient of what was measured, a plot, and a course that is as it was."""
    (tmp_path / "course").mkdir()
    course = make_tiny_course(tmp_path / "course")
    before = sorted(course.root.rglob("*"))
    plot = tmp_path / "bench.svg"
    assert run_bench(SECTION, EXTENT, seed=1, plot=plot, as_json=True, course=course) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(course.root.rglob("*")) == before
    assert told["marks"] == {"notebooks": 12, "cells": 18, "differences": []}
    assert told["kinds"] == {"solution": 2, "stub": 2, "mistake": 2}
    stock, here = (told[side]["notebooks"] / told[side]["spent"]["wall"] for side in ("stock", "here"))
    assert told["ratio"] == pytest.approx(here / stock) and told["ratio"] > 0
    assert [one["notebooks"] for one in (told["stock"], told["same"], *told["sizes"], *told["jobs"])] == [6, 6, 12, 8]
    assert all(one["as_known"] for one in (told["stock"], told["same"], *told["sizes"], *told["jobs"]))
    assert list(told["exercises"]) == ["1.2", "1.4"] and all(one["wall"] > 0 for one in told["exercises"].values())
    assert 0 < told["floor"]["seconds"] < told["here"]["spent"]["wall"]
    assert ElementTree.parse(plot).getroot().tag == "{http://www.w3.org/2000/svg}svg"


@only_on_linux
def test_the_checks_by_themselves_are_measured() -> None:
    """What burns in the answer is in the time of the examinee, what waits only by the clock; a failure is run again."""
    checks = [CheckCell("setup", SETUP, None), CheckCell("check-basics", DOUBLE_BASICS, 3.0)]
    burning = (
        "import time\ndef double(n):\n    end = time.process_time() + 0.2\n    while time.process_time() < end: pass\n"
    )
    burns = alone(checks, [Answer(burning + "    return 2 * n\n")])
    assert 0.4 <= burns.once.examinees < 1.0 and burns.once.started == 1
    assert burns.again == Run() and burns.points == {"check-basics": 3.0}
    waits = alone(checks, [Answer("import time\ndef double(n):\n    time.sleep(0.2)\n    return 3 * n\n")])
    assert waits.once.wall >= 0.4 and waits.once.examinees < 0.2
    assert alone([CheckCell("check", "raise ZeroDivisionError", 1.0)], []).points == {"check": None}
    assert waits.again.wall >= 0.4 and waits.again.started == 1 and waits.points == {"check-basics": 0.0}


def test_the_floor_is_work_or_the_longest_wait() -> None:
    """Processor time over the processors, without what is seen of starts; never less than the longest notebook."""
    work = [Run(wall=2.0, runner=3.0, examinees=2.0, started=4)] * 3
    assert floor(work, 0.25, 10) == pytest.approx(10 * 3 * 4.0 / processors())
    assert floor([*work, Run(wall=999.0)], 0.25) == 999.0


def test_classes_are_one_mixture(tmp_path: Path) -> None:
    """The first class has of each exercise a solution, a stub and mistakes; a larger one has them over and over."""
    (tmp_path / "course").mkdir()
    first = first_class(make_tiny_course(tmp_path / "course"), SECTION, 3, 5, tmp_path / "first")
    assert first.kinds == {"solution": 2, "stub": 2, "mistake": 2}
    large = first.another(tmp_path / "large", 6)
    assert list(large.submissions.values()) == 2 * list(first.submissions.values())
    handed_in = (large.course.submitted / "student-0004" / SECTION / "1.2-double.ipynb").read_text("utf-8")
    assert handed_in == next(known.text for student, one, known in every_notebook(large)
                             if (student, one.id) == ("student-0004", "1.2"))  # fmt: skip
    assert first.solved(tmp_path / "solved", 2).kinds == {"solution": 4}
    assert [students_for(size, first) for size in (1, 2, 5, 6, 100)] == [1, 1, 2, 3, 51]
    config = (stock_course(first, tmp_path / "stock").root / "nbgrader_config.py").read_text("utf-8")
    assert "Autograde" not in config and "preprocessor" not in config


def test_other_marks_are_told_with_the_reason(tmp_path: Path) -> None:
    """What differs is listed with what stands in the graded notebook; what agrees is only counted."""
    (tmp_path / "course").mkdir()
    first = first_class(make_tiny_course(tmp_path / "course"), SECTION, 3, 5, tmp_path / "first")
    known = {(s, e.id, cell): points for s, e, one in every_notebook(first) for cell, points in one.points.items()}
    place = next(one for one in known if known[one] == 3)
    student, exercise, cell = place
    spent = Spent(1.0, 1.0, 1)
    here = Graded(first, spent, known, first.course, {}, "")
    assert compared(here, here).differences == [] and compared(here, here).cells == len(known)
    stock = replace(here, marks={**known, place: 0.0}, course=Course(tmp_path))
    (difference,) = compared(here, stock).differences
    assert (difference.known, difference.stock, difference.here) == (3, 0, 3)
    assert difference.why == "stock nbgrader: no graded notebook"
    path = tmp_path / "autograded" / student / SECTION / "1.2-double.ipynb"
    path.parent.mkdir(parents=True)
    error = {"output_type": "error", "ename": "CellTimeoutError", "evalue": "after 30 s"}
    made = {"metadata": {"nbgrader": {"grade_id": cell}}, "outputs": [error]}
    path.write_text(json.dumps({"cells": [made]}))
    (difference,) = compared(here, stock).differences
    assert difference.why == "stock nbgrader: CellTimeoutError: after 30 s"
    unsure = replace(here, marks={**known, place: None}, outcomes={place: "unstable"})
    assert [one.why for one in compared(unsure, here).differences] == ["here: unstable"]
    assert exercise == "1.2"


def made_up_results(cpu: float | None = 40.0) -> Results:
    """Easy numbers: stock nbgrader does 1 notebook a second, this grader 10 in the small class and 30 in the large."""
    measured = [Alone(Run(2.0, 0.1, 0.1, 0.1, 2), Run(1.0, 0.1, 0.1, 0.1, 2), {})] * 20
    stock, same = Side(4, 20, Spent(20.0, cpu, 300), True), Side(4, 20, Spent(2.0, 8.0, 100), True)
    large, few = Side(400, 2000, Spent(200 / 3, 100.0, 150), True), Side(1, 5, Spent(1.0, 2.0, 50), True, 4)
    costs = Prices(0.009, 0.012, 0.005) if cpu else Prices(None, None, 0.005)
    return Results("A machine", 1, {"stub": 20}, {}, costs, measured, stock, same, [large], [few], Compared(0, 0, []))


def test_ratios_and_parts_follow_from_the_measurements() -> None:
    """Throughput against throughput, processor time against processor time, and parts that make the whole."""
    results = made_up_results()
    assert results.ratio == pytest.approx(30.0) and results.ratio_of_first_class == pytest.approx(10.0)
    assert results.cpu_ratio == pytest.approx(2.0 / 0.05) and results.memory_ratio == 2.0
    parts = results.where()
    assert sum(parts.values()) == pytest.approx(0.05)
    assert parts["the checks themselves, once"] == pytest.approx(0.19)
    assert results.floor(results.same) == pytest.approx(max(2.0, 20 * 0.19 / processors()))
    assert results.floor_with_second_runs(results.here) == pytest.approx(2000 * 0.38 / processors())


def test_tables_and_plot_are_made_where_the_system_tells_less(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Without the time of all processes there are question marks, and the rest is told all the same."""
    results = made_up_results(cpu=None)
    assert results.cpu_ratio is None and results.where() == {}
    console().print(*tables(results))
    text = capsys.readouterr().out
    assert "30.0" in text and "?" in text and "does not tell" in text
    draw(results, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_what_cannot_be_done_is_told_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """A plot of another kind, a folder that is not there, a section without exercises."""
    course = make_tiny_course(tmp_path)
    for section, plot, said in (
        (SECTION, Path("bench.gif"), ".svg or .png"),
        (SECTION, tmp_path / "nowhere" / "bench.svg", "in a folder that is there"),
        ("2-clients", Path("bench.svg"), "nothing to grade"),
    ):
        assert run_bench(section, EXTENT, seed=1, plot=plot, as_json=False, course=course) == 1
        assert said in capsys.readouterr().err
