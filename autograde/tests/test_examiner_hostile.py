"""An examinee that attacks the line gets a fault of its own, and nothing here breaks, hangs, or is left."""

from __future__ import annotations

import threading
import time

import pytest

from autograde.examiner import process
from autograde.examiner.errors import Died, Hang, StudentFault
from autograde.tests.examined import examined

CELL = """
    import gc, os, socket, struct, sys, threading, time

    def fine(x=0):
        return x + 1

    def line():
        found = next(o for o in gc.get_objects() if type(o).__name__ == "Channel")
        return found.sock

    def codec():
        return next(o for o in gc.get_objects() if type(o).__name__ == "function" and o.__name__ == "encode"
                    and "Refer" in str(o.__annotations__))

    def sends(data):
        line().setblocking(True)
        line().sendall(data)
        time.sleep(30)

    def says(message):
        head, _ = codec()(message)
        sends(struct.pack("!2sBHI", b"LB", 0, 0, len(head)) + head)

    def exits(code):
        os._exit(code)

    def crashes():
        os.kill(os.getpid(), 11)

    def closes_everything():
        os.closerange(0, 256)
        time.sleep(30)

    def shuts_the_line():
        line().shutdown(socket.SHUT_RDWR)
        time.sleep(30)

    def leaves_a_child_with_the_line():
        if os.fork() == 0:
            os.setsid()
            time.sleep(3)
            os._exit(0)
        os._exit(4)

    def floods_the_output():
        while True:
            os.write(1, b"x" * 65536)

    def promises_much():
        line().setblocking(True)
        line().sendall(struct.pack("!2sBHI", b"LB", 0, 0, 200_000_000))
        time.sleep(30)

    def passes_a_file_as_a_socket():
        with open("x", "w") as file:
            head, _ = codec()((1, "returns", 0, 0.0, 0.0, []))
            frame = struct.pack("!2sBHI", b"LB", 1, 0, len(head)) + head
            socket.send_fds(line(), [frame], [file.fileno()])
        time.sleep(30)

    def closes_descriptors_of_others(sock):
        os.close(sock.fileno())
        return 1

    class Mean(Exception):
        def __str__(self):
            raise SystemExit
        __repr__ = __str__
        def __getattr__(self, name):
            raise RuntimeError(name)

    def raises_something_mean():
        raise Mean(object())

    def breaks_the_interpreter():
        sys.setrecursionlimit(50)
        sys.modules.clear()
        import builtins
        for name in list(vars(builtins)):
            delattr(builtins, name)
"""

LIES: list[object] = [
    (), (1,), "hello", None, 7, ("closed", 99), ("closed", "x"), ("unknown",),
    (999_999, "returns", 0, 0.0, 0.0, []),
    (1, "returns", 0, 0.0, 0.0, []),
    ("1", "returns", 0, 0.0, 0.0, []),
    (None, "wins", 0, 0.0, 0.0, []),
    (None, "returns", 0, "long", 0.0, []),
    (None, "returns", 0, 0.0, 0.0, [(1, -5)]),
    (None, "returns", 0, 0.0, 0.0, 3),
]  # fmt: skip


@pytest.mark.parametrize("message", LIES, ids=repr)
def test_a_message_that_is_no_answer_ends_the_examinee(message: object) -> None:
    """Wrong shapes, unknown numbers and answers given twice are faults of the student."""
    with examined(CELL) as submitted:
        with pytest.raises(Died, match="`says` sent the examiner something that is no answer"):
            submitted("says").within(10)(message)
        assert submitted("fine")(1) == 2


@pytest.mark.parametrize("data", [b"HTTP/1.1 200 OK\r\n\r\n", b"\0" * 100, b"LB\0\0\0\xff\xff\xff\xff"])
def test_bytes_that_are_no_frame_end_the_examinee(data: bytes) -> None:
    """Garbage on the line is the student's fault."""
    with examined(CELL) as submitted, pytest.raises(Died, match="no answer"):
        submitted("sends")(data)


