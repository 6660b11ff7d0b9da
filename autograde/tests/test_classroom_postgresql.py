"""The gradebook in PostgreSQL, on a server that really runs: the same content as in SQLite, and nothing lost."""

from __future__ import annotations

import builtins
import gc
import json
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from autograde.classroom import database as databases
from autograde.classroom import stock
from autograde.classroom.asked import Asked
from autograde.classroom.course import Course
from autograde.classroom.grade import grade_section
from autograde.classroom.record import database, ensure_recorded
from autograde.classroom.settings import load_config
from autograde.tests.children import counting_steps, ended, started
from autograde.tests.gradebooks import everything, tables
from autograde.tests.postgresql_server import PASSWORD, Server, running_server
from autograde.tests.test_classroom_resume import make_small_class
from autograde.tests.test_classroom_stock import RIGHT, nbgrader
from autograde.tests.test_classroom_writing import enter_by_hand, make_class, same
from autograde.tests.tiny_course import hand_in

SECTION = "1-fundamentals"
MOMENTS = 5


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server for all tests of this file."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="module")
def by_both(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Course]:
    """A class with everything in it that the gradebook has a column for, graded into SQLite and into PostgreSQL."""
    in_sqlite = make_class(tmp_path_factory.mktemp("sqlite"))
    in_postgresql = kept_in(server.new("both"), in_sqlite, tmp_path_factory.mktemp("postgresql") / "course")
    set_due_date(in_postgresql)
    for course in (in_sqlite, in_postgresql):
        grade_section(SECTION, course=course)
    return in_sqlite, in_postgresql


@pytest.fixture(scope="module")
def small(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A small class, not graded yet, whose release is recorded in PostgreSQL: to be copied."""
    root = tmp_path_factory.mktemp("small")
    course = kept_in(server.new("small"), make_small_class(root), root / "copy")
    ensure_recorded(course, SECTION)
    return course


def kept_in(url: str, course: Course, root: Path) -> Course:
    """The same course elsewhere, with another gradebook; nbgrader's own commands find it there, too."""
    shutil.copytree(course.root, root)
    (root / "gradebook.db").unlink(missing_ok=True)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f'\nc.CourseDirectory.db_url = "{url}"\n')
    return Course(root, db=url)


def set_due_date(course: Course) -> None:
    """The due date of `make_class`."""
    ensure_recorded(course, SECTION)
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(course), "loopback") as book:
            book.update_or_create_assignment(SECTION, duedate=datetime(2026, 2, 15))


def copy_of(server: Server, course: Course, root: Path, name: str) -> Course:
    """The same course elsewhere, with a copy of its gradebook."""
    server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database(course).partition("?")[0].rpartition("/")[2]}"')
    return kept_in(server.url(name), course, root)


def test_the_content_is_that_of_sqlite(by_both: tuple[Course, Course]) -> None:
    """Points, flags, comments, times, penalties, and the bytes of every graded notebook."""
    assert same(*by_both)
    assert not by_both[1].gradebook.exists()


def test_what_people_have_entered_stays(server: Server, by_both: tuple[Course, Course], tmp_path: Path) -> None:
    """A regrade with manual points, an extension, and a notebook that was taken back gives what it gives in SQLite."""
    in_sqlite = Course(shutil.copytree(by_both[0].root, tmp_path / "sqlite"))
    in_postgresql = copy_of(server, by_both[1], tmp_path / "postgresql", "by_hand")
    shutil.copytree(by_both[1].autograded, in_postgresql.autograded, dirs_exist_ok=True)
    for course in (in_sqlite, in_postgresql):
        enter_by_hand(course)
        hand_in(course, "stub", "1.2", {"answer-double": RIGHT})
        (course.submitted / "part" / SECTION / "1.4-two-cells.ipynb").unlink()
        shutil.rmtree(course.submitted / "noisy")
        (course.submitted / "noisy" / SECTION).mkdir(parents=True)
        assert grade_section(SECTION, course=course, asked=Asked(again=True)) == 1  # one notebook is none
    assert same(in_sqlite, in_postgresql)


