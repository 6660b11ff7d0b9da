"""Attacks with processes: signals, exits, daemons, and looks into the memory of others."""

from __future__ import annotations

from autograde.tests.attacks.corpus import DOUBLE, Submission, attack

DAEMON = """
import os
import time

def daemon(work, seconds=300):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            try:
                with open("/proc/self/comm", "w") as comm:
                    comm.write(MARK[-15:])
                work()
                time.sleep(seconds)
            finally:
                os._exit(0)
        os._exit(0)
    os.wait()

"""
"""A process that stays when its parents are gone. It ends by itself, and carries the mark of its attack as its name."""


@attack(DOUBLE)
def exits_at_once(submission: Submission) -> None:
    """Ends its process with the code of success."""
    submission.answers("""
        import os

        def double(n):
            os._exit(0)
    """)


@attack(DOUBLE)
def exits_on_load(submission: Submission) -> None:
    """Ends its process while its answer is read."""
    submission.answers("""
        import os
        import sys

        os._exit(0) if "ipykernel" not in sys.modules else None
    """)


@attack(DOUBLE)
def crashes(submission: Submission) -> None:
    """Reads address 0."""
    submission.answers("""
        import ctypes

        def double(n):
            ctypes.string_at(0)
    """)


@attack(DOUBLE)
def stops_itself(submission: Submission) -> None:
    """Stops its own process, so that it answers no question at all; a child wakes it after a minute."""
    submission.answers("""
        import os
        import signal
        import time

        def double(n):
            if os.fork() == 0:
                time.sleep(60)
                os.kill(os.getppid(), signal.SIGCONT)
                os._exit(0)
            os.kill(os.getpid(), signal.SIGSTOP)
    """)