@pytest.mark.parametrize(
    ("name", "args", "told"),
    [
        ("exits", (3,), r"ended its whole process \(exit code 3\)"),
        ("exits", (0,), r"ended its whole process \(exit code 0\)"),
        ("crashes", (), r"crashed its process \(SIGSEGV\)"),
        ("shuts_the_line", (), r"closed its line to the examiner|ended its whole process \(exit code 0\)"),
        ("leaves_a_child_with_the_line", (), r"ended its whole process \(exit code 4\)"),
        ("passes_a_file_as_a_socket", (), "sent the examiner something that is no answer"),
    ],
)
def test_a_death_is_told_as_what_it_was(name: str, args: tuple[int, ...], told: str) -> None:
    """Exit codes, signals and closed lines are named, long before the deadline."""
    with examined(CELL) as submitted, pytest.raises(Died, match=f"^`{name}` (?:{told})"):
        submitted(name)(*args)


def test_closing_every_descriptor_ends_at_the_deadline() -> None:
    """A process that closed its line can no more answer than one that hangs."""
    with examined(CELL) as submitted, pytest.raises((Hang, Died)):
        submitted("closes_everything").within(0.5)()


def test_floods_of_output_are_drained() -> None:
    """Endless printing neither blocks us nor fills our memory; it ends at the deadline."""
    with examined(CELL) as submitted:
        floods = submitted("floods_the_output").within(0.5)
        with pytest.raises(Hang):
            floods()
        assert len(floods.output) < 70_000


def test_a_promise_that_is_not_kept_ends_at_the_deadline() -> None:
    """A frame that never becomes complete is a hang."""
    with examined(CELL) as submitted, pytest.raises(Hang):
        submitted("promises_much").within(0.5)()


def test_mean_exceptions_cross_all_the_same() -> None:
    """An exception whose own text cannot be had is still an exception."""
    with examined(CELL) as submitted, pytest.raises(submitted("Mean")):
        submitted("raises_something_mean")()


def test_a_broken_interpreter_is_a_fault_of_the_student() -> None:
    """Whatever the student's code does to its own process, the call ends with a student's fault."""
    with examined(CELL) as submitted:
        breaks, fine = submitted("breaks_the_interpreter"), submitted("fine")
        for call in (breaks.within(2), lambda: fine.within(2)(1)):
            try:
                call()
            except Exception as error:
                assert isinstance(error, StudentFault) or hasattr(error, "__examinee__")


def test_nothing_is_left_of_anybody() -> None:
    """After the block there is no thread, no process and no descriptor more than before."""
    import os

    def here() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    with examined(CELL) as submitted:
        submitted("fine")(1)
    before = here()
    with examined(CELL) as submitted:
        submitted("fine")(1)
        with submitted("fine").limits(recv_at_most=1):
            submitted("fine")(1)
        with pytest.raises(Died):
            submitted("exits")(1)
        submitted("fine")(1)
        pids = [examinee._launched.process.pid for examinee in process._alive]
        assert pids
    assert here() == before
    assert not process._alive
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


STUCK = "__import__('re').match(r'(a+)+$', 'a' * 60 + 'b')"


@pytest.mark.parametrize("doing", ["1", STUCK, "os.kill(os.getpid(), 19)"], ids=["idle", "stuck", "stopped"])
def test_examinees_die_with_a_program_that_is_killed(doing: str) -> None:
    """If the examiner is killed outright, its examinees end, whether they are idle, stuck or stopped."""
    import os
    import subprocess
    import sys

    program = (
        "import os, time\nfrom autograde.examiner.submitted import *\nfrom autograde.examiner import process\n"
        f"with answers([Answer({f'import os{chr(10)}def f(): return {doing}'!r})]):\n    submitted('f').start()\n"
        "    print([e._launched.process.pid for e in process._alive][0], flush=True)\n    os.kill(os.getpid(), 9)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, timeout=60)
    pid = int(run.stdout)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    pytest.fail("the examinee outlived its examiner")
