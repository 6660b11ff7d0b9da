"""Attacks on the line between the student's process and the checks: lies, forgeries, floods and silence."""

from __future__ import annotations

from autograde.tests.attacks.corpus import ASK, DOUBLE, EXACTLY, Submission, attack

REPORT = """
import json

report = json.dumps({
    "grade_id": "check-basics", "points": 3.0, "max": 3.0, "outcome": "pass", "rows": [], "outputs": [],
    "seconds": 0.1, "trouble": "",
}).encode() + b"\\n"
"""

DESCRIPTORS = """
import os
import struct

def descriptors():
    return [int(name) for name in os.listdir("/proc/self/fd") if int(name) > 2]

def frame(head, size=None):
    return struct.pack("!2sBHI", b"LB", 0, 0, len(head) if size is None else size) + head
"""


def indented(*programs: str) -> str:
    """Programs one after the other."""
    return "\n".join(programs)


@attack(DOUBLE)
def writes_reports_everywhere(submission: Submission) -> None:
    """Writes the report of a check that went well into every descriptor that is open."""
    submission.answers(indented(REPORT, DESCRIPTORS, """
def double(n):
    for number in [1, 2, *descriptors()]:
        os.set_blocking(number, False)
        try:
            os.write(number, report)
        except OSError:
            pass
"""))  # fmt: skip


@attack(DOUBLE)
def writes_frames_everywhere(submission: Submission) -> None:
    """Writes answers to every question that could be asked into every descriptor that is open."""
    submission.answers(indented(DESCRIPTORS, """
def double(n):
    for number in descriptors():
        os.set_blocking(number, False)
        for request in range(20):
            head = b'[%d,"returns",4,0.0,0.0,[]]' % request
            try:
                os.write(number, frame(head))
            except OSError:
                pass
"""))  # fmt: skip


@attack(DOUBLE, needs_sandbox=True)
def opens_the_reports_of_others(submission: Submission) -> None:
    """Opens the standard output of the processes above it anew, and writes a report of all points there."""
    submission.answers(indented(REPORT, """
import os

def double(n):
    pid = os.getppid()
    for _ in range(3):
        if pid <= 1:
            break
        for number in range(10):
            try:
                if not os.readlink(f"/proc/{pid}/fd/{number}").startswith("pipe:"):
                    continue
                with open(f"/proc/{pid}/fd/{number}", "wb", buffering=0) as pipe:
                    os.set_blocking(pipe.fileno(), False)
                    pipe.write(report)
                confess("wrote into descriptor", number, "of a process above")
            except OSError:
                pass
        try:
            with open(f"/proc/{pid}/stat", "rb") as stat:
                pid = int(stat.read().rpartition(b")")[2].split()[1])
        except OSError:
            break
"""))  # fmt: skip


@attack(DOUBLE, needs_sandbox=True)
def takes_descriptors_of_others(submission: Submission) -> None:
    """Takes the descriptors of the process above with pidfd_getfd, and answers for it."""
    submission.answers(indented(REPORT, """
import ctypes
import os

def double(n):
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        pidfd = os.pidfd_open(os.getppid())
    except OSError:
        return
    for number in range(3, 20):
        mine = libc.syscall(438, pidfd, number, 0)
        if mine >= 0:
            confess("took descriptor", number)
            os.close(mine)
"""))  # fmt: skip


@attack(DOUBLE)
def never_answers(submission: Submission) -> None:
    """Sleeps for ever, as far as a check is concerned."""
    submission.answers("""
        import time

        def double(n):
            time.sleep(60)
    """)


@attack(DOUBLE)
def half_a_frame(submission: Submission) -> None:
    """Promises a frame of 200 MB and sends its first bytes."""
    submission.answers(indented(DESCRIPTORS, """
import time

def double(n):
    for number in descriptors():
        try:
            os.write(number, frame(b"[", 200_000_000))
        except OSError:
            pass
    time.sleep(60)
"""))  # fmt: skip


@attack(DOUBLE)
def a_flood_of_frames(submission: Submission) -> None:
    """Sends frames without end, well-formed and for nobody."""
    submission.answers(indented(DESCRIPTORS, """
import time

def double(n):
    end = time.monotonic() + 20
    flood = frame(b'[null,"closed",1,0.0,0.0,[]]') * 100
    while time.monotonic() < end:
        for number in descriptors():
            try:
                os.write(number, flood)
            except BlockingIOError:
                time.sleep(0.001)
            except OSError:
                return
"""))  # fmt: skip