@attack(DOUBLE)
def does_not_want_to_end(submission: Submission) -> None:
    """Ignores every signal that can be ignored, and never ends."""
    submission.answers("""
        import signal
        import time

        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass

        def double(n):
            end = time.monotonic() + 60
            while time.monotonic() < end:
                try:
                    time.sleep(0.2)
                except BaseException:
                    pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def kills_its_parent(submission: Submission) -> None:
    """Kills the process that started it."""
    submission.answers("""
        import os
        import signal

        def double(n):
            if os.getppid() > 1:
                os.kill(os.getppid(), signal.SIGKILL)
    """)


@attack(DOUBLE, needs_sandbox=True)
def stops_its_parent(submission: Submission) -> None:
    """Stops the process that started it for a second."""
    submission.answers(DAEMON + """
import signal

def double(n):
    parent = os.getppid()
    if parent > 1:
        os.kill(parent, signal.SIGSTOP)
        confess("stopped its parent")
        time.sleep(1)
        os.kill(parent, signal.SIGCONT)
""")  # fmt: skip


@attack(DOUBLE, needs_sandbox=True)
def signals_everybody(submission: Submission) -> None:
    """Sends a signal to every process that it may reach (one that does nothing to most)."""
    submission.answers("""
        import os
        import signal

        def double(n):
            try:
                os.kill(-1, signal.SIGWINCH)
            except OSError:
                pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def ends_a_process_of_the_instructor(submission: Submission) -> None:
    """Tells a process that has nothing to do with grading to end."""
    submission.answers("""
        import os
        import signal

        def double(n):
            try:
                with open(f"/proc/{SENTINEL}/cmdline", "rb") as line:
                    if b"sentinel.log" in line.read():
                        os.kill(SENTINEL, signal.SIGTERM)
            except OSError:
                pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def starves_its_parent(submission: Submission) -> None:
    """Sets the limit of open files of the process that started it to almost nothing."""
    submission.answers("""
        import os
        import resource

        def double(n):
            if os.getppid() > 1:
                try:
                    resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (8, 8))
                    confess("set a limit of its parent")
                except OSError:
                    pass
    """)


@attack(DOUBLE)
def a_daemon_that_stays(submission: Submission) -> None:
    """Forks twice, leaves its session, and waits for the next submissions."""
    submission.answers(DAEMON + "def double(n):\n    daemon(lambda: None)\n")


@attack(DOUBLE)
def a_daemon_with_a_server(submission: Submission) -> None:
    """A daemon listens on fifty ports, where the peers of the next submissions might want to be."""
    submission.answers(DAEMON + """
import socket

def squat():
    global kept
    kept = []
    for _ in range(50):
        kept.append(socket.create_server(("127.0.0.1", 0)))
    kept.append(socket.socket(socket.AF_UNIX))
    kept[-1].bind(chr(0) + MARK)

def double(n):
    daemon(squat)
""")  # fmt: skip


@attack(DOUBLE, needs_sandbox=True)
def reads_the_memory_of_its_parent(submission: Submission) -> None:
    """Searches the memory of the process that started it for hidden checks."""
    submission.answers("""
        import os
        import re

        def double(n):
            pid, wanted = os.getppid(), b"canary" + b"-hidden-"
            try:
                with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
                    for line in maps:
                        found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
                        if not found or int(found[2], 16) - int(found[1], 16) > 1 << 26:
                            continue
                        try:
                            memory.seek(int(found[1], 16))
                            data = memory.read(int(found[2], 16) - int(found[1], 16))
                        except (OSError, OverflowError, ValueError):
                            continue
                        at = data.find(wanted)
                        if at >= 0:
                            confess(data[at - 200 : at + 200].decode("ascii", "replace"))
                            return
            except OSError:
                pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def reads_the_memory_of_others(submission: Submission) -> None:
    """Reads the memory of another process of the same user."""
    submission.answers("""
        import re

        def double(n):
            wanted = b"canary" + b"-memory-"
            try:
                with open(f"/proc/{SENTINEL}/maps") as maps, open(f"/proc/{SENTINEL}/mem", "rb") as memory:
                    for line in maps:
                        if found := re.match(r"([0-9a-f]+)-([0-9a-f]+) rw.*\\[(?:heap|stack)\\]", line):
                            memory.seek(int(found[1], 16))
                            data = memory.read(int(found[2], 16) - int(found[1], 16))
                            for hit in re.findall(wanted + rb"[0-9a-f]+", data):
                                confess(hit.decode())
            except OSError:
                pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def traces_others(submission: Submission) -> None:
    """Attaches to another process as a debugger does."""
    submission.answers("""
        import ctypes
        import os

        def double(n):
            libc = ctypes.CDLL(None)
            for pid in (SENTINEL, os.getppid()):
                if pid > 1 and libc.ptrace(16, pid, 0, 0) == 0:
                    os.waitpid(pid, 0x40000000)
                    libc.ptrace(17, pid, 0, 0)
                    confess("attached to a process")
    """)


@attack(DOUBLE, needs_sandbox=True)
def reads_environments(submission: Submission) -> None:
    """Reads the environment of every process for the secret of whoever grades."""
    submission.answers("""
        import os
        import re

        def double(n):
            print(os.environ.get(VARIABLE, ""))
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open(f"/proc/{pid}/environ", "rb") as environ:
                        for hit in re.findall(rb"canary-(?:environment|memory)-[0-9a-f]{16}", environ.read()):
                            confess(hit.decode())
                except OSError:
                    pass
    """)


@attack(DOUBLE)
def reads_its_own_environment(submission: Submission) -> None:
    """Shows all variables, arguments and open descriptors of its own process."""
    submission.answers("""
        import os
        import sys

        def double(n):
            print(dict(os.environ), sys.argv, sys.orig_argv)
            for number in os.listdir("/proc/self/fd"):
                try:
                    print(number, os.readlink(f"/proc/self/fd/{number}"))
                except OSError:
                    pass
    """)


@attack(DOUBLE)
def reads_what_it_inherited(submission: Submission) -> None:
    """Reads whatever can be read from any descriptor that was open when it began."""
    submission.answers("""
        import os
        import stat

        found = []
        for name in os.listdir("/proc/self/fd"):
            try:
                if stat.S_ISREG(os.fstat(int(name)).st_mode) or stat.S_ISDIR(os.fstat(int(name)).st_mode):
                    if not os.readlink(f"/proc/self/fd/{name}").startswith(("/dev", "/proc")):
                        found.append(os.readlink(f"/proc/self/fd/{name}"))
            except OSError:
                pass

        def double(n):
            if found:
                confess("inherited", found)
    """)


@attack(DOUBLE, needs_sandbox=True)
def leaves_shared_memory(submission: Submission) -> None:
    """Makes a segment of System V shared memory, which outlives every process."""
    submission.answers("""
        import ctypes

        def double(n):
            if ctypes.CDLL(None).shmget(int(MARK.rpartition("-")[2], 16), 4096, 0o1600) >= 0:
                print("made")
    """)


@attack(DOUBLE)
def leaves_locks(submission: Submission) -> None:
    """Takes every lock of the threading module, and forks in the middle."""
    submission.answers("""
        import gc
        import os
        import threading

        def double(n):
            for thing in gc.get_objects():
                if type(thing).__name__ in ("lock", "RLock", "_RLock") and hasattr(thing, "acquire"):
                    thing.acquire(blocking=False)
            threading.current_thread = lambda: None
    """)
