"""Where an answer cell is examined: it starts examinees when they are needed and carries calls to them.

All names of one cell share a seat, hence one process, so that an object made by one can be handed to another. A block
with limits, or one that must leave nothing behind, gets a fresh process of its own; so does the first call after one
that hung. A name whose very first call hung is a lost cause: it is not tried again, so that an endless loop costs one
deadline. Nor is a cell that has hung for `HANGING` seconds in one check cell, however well its other calls went.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from autograde.examiner.bindings import LARGEST
from autograde.examiner.compared import NotKept, kind_of
from autograde.examiner.errors import ExaminerError, GivenUp, NotThere
from autograde.examiner.examinee import limits as scarcity
from autograde.examiner.output import Output
from autograde.examiner.process import Examinee
from autograde.examiner.reader import Record
from autograde.examiner.running import DEADLINE, Call, Running
from autograde.examiner.shapes import cut
from autograde.wire.transcript import Transcript, current

HANGING = 20.0
"""Seconds that an answer cell may hang within one check cell, in however many calls; then no call is tried any more."""

START = 30.0
"""Seconds that a fresh process may take to answer at all: a matter of the machine, not of the student."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The source of an answer cell, and the id of the cell."""

    source: str
    cell: str = "answer"


@dataclass
class Place:
    """An examinee and the limits it is under; it is started when first needed."""

    limits: dict[str, Any]
    examinee: Examinee | None = None
    failure: BaseException | None = None


@dataclass(slots=True)
class Learned:
    """What the calls so far have shown of an answer cell: what is lost, for how long it hung, what has ended well.

    `last` are the latest calls that ended, and `failure` is why the cell cannot be loaded.
    """

    lost: dict[str, str] = field(default_factory=dict)
    hung: float = 0.0
    completed: set[str] = field(default_factory=set)
    last: dict[str, Record] = field(default_factory=dict)
    failure: BaseException | None = None

    def copy(self) -> Learned:
        """The same, to be kept while this one changes."""
        return Learned(dict(self.lost), self.hung, set(self.completed), dict(self.last), self.failure)


@dataclass(eq=False)
class Seat:
    """One answer cell under examination. `wrap` makes stand-ins of its objects; `kit` is what it may import."""

    answer: Answer
    wrap: Callable[[Seat, Examinee, int, str], Any]
    kit: str | None = None
    made: dict[str, type[BaseException]] = field(default_factory=dict)
    output: Output = field(default_factory=Output)
    _places: list[Place] = field(default_factory=lambda: [Place({})])
    _learned: Learned = field(default_factory=Learned)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def last(self) -> Mapping[str, Record]:
        """The latest call of each name that ended."""
        return self._learned.last

    def perform(self, call: Call) -> Any:
        """Make a call and wait for its result. Raises what the student's code raised, or a `StudentFault`."""
        return self.begin(call).result()

    def begin(self, call: Call) -> Running:
        """Make a call, and do not wait."""
        if call.name in self._learned.lost:
            raise _not_tried(f"{call.subject} {self._learned.lost[call.name]}")
        if self._learned.hung >= HANGING:
            raise _not_tried(f"The answer cell has hung for {HANGING:g} s in all, so it was not tried again")
        examinee = call.examinee or self.examinee()
        transcript = current()
        if call.text:
            transcript.add("student", "calls", text=call.text)
        deadline = time.monotonic() + call.seconds
        request = examinee.ask("do", call.operation, call.arguments, deadline=deadline)
        return Running(self, call, examinee, request, transcript, deadline)

    def examinee(self) -> Examinee:
        """The examinee of the innermost block, with the cell loaded. Raises why the cell cannot be loaded."""
        with self._lock:
            place = self._places[-1]
            if place.failure is not None:
                raise BaseException.with_traceback(place.failure, None)
            if place.examinee is None or not place.examinee.is_alive:
                try:
                    place.examinee = self._start(place.limits)
                except BaseException as failure:
                    place.failure = failure if not isinstance(failure, ExaminerError) else None
                    raise
            return place.examinee

    def _start(self, limits: dict[str, Any]) -> Examinee:
        if len(self.answer.source) > LARGEST:
            size = len(self.answer.source)
            raise NotThere(f"The answer cell has {size:,} characters, and at most {LARGEST:,} are read: shorten it.")
        examinee = Examinee(lambda *what: self.wrap(self, *what), self.made, self.output)
        try:
            start = time.monotonic() + START
            if not examinee.ask("cpu", deadline=start).ended_by(start) or not examinee.is_alive:
                raise ExaminerError(f"a fresh Python process did not answer within {START:g} s: {examinee.death}")
            call = Call("running the answer cell", "load", (self.answer.source, limits, self.kit), DEADLINE)
            deadline = time.monotonic() + DEADLINE
            request = examinee.ask("do", call.operation, call.arguments, deadline=deadline)
            trouble = Running(self, call, examinee, request, Transcript(), deadline).result()
        except BaseException:
            examinee.end()
            raise
        if trouble:
            examinee.end()
            raise NotThere(f"{trouble[:1].upper()}{cut(trouble[1:])}.")
        return examinee

    @contextmanager
    def fresh(self, limits: Mapping[str, Any]) -> Iterator[None]:
        """A block whose calls go to a process of its own, under these limits and those of the blocks around it."""
        with self._lock:
            place = Place({**self._places[-1].limits, **limits}, failure=self._places[0].failure)
            self._places.append(place)
        for sentence in scarcity.describe(dict(limits)):
            current().add("student", "notes", text=sentence)
        try:
            yield
        finally:
            with self._lock:
                self._places.remove(place)
            if place.examinee is not None:
                place.examinee.end()

    def end(self) -> None:
        """End every process of this seat; later calls start a new one."""
        with self._lock:
            places = list(self._places)
        for place in places:
            if place.examinee is not None:
                place.examinee.end()
                place.examinee = None

    def forget(self) -> None:
        """Try lost causes, and a cell that could not be loaded, once more."""
        with self._lock:
            self._learned.lost.clear()
            self.turn_the_page()
            for place in self._places:
                place.failure = None

    def turn_the_page(self) -> None:
        """A new check cell begins: it has as much patience as the one before it had."""
        with self._lock:
            self._learned.hung = 0.0

    def learned(self) -> Learned:
        """What is known by now, to start over from."""
        with self._lock:
            return replace(self._learned.copy(), failure=self._places[0].failure)

    def start_over(self, learned: Learned | None) -> None:
        """Go on in fresh processes, knowing only this, or nothing."""
        self.end()
        with self._lock:
            self._learned = Learned() if learned is None else learned.copy()
            self._places[0].failure = self._learned.failure
            self.output = Output()

    def note_end(self, call: Call, record: Record) -> None:
        """A call ended in time. Its value is remembered; of an object or a socket, which that would keep alive, what it
        was."""
        if call.text:
            self._learned.completed.add(call.name)
            lives_on = isinstance(record.value, socket.socket) or hasattr(type(record.value), "__reference__")
            value = NotKept(kind_of(record.value)) if lives_on else record.value
            self._learned.last[call.name] = replace(record, value=value, numbers=call.numbers)

    def note_hang(self, call: Call, examinee: Examinee, seconds: float) -> None:
        """A call was cut off after so many seconds: its process is of no use any more."""
        examinee.end()
        self._learned.hung += seconds
        if call.name not in self._learned.completed:
            self._learned.lost[call.name] = "hung on its first call, so it was not tried again"


def _not_tried(sentence: str) -> GivenUp:
    """Recorded, so that what others then wait for in vain is not taken for the cause."""
    current().add("student", "hangs", text=sentence)
    return GivenUp(sentence)
