"""Grading on a cluster gives the gradebook that grading here gives, whatever becomes of the workers. All are real."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from autograde.classroom.asked import Asked
from autograde.classroom.course import Course
from autograde.classroom.grade import grade_section
from autograde.classroom.record import database, ensure_recorded
from autograde.classroom.release import write_release
from autograde.tests.children import ended, started
from autograde.tests.clusters import (
    PRELOAD, Hosts, another_version, certificates, hosts, is_examining, until, workers_of,
)  # fmt: skip
from autograde.tests.gradebooks import everything, tables
from autograde.tests.test_classroom_stock import RIGHT
from autograde.tests.tiny_course import ALWAYS_FOUR, NEGATIVE, hand_in, make_tiny_course

SECTION = "1-fundamentals"
HANGS = "import time\n\n\ndef double(n):\n    time.sleep(60)\n"
ANSWERS = {"ann": RIGHT, "bob": NEGATIVE, "cem": HANGS, "dee": ALWAYS_FOUR, "eva": RIGHT, "fay": HANGS, "gus": NEGATIVE}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the tests look at processes as Linux shows them")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class that is not graded yet: to be copied."""
    course = make_tiny_course(tmp_path_factory.mktemp("class"))
    for exercise in course.exercises():
        write_release(course, exercise)
    ensure_recorded(course, SECTION)
    for student, answer in ANSWERS.items():
        hand_in(course, student, "1.2", {"answer-double": answer})
    hand_in(course, "hal", "1.2", {}).write_text("{")
    return course


@pytest.fixture(scope="module")
def wanted(handed_in: Course, tmp_path_factory: pytest.TempPathFactory) -> object:
    """What grading on this machine writes."""
    course = copy_of(handed_in, tmp_path_factory.mktemp("here") / "course")
    told = tmp_path_factory.mktemp("told") / "here"
    assert ended(started(lambda: grade_section(SECTION, course=course), told)) == 0, told.read_text()
    return everything(course)


@pytest.fixture
def course(handed_in: Course, tmp_path: Path) -> Course:
    """The class, not graded yet."""
    return copy_of(handed_in, tmp_path / "course")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """A scheduler without workers."""
    with hosts(tmp_path_factory.mktemp("hosts")) as some:
        yield some


def copy_of(course: Course, root: Path) -> Course:
    """The same course elsewhere, with the same times of change."""
    shutil.copytree(course.root, root)
    return Course(root)


def grading(course: Course, address: str, told: Path, before: Callable[[], object] = lambda: None) -> int:
    """Begin to grade on a cluster, in a session of its own. Returns the process id."""

    def run() -> int:
        os.setsid()
        before()
        return grade_section(SECTION, course=course, asked=Asked(cluster=address))

    return started(run, told)


def patience(seconds: float) -> None:
    """Do not wait as long as a person would for the first worker."""
    from autograde.classroom.cluster import examiners

    examiners.PATIENCE = seconds


def written(course: Course) -> int:
    """How many submissions are in the gradebook; while it is being written, none."""
    try:
        return len(tables(database(course))["submitted_assignment"])
    except Exception:
        return 0


def kill(workers: list[psutil.Process], dice: random.Random) -> bool:
    """Kill one of those that examine something."""
    busy = [one for one in workers if is_examining(one)]
    if busy:
        dice.choice(busy).kill()
    return bool(busy)


def test_workers_that_are_killed_change_nothing(course: Course, wanted: object, tmp_path: Path) -> None:
    """One dies in the middle of its work after every second submission; each is replaced, and all is graded once."""
    told, dice, killed = tmp_path / "told", random.Random(5), 0
    pid = grading(course, "local:3", told)
    for count in (0, 2, 4):
        until(lambda count=count: written(course) >= count and kill(workers_of(pid), dice))  # type: ignore[misc]
        killed += 1
    assert ended(pid) == 0, told.read_text()
    assert everything(course) == wanted
    assert killed == 3 and told.read_text().count(" eva ") == 1


def test_a_worker_that_hangs_is_replaced(course: Course, wanted: object, tmp_path: Path) -> None:
    """It gives no sign of life any more, so it is started anew, and what it had is examined again."""

    def before() -> None:
        from autograde.classroom.cluster import reach

        reach.SILENT = 5.0

    told = tmp_path / "told"
    pid = grading(course, "local:2", told, before)
    hanging = stopped_at_work(lambda: workers_of(pid))
    assert ended(pid) == 0, told.read_text()
    assert everything(course) == wanted
    assert not hanging.is_running()


def stopped_at_work(workers: Callable[[], list[psutil.Process]]) -> psutil.Process:
    """Stop one of the workers in the middle of its work, as a machine without memory does."""
    found: list[psutil.Process] = []

    def stop() -> bool:
        found.extend(one for one in workers() if is_examining(one))
        if found:
            found[0].suspend()
        return bool(found)

    until(stop)
    return found[0]


def test_past_its_deadline_a_task_is_given_to_another_worker(course: Course, wanted: object, tmp_path: Path) -> None:
    """The scheduler waits five minutes for a worker that hangs; we do not. What it returns afterwards is dropped."""

    def before() -> None:
        from autograde.classroom.cluster import examiners

        examiners.longest = lambda task: 15.0

    told = tmp_path / "told"
    with hosts(tmp_path / "hosts") as cluster:
        first, second = (psutil.Process(cluster.worker(*PRELOAD).pid) for _ in range(2))
        pid = grading(course, cluster.address, told, before)
        hanging = stopped_at_work(lambda: [first, second])
        until(lambda: written(course) > len(ANSWERS) - 1)
        hanging.resume()
        assert ended(pid) == 0, told.read_text()
    assert everything(course) == wanted


