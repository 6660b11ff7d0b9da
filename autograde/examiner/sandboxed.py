"""The sandbox from a runner's side: a network of its own, and examinees that the nursery forks into it.

A runner calls `enter` once, before it has threads. From then on 127.0.0.0/8 and ::1 are its own, so its peers and the
student's code meet there and nobody else can; and its examinees are locked in (see nursery/).
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import threading
from contextlib import suppress

from autograde.examiner import launch as launching
from autograde.examiner.errors import ExaminerError
from autograde.examiner.examinee.channel import Channel
from autograde.examiner.launch import Launched
from autograde.examiner.nursery import system
from autograde.examiner.nursery.keeper import LONGEST, MEMORY, received
from autograde.examiner.pipe import Pipe
from autograde.wire.folders import share_below

STARTED = 20.0
"""Seconds in which a forked examinee must be there, even on a very busy machine."""

KEEPING = 5.0
"""Seconds in which the keeper must have ended a killed examinee with all that it started."""

_SHARED_SIZE = "size=256m,nr_inodes=10000,mode=0711"
_CREDENTIALS = struct.Struct("3i")


def enter(requests: socket.socket, place: str) -> None:
    """Put this process into the sandbox's network, and examinees from now on into the sandbox.

    `requests` leads to the nursery; `place` is an empty folder, at which the folders shared with the student's code
    will be. Raises `OSError` where the system does not let us.
    """
    system.unshare(system.CLONE_NEWNET | system.CLONE_NEWNS)
    system.raise_loopback()
    system.mount("none", "/", "", system.MS_REC | system.MS_PRIVATE)
    flags = system.MS_NOSUID | system.MS_NODEV | system.MS_NOSYMFOLLOW
    system.mount("shared", place, "tmpfs", flags, _SHARED_SIZE)
    share_below(place)
    os.umask(0)  # the student's code may be another user, and nobody else sees what the checks share with it
    sandbox = Sandbox(requests, place)
    launching.launch_with(sandbox.launch)


class Sandbox:
    """The sandbox of this runner: its keeper, from which examinees come. It ends with this process.

    One whose keeper is lost is made anew when the next examinee is wanted.
    """

    def __init__(self, requests: socket.socket, place: str) -> None:
        self._requests, self._place = requests, place
        self._changing = threading.Lock()
        self._network = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self._make()

    def _make(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._keeper = -1
        shared = system.copy_of_mount(self._place)
        try:
            socket.send_fds(self._requests, [os.fsencode(self._place)], [theirs.fileno(), self._network, shared])
        finally:
            theirs.close()
            os.close(shared)
        self._line.settimeout(STARTED)
        is_ready = False
        while not is_ready or self._keeper < 0:
            message, descriptors = received(self._line)
            if descriptors:
                (self._keeper,) = descriptors
            elif message != b"ready":
                raise OSError(f"no sandbox could be made: {message.decode('utf-8', 'replace') or 'it ended'}")
            is_ready = is_ready or message == b"ready"

    def launch(self) -> Launched:
        """A new examinee in the sandbox. Raises `ExaminerError` when there is none to be had."""
        with self._changing:
            if self._keeper < 0:
                self._make()
        ours, theirs = socket.socketpair()
        status, told_status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output, printed = os.pipe()
        witness, told = os.pipe()
        process = Sandboxed(status, self)
        launched = Launched(process, Channel(ours), Pipe(output), Pipe(witness))
        try:
            socket.send_fds(self._line, [b"launch"], [theirs.fileno(), printed, told, told_status.fileno()])
            theirs.close()
            told_status.close()
            process.meet()
            launched.life = os.dup(process.life)
        except BaseException as error:
            launched.close()
            if isinstance(error, OSError):
                raise ExaminerError(f"the sandbox is gone: {error}") from error
            raise
        finally:
            theirs.close()
            told_status.close()
            os.close(printed)
            os.close(told)
        return launched

    def end(self) -> None:
        """End all that is in it, at once."""
        with self._changing:
            keeper, self._keeper = self._keeper, -1
            if keeper >= 0:
                self._line.close()
                with suppress(OSError):
                    signal.pidfd_send_signal(keeper, signal.SIGKILL)
                os.close(keeper)


class Sandboxed:
    """An examinee in the sandbox, with what `Launched` needs of a process.

    `pid` is its number as this process sees it, `life` its pidfd.
    """

    def __init__(self, status: socket.socket, sandbox: Sandbox) -> None:
        self.pid, self.life = 0, -1
        self.returncode: int | None = None
        self.reason = ""
        self._status, self._sandbox = status, sandbox
        self._closing = threading.Lock()  # one thread may wait for the end while another clears up after it
        status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # now, since credentials are added at sending

    def meet(self) -> None:
        """Wait until it is there. Raises `ExaminerError` when it will not be."""
        self._status.settimeout(STARTED)
        message, notes = b"", list[tuple[int, int, bytes]]()
        with suppress(TimeoutError):
            message, notes, _, _ = self._status.recvmsg(LONGEST, socket.CMSG_SPACE(_CREDENTIALS.size))
        if message != b"ready":
            why = message.decode("utf-8", "replace") or "nothing was heard of it"
            raise ExaminerError(f"no examinee could be started: {why}")
        self.pid = _CREDENTIALS.unpack(notes[0][2])[0]
        self.life = os.pidfd_open(self.pid)

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        with suppress(OSError):
            signal.pidfd_send_signal(self.life, number)

    def kill(self) -> None:
        """Kill it; its keeper ends all that it started."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it and all that it started have ended. Its exit code, or minus the signal that ended it."""
        with self._closing:
            if self.returncode is None:
                self.returncode = self._how_it_ends(timeout)
            return self.returncode

    def _how_it_ends(self, timeout: float | None) -> int:
        """Its code. Raises `subprocess.TimeoutExpired`. A keeper that fails to end it is ended, and all with it."""
        self._status.settimeout(KEEPING if timeout is None else max(timeout, 0.001))
        try:
            while message := self._status.recv(LONGEST):
                if message == b"memory":
                    self.reason = f"used more than {MEMORY >> 20:,} MB of memory and was ended"
                elif message.startswith(b"ended "):
                    return int(message[6:])
        except TimeoutError:
            if timeout is not None:
                raise subprocess.TimeoutExpired("examinee", timeout) from None
            self._sandbox.end()
        except OSError:
            pass
        return -signal.SIGKILL

    def close(self) -> None:
        """Give back its descriptors; if it is still there, it ends by that."""
        with self._closing:
            self.returncode = -signal.SIGKILL if self.returncode is None else self.returncode
            self._status.close()
            if self.life >= 0:
                os.close(self.life)
                self.life = -1
