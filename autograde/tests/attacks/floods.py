"""Floods: more of everything than a grader should give. Each is bounded, in case that nobody else bounds it."""

from __future__ import annotations

from autograde.tests.attacks.corpus import ASK, DOUBLE, Submission, attack, new_cell
from autograde.tests.attacks.process import DAEMON


@attack(DOUBLE)
def floods_descriptors(submission: Submission) -> None:
    """Opens 3,000 files and 500 sockets."""
    submission.answers("""
        import socket

        kept = []

        def double(n):
            try:
                kept.extend(open("/dev/null") for _ in range(3000))
                kept.extend(socket.socket() for _ in range(500))
            except OSError:
                pass
    """)


@attack(DOUBLE)
def floods_memory(submission: Submission) -> None:
    """Fills 400 MB, a megabyte at a time."""
    submission.answers("""
        kept = []

        def double(n):
            for _ in range(400):
                kept.append(bytearray(b"x") * (1 << 20))
    """)


@attack(DOUBLE)
def floods_the_disk(submission: Submission) -> None:
    """Writes 40 MB where it stands."""
    submission.answers("""
        def double(n):
            with open("flood", "wb") as file:
                for _ in range(40):
                    file.write(bytes(1 << 20))
    """)


@attack(DOUBLE, needs_sandbox=True)
def floods_the_temporary_folder(submission: Submission) -> None:
    """Leaves a hundred files in each folder that everybody can write to."""
    submission.answers("""
        import os

        def double(n):
            for folder in ("/tmp", "/var/tmp", "/dev/shm"):
                for number in range(100):
                    try:
                        with open(f"{folder}/{MARK}-{number}", "w") as file:
                            file.write(MARK)
                    except OSError:
                        break
    """)


@attack(DOUBLE)
def floods_memory_files(submission: Submission) -> None:
    """Makes anonymous files in memory, of 100 MB together."""
    submission.answers("""
        import os

        kept = []

        def double(n):
            for number in range(10):
                kept.append(os.memfd_create(f"flood-{number}"))
                os.write(kept[-1], bytes(10 << 20))
    """)


@attack(DOUBLE)
def floods_processes(submission: Submission) -> None:
    """Starts forty processes, each of which starts one more."""
    submission.answers(DAEMON + """
def double(n):
    for _ in range(40):
        try:
            daemon(lambda: None)
        except OSError:
            return
""")  # fmt: skip


@attack(DOUBLE)
def floods_threads(submission: Submission) -> None:
    """Starts 300 threads that wait."""
    submission.answers("""
        import threading
        import time

        def double(n):
            for _ in range(300):
                threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
    """)


@attack(DOUBLE)
def floods_the_output(submission: Submission) -> None:
    """Prints 30 MB in one line, and as many in short ones."""
    submission.answers("""
        import sys

        def double(n):
            print("x" * 30_000_000)
            for _ in range(300):
                print("y\\n" * 50_000, file=sys.stderr)
    """)


@attack(ASK)
def floods_the_peer(submission: Submission) -> None:
    """Connects again and again to whoever listens, and sends without end."""
    submission.answers("""
        kept = []

        def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
            for _ in range(300):
                try:
                    kept.append(socket.create_connection((host, port), timeout=0.1))
                    kept[-1].setblocking(False)
                    kept[-1].send(bytes(100_000))
                except OSError:
                    break
            return b""
    """)


@attack(DOUBLE)
def recursion_without_end(submission: Submission) -> None:
    """Calls itself until the stack of the process is full."""
    submission.answers("""
        import sys

        sys.setrecursionlimit(10**6)

        def double(n):
            return [double(n)]
    """)


@attack(DOUBLE)
def destructors_that_wait(submission: Submission) -> None:
    """What it leaves behind takes its time to go."""
    submission.answers("""
        import atexit
        import threading
        import time

        class Slow:
            def __del__(self):
                time.sleep(30)

        atexit.register(time.sleep, 30)
        threading.Thread(target=time.sleep, args=(30,)).start()

        def double(n):
            return Slow()
    """)


@attack(DOUBLE)
def computes_without_end(submission: Submission) -> None:
    """Keeps the interpreter in one long step, in which no signal handler of Python runs."""
    submission.answers("""
        import re

        def double(n):
            re.match(r"(a+)+$", "a" * 34 + "b")
    """)


@attack(DOUBLE)
def a_program_of_great_size(submission: Submission) -> None:
    """An answer of many megabytes, which nests as deeply as a parser lets it."""
    submission.answers("x = " + "(" * 150 + "1" + ")" * 150 + "\n" + "# flood\n" * 400_000, prelude=False)


@attack(DOUBLE)
def a_notebook_of_great_size(submission: Submission) -> None:
    """Outputs of 20 MB are handed in, and a thousand cells."""
    submission.answers("")
    with submission.edited() as notebook:
        flood = {"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}
        notebook["cells"] += [new_cell("1", f"flood-{number}") for number in range(1000)]
        notebook["cells"][-1]["outputs"] = [flood]