def test_a_second_run_grades_nothing(
    server: Server, small: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is remembered is read back as it was written."""
    course = copy_of(server, small, tmp_path / "again", "again")
    assert grade_section(SECTION, course=course) == 0
    capsys.readouterr()
    assert grade_section(SECTION, course=course) == 0
    assert "3 submissions have not changed." in capsys.readouterr().out


def test_nbgrader_exports_the_same(by_both: tuple[Course, Course]) -> None:
    """`nbgrader export` writes the same table of both, which holds everybody's points."""
    exported = []
    for course in by_both:
        nbgrader(course, "export")
        exported.append(sorted((course.root / "grades.csv").read_text().splitlines()))
    assert exported[0] == exported[1]
    assert len(exported[0]) == 1 + len({*by_both[0].students(SECTION)} - {"empty"})


def test_formgrader_shows_the_same(by_both: tuple[Course, Course]) -> None:
    """What formgrader's pages are made of is the same, row for row."""
    for course in by_both:  # one that formgrader itself cannot read, in whatever database
        (course.submitted / "odd" / SECTION / "timestamp.txt").unlink()
    shown = [what_formgrader_asks(course) for course in by_both]
    assert shown[0] == shown[1]
    assert {one["name"]: one["max_score"] for one in shown[0]["assignments"]} == {SECTION: 9.0}


def what_formgrader_asks(course: Course) -> Any:
    """The answers of nbgrader's API to formgrader, without random keys."""
    with stock.nbgrader_ready():
        from nbgrader.apps.api import NbGraderAPI
        from nbgrader.coursedir import CourseDirectory

        config = load_config(course)
        config.CourseDirectory.db_url = database(course)
        api = NbGraderAPI(CourseDirectory(config=config, root=str(course.root)), config=config)
        found = {
            "assignments": api.get_assignments(),
            "submissions": api.get_submissions(SECTION),
            "notebooks": api.get_notebooks(SECTION),
            "notebook": api.get_notebook_submissions(SECTION, "1.2-double"),
            "students": api.get_students(),
            "student": api.get_student_submissions("late"),
            "student's": api.get_student_notebook_submissions("late", SECTION),
        }
    for rows in found.values():
        for row in rows:
            row.pop("id", None)
            row.pop("index", None)  # the order of the random keys
    return json.loads(json.dumps({name: sorted(rows, key=repr) for name, rows in found.items()}, default=str))


def connections_ended(server: Server) -> None:
    """End all connections but one's own, as an administrator or a network does."""
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


def crashed(server: Server) -> None:
    """End the server, as a power cut does."""
    server.stop("immediate")


@pytest.mark.parametrize("disturb", [connections_ended, crashed])
def test_a_lost_database_loses_nothing(
    server: Server, small: Course, tmp_path: Path, disturb: Callable[[Server], None]
) -> None:
    """Lost at random steps: one sentence, nothing half written, and the next run ends as an undisturbed one does."""
    undisturbed = copy_of(server, small, tmp_path / "undisturbed", f"undisturbed_{disturb.__name__}")
    told = tmp_path / "steps"

    def count() -> int:
        counting_steps(lambda step: print("step", step, flush=True))
        return grade_section(SECTION, course=undisturbed)

    assert ended(started(count, told)) == 0, told.read_text()
    steps = max(int(line.split()[1]) for line in told.read_text().splitlines() if line.startswith("step "))
    lost = 0
    for moment in sorted(random.Random(steps).sample(range(1, steps), MOMENTS)):
        course = copy_of(server, small, tmp_path / str(moment), f"{disturb.__name__}_{moment}")

        def run(course: Course = course, moment: int = moment) -> int:
            counting_steps(lambda step: disturb(server) if step == moment else None)
            return grade_section(SECTION, course=course)

        told = tmp_path / f"told-{moment}"
        code = ended(started(run, told))
        if disturb is crashed:
            server.start()
        errors = told.read_text()
        assert "Traceback" not in errors and PASSWORD not in errors
        if code:
            lost += 1
            assert "The gradebook cannot be reached or used, or not any more: " in errors
        assert half_written(course) == []
        assert grade_section(SECTION, course=course) == 0
        assert everything(course) == everything(undisturbed), f"lost at step {moment} of {steps}"
    assert lost


def half_written(course: Course) -> list[str]:
    """Students of whom the gradebook has a submission without what we remember of it, or the other way round."""
    with psycopg.connect(database(course).replace("+psycopg", "")) as connection:
        stored = {student for (student,) in connection.execute("SELECT student_id FROM submitted_assignment")}
        kept = connection.execute("SELECT to_regclass('loopback_graded')").fetchone() != (None,)
        ours = {student for (student,) in connection.execute("SELECT student FROM loopback_graded")} if kept else set()
    return sorted(stored ^ ours)


def test_another_program_that_holds_rows_is_told(
    server: Server, small: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that is left open elsewhere stops the run with a sentence; then the run goes on."""
    course = copy_of(server, small, tmp_path / "held", "held")
    monkeypatch.setattr(databases, "PATIENCE", 0.1)
    with psycopg.connect(database(course).replace("+psycopg", "")) as holder:
        holder.execute("INSERT INTO student (id) VALUES ('ann')")
        assert grade_section(SECTION, course=course) == 1
        assert "has held the gradebook for 0.1 s (formgrader, or another grading run)" in capsys.readouterr().err
        holder.rollback()
    assert grade_section(SECTION, course=course) == 0


def test_what_the_database_does_not_take_stops_only_itself(
    server: Server, small: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder whose name is longer than nbgrader's column is a finding; everybody else is graded."""
    course = copy_of(server, small, tmp_path / "long", "long")
    name = "n" * 200
    hand_in(course, name, "1.2", {"answer-double": RIGHT})
    assert grade_section(SECTION, course=course) == 1
    assert "does not take it: value too long for type character varying(128)" in " ".join(
        capsys.readouterr().out.split()
    )
    assert {row["student_id"] for row in tables(database(course))["submitted_assignment"]} == {"ann", "bob", "cem"}


def refused(course: Course, url: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `grade` says about an address: one line, without the password."""
    assert grade_section(SECTION, course=course, db=url) == 1
    errors = capsys.readouterr().err
    assert PASSWORD not in errors and "guessed" not in errors
    assert len(errors.splitlines()) == 1, errors
    return errors


def test_an_address_that_does_not_work_is_told_in_one_sentence(
    server: Server, small: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong passwords, no such database, no server, a typing error; and never the password."""
    folder = server.folder
    told = refused(small, server.url("small", password="guessed"), capsys)
    assert 'password authentication failed for user "teacher"' in told
    told = refused(small, f"postgresql://teacher@/small?host={folder}&password=guessed", capsys)
    assert 'password authentication failed for user "teacher"' in told
    assert 'database "nowhere" does not exist' in refused(small, server.url("nowhere"), capsys)
    assert "No such file" in refused(small, f"postgresql://teacher:guessed@/small?host={folder}/none", capsys)
    assert "onnection refused" in refused(small, "postgresql://teacher:guessed@127.0.0.1:1/small", capsys)
    assert "%40" in refused(small, "postgresql://teacher:quite@guessed@127.0.0.1/small", capsys)
    assert "%40" in refused(small, "postgresql://teacher:guessed@127.0.0.1:port/small", capsys)
    assert "such as postgresql://user@host/name" in refused(small, "guessed", capsys)


@pytest.mark.filterwarnings("ignore:.* was deleted while still open:ResourceWarning")
def test_a_user_who_may_not_make_tables_is_told(
    server: Server, small: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it is for everybody but the owner of a new database. nbgrader leaves its connection to be collected."""
    server.execute("CREATE USER student PASSWORD 'guessed'")
    server.new("locked")
    told = refused(small, server.url("locked", user="student", password="guessed"), capsys)
    assert "permission denied for schema public" in told
    gc.collect()


def test_a_missing_driver_is_told(
    small: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where psycopg is not installed, the sentence says how to install it."""
    really = builtins.__import__

    def without(name: str, *others: Any, **more: Any) -> Any:
        if name == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'", name=name)
        return really(name, *others, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "No module named 'psycopg'): pip install 'psycopg[binary]'." in refused(small, database(small), capsys)


def test_the_driver_is_psycopg_3(tmp_path: Path) -> None:
    """Whatever short name an address has, and whatever else is installed."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    for short in ("postgresql", "postgres", "postgresql+psycopg"):
        assert database(Course(tmp_path, db=f"{short}://ann@host/name")) == "postgresql+psycopg://ann@host/name"
