"""Grading on a cluster gives the gradebook that grading here gives, whatever becomes of the workers. All are real."""

from __future__ import annotations

import os
import platform
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import psutil  # type: ignore[import-untyped]
import pytest

from autograde.classroom.asked import Asked
from autograde.classroom.cluster.offer import offers, refusal
from autograde.classroom.course import Course, CourseError
from autograde.classroom.grade import grade_section
from autograde.classroom.record import database, ensure_recorded
from autograde.classroom.release import write_release
from autograde.tests import clusters
from autograde.tests.children import ended, started
from autograde.tests.clusters import PRELOAD, Hosts, is_examining, until, workers_of
from autograde.tests.gradebooks import everything, tables
from autograde.tests.test_classroom_resume import WAITS
from autograde.tests.test_classroom_stock import RIGHT
from autograde.tests.tiny_course import ALWAYS_FOUR, NEGATIVE, hand_in, make_tiny_course

SECTION = "1-fundamentals"
SLOW = "import time\n\n\ndef double(n):\n    time.sleep(1)\n    return n + n\n"
"""Four seconds of examination, in which things can happen to whoever does it."""

ANSWERS = {"ann": RIGHT, "bob": NEGATIVE, "cem": SLOW, "dee": ALWAYS_FOUR, "eva": RIGHT, "fay": SLOW, "gus": NEGATIVE}

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
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of whoever belongs to the cluster."""
    return clusters.certificates(tmp_path_factory.mktemp("certificates") / "ours")


@pytest.fixture(scope="module")
def shared(certificates: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """A scheduler that talks TLS only."""
    with clusters.hosts(tmp_path_factory.mktemp("hosts"), "tls", certificates) as some:
        yield some


@pytest.fixture
def cluster(shared: Hosts) -> Iterator[Hosts]:
    """The same, without workers at the beginning and at the end."""
    yield shared
    shared.end_workers()


def copy_of(course: Course, root: Path) -> Course:
    """The same course elsewhere, with the same times of change."""
    shutil.copytree(course.root, root)
    return Course(root)


def grading(
    course: Course, address: str, told: Path, settings: Mapping[str, str] = MappingProxyType({}), **constants: object
) -> int:
    """Begin to grade on a cluster, in a session of its own, with Dask's settings. Returns the process id.

    `constants` are put in the place of those in `local.py`, `reach.py` and `examiners.py`.
    """

    def run() -> int:
        os.setsid()
        os.environ.update(settings)
        import dask.config

        from autograde.classroom.cluster import examiners, local, reach

        dask.config.refresh()
        for name, value in constants.items():
            setattr(next(one for one in (local, reach, examiners) if hasattr(one, name)), name, value)
        return grade_section(SECTION, course=course, asked=Asked(cluster=address))

    return started(run, told)


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
    """One dies as it starts, and one at work after every second submission; each is replaced, all is graded once."""
    told, dice, deaths = tmp_path / "told", random.Random(5), 0
    pid = grading(course, "local:3", told)
    until(lambda: bool(workers_of(pid)))
    workers_of(pid)[0].kill()
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        deaths += written(course) >= 2 * deaths and kill(workers_of(pid), dice)
        time.sleep(0.05)
    assert ended(pid) == 0, told.read_text()
    assert everything(course) == wanted
    assert deaths > 1 and told.read_text().count(" eva ") == 1


def test_a_worker_that_hangs_is_replaced(course: Course, wanted: object, tmp_path: Path) -> None:
    """It gives no sign of life any more, so it is started anew, and what it had is examined again."""
    told = tmp_path / "told"
    pid = grading(course, "local:2", told, SILENT=5.0)
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


def test_past_its_deadline_a_task_is_given_to_another_worker(
    course: Course, wanted: object, tmp_path: Path, cluster: Hosts, certificates: dict[str, str]
) -> None:
    """The scheduler waits five minutes for a worker that hangs; we do not. What it returns afterwards is dropped."""
    told = tmp_path / "told"
    workers = [psutil.Process(cluster.worker(*PRELOAD).pid) for _ in range(2)]
    pid = grading(course, cluster.address, told, certificates, longest=lambda task: 12.0)
    hanging = stopped_at_work(lambda: workers)
    until(lambda: written(course) >= len(ANSWERS))
    hanging.resume()
    assert ended(pid) == 0, told.read_text()
    assert everything(course) == wanted


def test_what_no_worker_outlives_is_examined_here(course: Course, wanted: object, tmp_path: Path) -> None:
    """Whoever begins to examine is killed, again and again: in the end the grading run does it itself."""
    told, deaths = tmp_path / "told", 0
    pid = grading(course, "local:2", told)
    while written(course) < len(ANSWERS) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        for worker in [one for one in workers_of(pid) if is_examining(one)]:
            worker.kill()
            deaths += 1
        time.sleep(0.01)
    assert ended(pid) == 0, told.read_text()
    assert everything(course) == wanted and deaths >= 2


def test_a_worker_of_another_version_gets_no_work(
    course: Course, wanted: object, tmp_path: Path, cluster: Hosts, certificates: dict[str, str]
) -> None:
    """It is refused with a sentence, as is one that knows nothing of the course. Once there is another, all goes on."""
    evidence, told = tmp_path / "was given work", tmp_path / "told"
    there = cluster.logs().count("Registered to")
    cluster.worker(*PRELOAD, course=clusters.another_version(tmp_path / "other", evidence))
    cluster.worker()
    until(lambda: cluster.logs().count("Registered to") == there + 2)
    assert ended(grading(course, cluster.address, told, certificates, PATIENCE=3.0)) == 1
    assert "gets no work: its grader has version" in told.read_text()
    assert "gets no work: it does not know this course. Start it with --preload" in told.read_text()
    assert f"There has been no worker at {cluster.address} for 3 s that could go on." in told.read_text()
    assert "Traceback" not in told.read_text() and written(course) == 0

    cluster.worker(*PRELOAD)
    assert ended(grading(course, cluster.address, told, certificates)) == 0, told.read_text()
    assert everything(course) == wanted and not evidence.exists()


def test_a_refusal_says_what_differs() -> None:
    """Another Python, no sandbox where one is required, or an offer that is none; and nothing of one that fits."""

    def why(resources: Mapping[str, float], *, require_sandbox: bool = False) -> str:
        return refusal("tls://10.0.0.5:4000", resources, require_sandbox=require_sandbox)

    here = platform.python_version()
    assert f"it has Python 3.0.1, and here it is {here}." in why({"loopback 3.0.1 0123456789ab": 4.0})
    assert "does not know this course" in why({"loopback": 1.0, "GPU": 2.0})
    assert why(offers(4, sandbox=False)) == why(offers(4, sandbox=True), require_sandbox=True) == ""
    assert "cannot lock students' code in" in why(offers(4, sandbox=False), require_sandbox=True)


def test_a_scheduler_that_is_lost_ends_the_run(course: Course, wanted: object, tmp_path: Path) -> None:
    """A sentence says so; what is finished is kept, and the same command goes on with the rest."""
    told = tmp_path / "told"
    with clusters.hosts(tmp_path / "hosts") as cluster:
        cluster.worker(*PRELOAD)
        pid = grading(course, cluster.address, told)
        until(lambda: written(course) > 0)
        cluster.scheduler.kill()
        assert ended(pid) == 1
    assert f"The scheduler at {cluster.address} does not answer any more. Stopped after" in told.read_text()
    assert "Traceback" not in told.read_text() and written(course) <= len(ANSWERS)
    assert ended(started(lambda: grade_section(SECTION, course=course), told)) == 0, told.read_text()
    assert everything(course) == wanted


def test_nobody_without_the_certificates_of_a_cluster_is_let_in(
    course: Course, tmp_path: Path, cluster: Hosts, certificates: dict[str, str]
) -> None:
    """A sentence says what is missing, or that the scheduler does not accept what there is."""
    told, none = tmp_path / "told", dict.fromkeys(certificates, "")
    assert cluster.address.startswith("tls://127.0.0.1:")
    for settings, sentence in (
        (none, "Dask has not been told of any: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE"),
        (clusters.certificates(tmp_path / "others"), f"No scheduler could be reached at {cluster.address}"),
        ({**certificates, "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT": "/nowhere"}, "cannot be used: [Errno 2]"),
    ):
        assert ended(grading(course, cluster.address, told, settings, CONNECTING=2.0)) == 1
        assert sentence in told.read_text() and "Traceback" not in told.read_text()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tcp://192.0.2.1:8786", "in the clear"),
        ("192.0.2.1:8786", "is no address of a scheduler"),
        ("tls://127.0.0.1", "is no address of a scheduler"),
        ("tls://[::1", "is no address of a scheduler"),
        ("tls://127.0.0.1:99999", "is no address of a scheduler"),
        ("local:0", "is no number of workers"),
        ("local:many", "is no number of workers"),
    ],
)
def test_an_address_that_is_none_is_told(address: str, sentence: str) -> None:
    """Nothing of students goes to another machine in the clear, and what is mistyped is told in a sentence."""
    from autograde.classroom.cluster.reach import reached

    with pytest.raises(CourseError, match=sentence), reached(address, None):
        pytest.fail("reached")


def test_where_no_scheduler_is_a_sentence_says_so(course: Course, tmp_path: Path) -> None:
    """Nobody listens there."""
    told = tmp_path / "told"
    assert ended(grading(course, "tcp://127.0.0.1:1", told, CONNECTING=1.0)) == 1
    assert "No scheduler could be reached at tcp://127.0.0.1:1: " in told.read_text()
    assert "Traceback" not in told.read_text()


@pytest.mark.parametrize(("end", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_when_the_run_ends_so_does_all_that_it_started(
    course: Course, wanted: object, tmp_path: Path, end: signal.Signals, code: int
) -> None:
    """Ctrl-C, which reaches every process of a terminal, or kill -9: no process is left, what is finished is kept."""
    told = tmp_path / "told"
    path = hand_in(course, "zoe", "1.2", {"answer-double": WAITS})
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
    shutil.rmtree(path.parents[1])
    assert ended(started(lambda: grade_section(SECTION, course=course), told)) == 0, told.read_text()
    assert everything(course) == wanted
