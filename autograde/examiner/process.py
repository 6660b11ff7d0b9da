"""One examinee as the examiner sees it: requests go out, checked answers come back, and it ends when we say so.

A thread of ours listens to the process: it takes answers off the line and drains what is printed. Whatever breaks the
rules of the line (see examinee.py) ends the process, and every request that is still open gets a `Died`. Nothing here
waits without a deadline for something that only the process can do.
"""

from __future__ import annotations

import atexit
import itertools
import os
import re
import selectors
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from autograde.examiner.errors import StudentLine
from autograde.examiner.examinee.channel import Frame, Late
from autograde.examiner.examinee.codec import encode
from autograde.examiner.examinee.portrait import draw
from autograde.examiner.launch import Launched, launch
from autograde.examiner.loans import Loans
from autograde.examiner.output import Output, heard
from autograde.examiner.pipe import Pipe
from autograde.examiner.reader import Reader, Request
from autograde.examiner.recorder import recorder
from autograde.examiner.shapes import lines_from

_LAST_WORDS = 64 * 1024
_PATIENCE = 1.0

BUSY = 0.8
"""Part of a time that a process must have computed for it to be said that it was not kept from doing so."""

_alive: set[Examinee] = set()


class Examinee:
    """A process that holds an answer cell.

    `wrap(examinee, handle, type name)` makes the stand-in of an object, `made` keeps the student's exception classes,
    `output` collects what is printed.
    """

    def __init__(
        self, wrap: Callable[[Examinee, int, str], Any], made: dict[str, type[BaseException]], output: Output
    ) -> None:
        self.output = output
        self.death = ""
        self.dropped: deque[int] = deque()
        self._loans = Loans()
        self.recorders: dict[int, recorder] = {}
        self._reader = Reader(self._loans, self.recorders, made, lambda *what: wrap(self, *what))
        self._open: dict[int, Request] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._last_words = bytearray()
        self._spoke = threading.Event()
        self._launched: Launched
        self._trouble: BaseException | None = None
        self._started = threading.Event()
        self._listener = threading.Thread(target=self._live, name="examinee", daemon=True)
        self._listener.start()
        self._started.wait()
        if self._trouble is not None:
            raise self._trouble

    @property
    def is_alive(self) -> bool:
        """It can be asked something."""
        return not self.death

    def ask(self, kind: str, *arguments: Any, deadline: float) -> Request:
        """Send a request and return at once. Raises `TypeError` or `ValueError` for an argument that cannot cross."""
        request = Request(next(self._numbers), self._launched.cpu_seconds())
        sockets: list[socket.socket] = []
        head, tails = encode((kind, request.number, *arguments), self._refer_with(sockets))
        with self._lock:
            self._open[request.number] = request
            if self.death:
                request.ended.set()
        with suppress(Late):  # whoever waits for the answer has the same deadline
            self._send_what_changed(deadline)
            self._send(head, tails, [sock.fileno() for sock in sockets], deadline)
        return request

    def _send_what_changed(self, deadline: float) -> None:
        while self.dropped:
            self._send(*encode(("drop", self.dropped.popleft())), [], deadline)
        for change in self._loans.changed_timeouts():
            self._send(*encode(("timeout", *change)), [], deadline)

    def _send(self, head: Any, tails: Any, sockets: list[int], deadline: float) -> None:
        try:
            self._launched.channel.send(head, tails, sockets, deadline)
        except OSError:
            self.stop("closed its line to the examiner", patience=1.0)

    def _refer_with(self, sockets: list[socket.socket]) -> Callable[[Any], tuple[str, Any]]:
        def refer(value: Any) -> tuple[str, Any]:
            if isinstance(value, socket.socket):
                kind, loan = self._loans.lend(value)
                if kind == "socket":
                    sockets.append(value)
                return kind, loan
            if isinstance(value, BaseException):
                return "exception", draw(value)
            if (refer_to := getattr(type(value), "__reference__", None)) is not None:
                reference: tuple[str, Any] = refer_to(value, self)
                return reference
            raise TypeError(f"a {type(value).__name__} cannot be passed to the student's code: {value!r}")

        return refer

    def was_busy_since(self, request: Request) -> bool:
        """Whether it has had a processor nearly all the time since then; False where nobody can tell."""
        now, then = self._launched.cpu_seconds(), request.cpu_before
        return now is not None and then is not None and now - then > BUSY * (time.monotonic() - request.asked)

    def where(self, request: Request) -> list[StudentLine]:
        """The lines of the answer cell that a request is on; asked of the process, or got out of it by a signal."""
        deadline = time.monotonic() + 0.5
        asked = self.ask("where", request.number, deadline=deadline)
        if asked.ended_by(deadline) and asked.record is not None:
            with suppress(TypeError, ValueError):
                return lines_from(asked.record.value)
        return self._last_known_lines()

    def _last_known_lines(self) -> list[StudentLine]:
        """What faulthandler says when even the interpreter is stuck, as in a regular expression that never ends."""
        self._spoke.clear()
        if not self.is_alive or self._launched.witness is None:
            return []
        self._launched.process.send_signal(signal.SIGUSR1)
        until = time.monotonic() + _PATIENCE
        while self._spoke.wait(0.3) and time.monotonic() < until:  # who holds the pipe could speak for ever
            self._spoke.clear()
        said = self._last_words.decode("utf-8", "replace")
        found = re.findall(r'File "<answer cell>", line (\d{1,7}) in (\w{1,100})', said)
        return [(int(number), name, "") for number, name in reversed(found)]

    def stop(self, death: str, patience: float = 0.0) -> None:
        """Kill the process, if it is still there. Open requests end without a record; `death` says why."""
        with self._lock:
            first, self.death = not self.death, self.death or death
        if not first:
            return
        code = self._launched.end(patience)
        if patience:
            self.death = self._launched.process.reason or _cause_of_death(code, death)
        self._launched.channel.shut()
        with self._lock:
            for request in self._open.values():
                request.ended.set()

    def end(self, death: str = "was ended") -> None:
        """Kill the process and give back everything that it needed."""
        self.stop(death)
        if threading.current_thread() is not self._listener:
            self._listener.join()

    def _live(self) -> None:
        """Start the process and listen to it to its end: it is killed when the thread that started it is gone."""
        try:
            self._launched = launch()
            _alive.add(self)
        except BaseException as trouble:
            self._trouble = trouble
            return
        finally:
            self._started.set()
        self._listen()

    def _listen(self) -> None:
        launched = self._launched
        try:
            with selectors.DefaultSelector() as selector:
                for source in (launched.channel, launched.output, launched.witness, launched.life):
                    if source is not None:
                        selector.register(source, selectors.EVENT_READ)
                while self.is_alive:
                    ready = [key.fileobj for key, _ in selector.select()]
                    for pipe in self._drain():
                        if pipe in selector.get_map():
                            selector.unregister(pipe)
                    if launched.channel in ready:
                        self._take(launched.channel.receive())
                    elif launched.life in ready:  # it ended, though a process that it started may hold its line
                        raise EOFError
        except (EOFError, OSError):
            self.stop("closed its line to the examiner", patience=1.0)
        except Exception as error:  # whatever its bytes made us stumble over, an honest examinee does not send it
            self.stop(f"sent the examiner something that is no answer ({error})")
        finally:
            self.stop("could not be listened to")
            self._drain()
            launched.close()
            _alive.discard(self)

    def _drain(self) -> list[Pipe]:
        """Read what was printed, and what faulthandler told. The pipes that have come to their end."""
        ended = []
        for pipe, take in ((self._launched.output, self._printed), (self._launched.witness, self._told)):
            for _ in range(16):
                data = pipe.read() if pipe is not None else None
                if data:
                    take(data)
                    continue
                if pipe is not None and data is not None:
                    ended.append(pipe)
                break
        return ended

    def _printed(self, data: bytes) -> None:
        self.output.add(data)
        heard(data)

    def _told(self, data: bytes) -> None:
        self._last_words += data[: _LAST_WORDS - len(self._last_words)]
        self._spoke.set()

    def _take(self, frame: Frame) -> None:
        """Act on one message. Raises for whatever an honest examinee does not send."""
        read = self._reader.read(frame)
        if read is None:
            return
        number, record = read
        self._drain()  # what was printed before the answer is there before it
        with self._lock:
            request = self._open.pop(number)
        request.answered(record, self._launched.cpu_seconds())


def _cause_of_death(code: int, otherwise: str) -> str:
    if code == -signal.SIGKILL or code == 70:
        return otherwise
    if code < 0:
        with suppress(ValueError):
            return f"crashed its process ({signal.Signals(-code).name})"
    return f"ended its whole process (exit code {code})"


def end_all(death: str = "was ended") -> None:
    """End every examinee that this process has started, though not those of the process it was forked from."""
    if os.getpid() == _OWNER:
        for examinee in tuple(_alive):
            examinee.end(death)


_OWNER = os.getpid()
atexit.register(end_all)