@attack(DOUBLE)
def a_frame_full_of_descriptors(submission: Submission) -> None:
    """Passes 64 descriptors at a time, again and again, to use up those of the other side."""
    submission.answers(indented(DESCRIPTORS, """
import socket

def double(n):
    null = os.open("/dev/null", os.O_RDONLY)
    for number in descriptors():
        try:
            line = socket.socket(fileno=os.dup(number))
            for _ in range(50):
                header = struct.pack("!2sBHI", b"LB", 64, 0, 2)
                socket.send_fds(line, [header + b"[]"], [null] * 64)
        except OSError:
            pass
"""))  # fmt: skip


@attack(DOUBLE)
def answers_through_a_child(submission: Submission) -> None:
    """The process dies, and a child that holds its line answers in its place."""
    submission.answers(indented(DESCRIPTORS, """
import time

def double(n):
    if os.fork():
        os._exit(0)
    for request in range(50):
        for number in descriptors():
            try:
                os.write(number, frame(b'[%d,"returns",4,0.0,0.0,[]]' % request))
            except OSError:
                pass
    time.sleep(5)
    os._exit(0)
"""))  # fmt: skip


@attack(DOUBLE)
def a_result_of_great_depth(submission: Submission) -> None:
    """Returns lists in lists in lists."""
    submission.answers("""
        def double(n):
            deep = []
            for _ in range(200_000):
                deep = [deep]
            return deep
    """)


@attack(DOUBLE)
def a_result_of_great_size(submission: Submission) -> None:
    """Returns 300 MB, once as bytes and once as a number of a million digits."""
    submission.answers("""
        def double(n):
            return bytes(300_000_000) if n == 2 else 10 ** 1_000_000
    """)


@attack(DOUBLE)
def a_result_without_end(submission: Submission) -> None:
    """Returns things that never end when they are looked through, compared or printed."""
    submission.answers("""
        import time

        class Endless:
            def __iter__(self):
                return self
            def __next__(self):
                return 4
            def __len__(self):
                return 2**60
            def __eq__(self, other):
                time.sleep(30)
                return True
            def __repr__(self):
                time.sleep(30)
                return "4"
            __str__ = __repr__

        def double(n):
            return Endless() if n == 2 else iter(int, 1)
    """)


@attack(EXACTLY)
def spoils_the_lent_socket(submission: Submission) -> None:
    """Closes, exchanges and detaches the socket that it was lent, and returns sockets that nobody asked for."""
    submission.answers("""
        import os

        def recv_exactly(sock, n):
            ours, theirs = socket.socketpair()
            theirs.sendall(b"x" * 1000)
            os.dup2(ours.fileno(), sock.fileno())
            sock.detach()
            return [ours, theirs, sock]
    """)


@attack(ASK)
def answers_for_the_peer(submission: Submission) -> None:
    """Talks to itself on the port of the peer: connects from it, and sends both halves of the conversation."""
    submission.answers("""
        def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
            with socket.socket() as mine:
                mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                try:
                    mine.bind((host, port))
                    mine.listen()
                except OSError:
                    pass
            with socket.create_connection((host, port), timeout=1.0) as sock:
                sock.sendall(b"\\0" * 10)
            return b""
    """)


@attack(DOUBLE)
def prints_into_the_line(submission: Submission) -> None:
    """Puts its line to the examiner in the place of its standard output, and prints."""
    submission.answers(
        indented(
            DESCRIPTORS,
            """
def double(n):
    for number in descriptors():
        try:
            os.dup2(number, 1)
            print("5.0", flush=True)
        except OSError:
            pass
""",
        )
    )


@attack(EXACTLY)
def returns_the_line(submission: Submission) -> None:
    """Returns the sockets that it finds open, its line to the examiner among them, as if they were a result."""
    submission.answers(
        indented(
            DESCRIPTORS,
            """
def recv_exactly(sock, n):
    found = []
    for number in descriptors():
        try:
            found.append(socket.socket(fileno=os.dup(number)))
        except OSError:
            pass
    return found
""",
        )
    )