def test_a_worker_of_another_version_gets_no_work(
    course: Course, wanted: object, tmp_path: Path, cluster: Hosts
) -> None:
    """It is refused with a sentence, as is one that knows nothing of the course. Once there is another, all goes on."""
    evidence, told = tmp_path / "was given work", tmp_path / "told"
    foreign = [
        cluster.worker(*PRELOAD, course=another_version(tmp_path / "other", evidence)),
        cluster.worker(),
    ]
    until(lambda: cluster.logs().count("Registered to") == 2)
    assert ended(grading(course, cluster.address, told, lambda: patience(3.0))) == 1
    assert "gets no work: its grader has version" in told.read_text()
    assert "gets no work: it does not know this course. Start it with --preload" in told.read_text()
    assert f"There has been no worker at {cluster.address} for 3 s." in told.read_text()
    assert "Traceback" not in told.read_text() and written(course) == 0

    right = cluster.worker(*PRELOAD)
    assert ended(grading(course, cluster.address, told)) == 0, told.read_text()
    assert everything(course) == wanted and not evidence.exists()
    for one in (*foreign, right):
        one.kill()


def test_a_scheduler_that_is_lost_ends_the_run(course: Course, wanted: object, tmp_path: Path) -> None:
    """A sentence says so; what is finished is kept, and the same command goes on with the rest."""
    told = tmp_path / "told"
    with hosts(tmp_path / "hosts") as cluster:
        cluster.worker(*PRELOAD)
        pid = grading(course, cluster.address, told)
        until(lambda: written(course) > 0)
        cluster.scheduler.kill()
        assert ended(pid) == 1
    assert f"The scheduler at {cluster.address} does not answer any more. Stopped after" in told.read_text()
    assert "Traceback" not in told.read_text() and written(course) < len(ANSWERS) + 1
    assert ended(started(lambda: grade_section(SECTION, course=course), told)) == 0, told.read_text()
    assert everything(course) == wanted


def test_between_hosts_all_is_encrypted_and_nobody_else_is_let_in(
    course: Course, wanted: object, tmp_path: Path
) -> None:
    """With the certificates of the cluster it is graded as here; without, or with those of others, a sentence says why."""
    ours, others = certificates(tmp_path / "ours"), certificates(tmp_path / "others")

    def with_settings(settings: dict[str, str]) -> Callable[[], None]:
        def before() -> None:
            import dask.config

            from autograde.classroom.cluster import reach

            os.environ.update(settings)
            dask.config.refresh()
            reach.CONNECTING = 3.0 if settings is not ours else reach.CONNECTING

        return before

    told = tmp_path / "told"
    with hosts(tmp_path / "hosts", "tls", ours) as cluster:
        cluster.worker(*PRELOAD)
        assert cluster.address.startswith("tls://127.0.0.1:")
        for settings, sentence in (
            ({}, "Dask has not been told of any: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE"),
            (others, f"No scheduler could be reached at {cluster.address}"),
            ({**ours, "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT": "/nowhere"}, "cannot be used: [Errno 2]"),
        ):
            assert ended(grading(course, cluster.address, told, with_settings(settings))) == 1
            assert sentence in told.read_text() and "Traceback" not in told.read_text()
        assert ended(grading(course, cluster.address, told, with_settings(ours))) == 0, told.read_text()
    assert everything(course) == wanted


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tcp://192.0.2.1:8786", "in the clear"),
        ("192.0.2.1:8786", "is no address of a scheduler"),
        ("tls://127.0.0.1", "is no address of a scheduler"),
        ("tls://[::1", "is no address of a scheduler"),
        ("local:0", "is no number of workers"),
        ("local:many", "is no number of workers"),
        ("tcp://127.0.0.1:1", "No scheduler could be reached"),
    ],
)
def test_an_address_that_is_none_is_told(course: Course, tmp_path: Path, address: str, sentence: str) -> None:
    """Nothing of students goes to another machine in the clear, and what is mistyped is told in a sentence."""

    def before() -> None:
        from autograde.classroom.cluster import reach

        reach.CONNECTING = 1.0

    told = tmp_path / "told"
    assert ended(grading(course, address, told, before)) == 1
    assert sentence in told.read_text() and "Traceback" not in told.read_text()


@pytest.mark.parametrize(("end", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_when_the_run_ends_so_does_all_that_it_started(
    course: Course, wanted: object, tmp_path: Path, end: signal.Signals, code: int
) -> None:
    """Ctrl-C, which reaches every process of a terminal, or kill -9: no process is left, and what is finished is kept."""
    told = tmp_path / "told"
    pid = grading(course, "local:2", told)
    until(lambda: written(course) > 0 and any(map(is_examining, workers_of(pid))))
    below = psutil.Process(pid).children(recursive=True)
    if end == signal.SIGINT:
        os.killpg(pid, end)
    else:
        os.kill(pid, end)
    assert ended(pid) == code
    assert not psutil.wait_procs(below, timeout=20)[1]
    if end == signal.SIGINT:
        assert "Interrupted after" in told.read_text()
    assert "Traceback" not in told.read_text()
    assert ended(started(lambda: grade_section(SECTION, course=course), told)) == 0, told.read_text()
    assert everything(course) == wanted
