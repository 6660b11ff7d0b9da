"""The main program of the examinee: the process that holds the student's answer cell and does what the examiner asks.

A reader thread takes the requests off the line. An operation ("do") goes to the main thread if that is idle, else to a
thread of its own, so several calls can be under way; questions about the process ("where", "cpu") the reader answers
at once, even while the student's code hangs. What the process answers with is plain data, sockets, exceptions drawn as
portraits, and handles: numbers that stand for objects kept here.

Requests are tuples: ("do", id, operation, arguments), ("where", id, of which id), ("cancel", id, which id), ("cpu",
id), ("drop", handle), ("timeout", loan, seconds). Answers are (id, outcome, value, cpu seconds, those so far, changed
timeouts) with outcome "returns", "raises", "unspeakable" or "not there". Of its own accord it says ("closed", loan)
when the student closes a lent socket, and ("called", number, arguments) when the student calls a function that a check
has handed in. The examiner takes the processor time from the system rather than from here, where it can.
"""

from __future__ import annotations

import _queue
import _socket
import faulthandler
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress

from . import cell, coroutines, gone, hygiene, lent, lifetime, limits, memory, recorded, whereabouts
from .channel import FRAME, Channel, Frame
from .codec import TooMuch, decode, encode
from .objects import Incoming, Objects, release
from .operations import OPERATIONS
from .sharing import SharingChannel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def main(line: int, witness: int) -> None:
    """Serve the examiner on the socket with descriptor `line`; tell where a deaf process hangs on `witness`."""
    # _socket.socket, because limits and students replace methods of socket.socket
    channel = _line_through_stdin() if line < 0 else Channel(_socket.socket(fileno=line))  # type: ignore[arg-type]
    for descriptor in (channel.fileno(), witness):
        if descriptor >= 0:
            os.set_inheritable(descriptor, False)
    if witness >= 0:
        faulthandler.register(signal.SIGUSR1, file=witness, all_threads=True)
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    sys.dont_write_bytecode = True
    cell.prepare()
    lifetime.limit()
    Examinee(channel).serve()


def _line_through_stdin() -> Channel:
    """Windows: the examiner has shared the socket with this process."""
    return SharingChannel(socket.fromshare(sys.stdin.buffer.read()), os.getppid())  # type: ignore[attr-defined]


class Examinee:
    """One running examinee."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.objects = Objects()
        self.work: Any = _queue.SimpleQueue()
        self.main_is_busy = False
        self.busy = threading.Lock()
        self.threads: dict[int, int] = {}
        self.inspection = hygiene.Inspection()
        own: dict[str, Callable[..., Any]] = {"load": self._load, "inspect": self.inspection.findings}
        self.operations = {**OPERATIONS, **own}
        lent.listeners.append(lambda loan: self.channel.send(encode(("closed", loan))[0]))
        recorded.listeners.append(self.channel.send)

    def serve(self) -> None:
        """Do what the line asks for, until it ends."""
        reader = threading.Thread(target=self._read, name="examiner", daemon=True)
        hygiene.own_threads.add(reader)
        reader.start()
        while True:
            self._do(*self.work.get())

    def _read(self) -> None:
        try:
            while True:
                self._take(self.channel.receive())
        except EOFError:  # the examiner is gone, and with it the reason to be here
            with suppress(OSError):
                os.rmdir(self.inspection.home)
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(70)

    def _take(self, frame: Frame) -> None:
        resolve = Incoming(self.objects, frame)
        with memory.lifted():
            kind, *rest = decode(frame.head, frame.tails, resolve)
        frame.close_unused()
        if resolve.missing is not None:
            self._answer(rest[0], "not there", [resolve.missing])
        elif kind == "do":
            self._hand_over(*rest)
        elif kind == "where":
            self._answer(rest[0], "returns", [whereabouts.lines(self.threads.get(rest[1]))])
        elif kind == "cancel":
            self._answer(rest[0], "returns", [coroutines.cancel(self.threads.get(rest[1]))])
        elif kind == "cpu":
            self._answer(rest[0], "returns", [None])
        elif kind == "drop":
            self.objects.drop_later(rest[0])
        elif kind == "timeout":
            lent.set_timeout(*rest)

    def _hand_over(self, number: int, operation: str, arguments: tuple[Any, ...]) -> None:
        """Let the main thread do it if it is idle, else a thread of its own."""
        with self.busy:
            to_main, self.main_is_busy = not self.main_is_busy, True
        if to_main:
            self.work.put((number, operation, arguments))
        else:
            thread = threading.Thread(target=self._do, args=(number, operation, arguments), name="call", daemon=True)
            hygiene.own_threads.add(thread)
            thread.start()

    def _do(self, number: int, operation: str, arguments: tuple[Any, ...]) -> None:
        in_main = threading.current_thread() is threading.main_thread()
        if in_main:
            self.objects.drop_now()
        self.threads[number] = threading.get_ident()
        started = time.process_time()
        try:
            outcome, values = "returns", [self.operations[operation](*arguments)]
        except BaseException as error:
            cell.explain(error, self.objects.names)
            outcome, values = "raises", [error]
        spent = time.process_time() - started
        del arguments
        with memory.lifted():
            self._answer(number, outcome, values, spent, in_main)

    def _answer(self, number: int, outcome: str, values: list[Any], spent: float = 0.0, main: bool = False) -> None:
        """Send the one value, which is taken out of its list so that nobody else holds it."""
        sockets: list[socket.socket] = []
        head, tails = self._encoded(number, outcome, values, spent, sockets)
        self.threads.pop(number, None)
        _flush()
        if main:
            with self.busy:
                self.main_is_busy = False
        self.channel.send(head, tails, [sock.fileno() for sock in sockets])
        release(sockets)

    def _encoded(
        self, number: int, outcome: str, values: list[Any], spent: float, sockets: list[socket.socket]
    ) -> tuple[Any, list[Any]]:
        def whole(outcome: str, value: Any) -> tuple[Any, list[Any]]:
            answer = (number, outcome, value, spent, time.process_time(), lent.changed_timeouts())
            return encode(answer, self.objects.refer_with(sockets))

        try:
            head, tails = whole(outcome, values.pop())
            if len(head) + sum(memoryview(tail).nbytes for tail in tails) > FRAME:
                raise TooMuch(f"it has more than {FRAME >> 20} MB")
            return head, tails
        except (TooMuch, RecursionError, MemoryError) as error:
            sockets.clear()
            return whole("unspeakable", str(error) or type(error).__name__)

    def _load(self, source: str, scarcity: dict[str, Any], kit: str | None) -> str | None:
        """Run the answer cell under the limits, with the kit if there is one. None, or why it is no Python."""
        limits.apply(scarcity)
        gone.hide()
        if kit is not None:
            cell.provide_kit(kit)
        self.inspection.begin()
        try:
            self.objects.names = vars(cell.load(source))
        except cell.BadCell as error:
            return str(error)
        return None


def _flush() -> None:
    """Let what was printed go before the answer does. The student may have replaced or closed the streams."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
