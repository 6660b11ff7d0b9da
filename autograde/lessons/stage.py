"""A stage on which lessons play: real programs in processes of their own, run cell by cell, their talk on record.

    stage = Stage("server", "client")
    server, client = stage

From then on a cell that begins with `%%server` runs in the server's process, and one with `%%client` in the client's
(`server.run("…")` is the same without magic). A call that cannot go on does not hold up the notebook: the cell ends,
the stage says who waits in which call, and the program goes on by itself, under the cell that gave it what it waited
for.

Programs take turns. One runs until it is done or waits; then every other one whose wait is over has its turn. Whether a
wait is over is asked of the sockets and of the record, never guessed from time, so a lesson has one story.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograde.lessons import magics
from autograde.lessons.record import Record
from autograde.lessons.watched import SLACK
from autograde.wire.datagram_faults import Rule
from autograde.wire.datagram_relay import datagram_relay
from autograde.wire.picture import Picture, cuts, moves, ruler, sequence, staircase
from autograde.wire.transcript import Event, Transcript, recording

PATIENCE = 20.0
"""Seconds in which an actor must answer: far more than any demo needs, and short enough for a run of all lessons."""

SETTLING = 0.05
"""Seconds that a blocked send is watched for room: acknowledgements on loopback come within microseconds."""

HOME = Path(__file__).resolve().parents[2]


class StageError(RuntimeError):
    """The stage cannot do what was asked; the sentence says why."""


class Actor:
    """The stage's view of one program."""

    def __init__(self, name: str, stage: Stage) -> None:
        self.name, self._stage = name, stage
        self.waiting: dict[str, Any] | None = None
        start = (
            f"import sys; sys.path.insert(0, {str(HOME)!r}); from autograde.lessons.actor import main; main({name!r})"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self._reports: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, name=f"hears {name}", daemon=True)
        self._listener.start()

    def __repr__(self) -> str:
        return f"<{self.name}: {'waits in ' + self.waiting['call'] if self.waiting else 'ready'}>"

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._reports.put(json.loads(line))
        self._reports.put(None)

    def _say(self, do: str, **facts: Any) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps({"do": do, **facts}).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise StageError(f"The {self.name} has ended. Start again from the top of the notebook.") from None

    def _hear(self) -> dict[str, Any]:
        try:
            report = self._reports.get(timeout=PATIENCE)
        except KeyboardInterrupt:
            self._process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
            return self._hear()
        except queue.Empty:
            self._process.kill()
            raise StageError(f"The {self.name} did not come back within {PATIENCE:.0f} s and was ended.") from None
        if report is None:
            raise StageError(f"The {self.name} has ended unexpectedly. Start again from the top of the notebook.")
        return report

    def run(self, code: str) -> None:
        """Run a piece of code in this program, then let the others go on as far as they can."""
        if self.waiting:
            raise StageError(
                f"The {self.name} is still in {self.waiting['call']}. Let another program give it what it"
                f" waits for, or call {self.name}.interrupt()."
            )
        with self._stage.turn():
            self._say("run", code=code)
            self._follow()

    def _follow(self) -> None:
        """Take in reports until this program is done or waits."""
        while (report := self._hear())["say"] != "done":
            match report["say"]:
                case "event":
                    self._stage.record.enter(self.name, report)
                case "lets it pass":
                    self._stage.record.let_it_pass()
                    self._say("go on")
                case "prints":
                    print(f"{self.name} │ {report['text']}")
                case "waits":
                    self.waiting = report
                    if not self._stage.record.is_due(report):
                        self._stage.record.blocked(self.name, report)
                    return

    def can_go_on(self) -> bool:
        """Ask whether the call that this program waits in would now return."""
        assert self.waiting
        if self._stage.record.is_due(self.waiting):
            return bool(self._ask("look", seconds=PATIENCE / 2))
        reading = SLACK if self.waiting["unit"] else 0
        return bool(self._ask("look", seconds=SETTLING if self.waiting["way"] == "write" else reading))

    def go_on(self, do: str = "go on") -> None:
        """Let a waiting program have its turn: `go on`, `wait it out` (until its timeout) or `interrupt`."""
        self.waiting = None
        self._say(do)
        self._follow()

    def interrupt(self) -> None:
        """Press Ctrl-C in this program: the call it waits in raises KeyboardInterrupt."""
        if not self.waiting:
            raise StageError(f"The {self.name} does not wait for anything.")
        with self._stage.turn():
            self.go_on("interrupt")

    def _ask(self, do: str, **facts: Any) -> Any:
        self._say(do, **facts)
        while (report := self._hear())["say"] != "answers":
            if report["say"] == "event":
                self._stage.record.enter(self.name, report)
        return None if report["value"] is None else ast.literal_eval(report["value"])

    def expect(self, local: str, remote: str, size: int) -> None:
        """Wait until so many bytes lie unread at one of this program's sockets (or its buffer is full)."""
        self._ask("expect", local=local, remote=remote, size=size)

    def __getitem__(self, name: str) -> Any:
        """The value of one of this program's variables, if it is plain data."""
        self._say("get", name=name)
        if (written := self._hear()["value"]) is None:
            raise NameError(f"the {self.name} has no variable {name!r}")
        return ast.literal_eval(written)

    def __setitem__(self, name: str, value: Any) -> None:
        """Give this program a variable: plain data, copied."""
        self._ask("put", name=name, value=repr(value))

    def leave(self) -> dict[str, int]:
        """End the process; returns what it had left open."""
        waits = 1 if self.waiting else 0
        left: dict[str, int] = {}
        with contextlib.suppress(StageError):
            left = self._ask("count")
            self._say("leave" if not self.waiting else "interrupt")
        self.end()
        return {**left, "waits": waits}

    def end(self) -> None:
        """Hang up, wait for the process, and free what it held here."""
        assert self._process.stdin and self._process.stdout
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        self._process.stdout.close()


class Stage:
    """Named programs, each in a process of its own, and the record of what they do with their sockets."""

    def __init__(self, *names: str) -> None:
        magics.close_the_last_stage()
        self.record = Record()
        self._relays = contextlib.ExitStack()
        self._first = 0
        self.actors = [Actor(name, self) for name in names]
        self._open = True
        magics.register(self)

    def __iter__(self) -> Iterator[Actor]:
        return iter(self.actors)

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """One program moves in this block; afterwards all others do that can, and those newly waiting are named."""
        before = {actor.name: actor.waiting for actor in self.actors}
        yield
        self._settle()
        for actor in self.actors:
            if actor.waiting and actor.waiting is not before[actor.name]:
                print(f"{actor.name} │ … waits in {actor.waiting['call']}")
        if len(self.actors) > 1 and all(actor.waiting for actor in self.actors):
            print(f"Standstill: {' and '.join(actor.name for actor in self.actors)} wait for each other.")

    def _settle(self) -> None:
        while True:
            self._let_bytes_arrive()
            waiting = [actor for actor in self.actors if actor.waiting]
            if mover := next((actor for actor in waiting if actor.can_go_on()), None):
                mover.go_on()
            elif patient := [(a.waiting["timeout"], a.name, a) for a in waiting if a.waiting and a.waiting["timeout"]]:
                min(patient)[2].go_on("wait it out")
            else:
                return

    def _let_bytes_arrive(self) -> None:
        """Bytes handed to the system reach the other socket soon, but not at once: wait for those on record."""
        for lane, local, remote, size in self.record.on_its_way():
            for actor in self.actors:
                if actor.name == lane and size < 1 << 16:
                    actor.expect(local, remote, size)

    def datagram_relay(
        self, client: str, server: str, address: tuple[str, int], *, to_server: Sequence[Rule] = (),
        to_client: Sequence[Rule] = (), lane: str = "relay", seed: int = 1,
    ) -> datagram_relay:  # fmt: skip
        """Put a relay between the program `client` and the program `server`, whose socket is at `address`.

        Whatever the client sends to the relay's `address` meets the rules. It stays until the stage is closed.
        """
        relay = datagram_relay(
            address, to_server=to_server, to_student=to_client, seed=seed, lane=lane, server=server, client=client
        )
        with recording(self.record.transcript):
            self._relays.enter_context(relay)
        self.record.watch(relay)
        return relay

    def new_scene(self) -> None:
        """Start the next picture here: what happened so far is left out of it."""
        self._first = len(self.record.transcript)

    def events(self) -> list[Event]:
        """The record of this scene, in the order of time."""
        return sorted(list(self.record.transcript)[self._first :], key=lambda event: event.at)

    def picture(self, title: str = "The conversation", *, rows: int = 60, waits: bool = True) -> Picture:
        """The sequence diagram of this scene; without `waits` it does not say who was blocked."""
        events = [event for event in self.events() if waits or event.kind != "is blocked"]
        acting = {event.lane for event in events} | {event.to for event in events}
        lanes = [actor.name for actor in self.actors if actor.name in acting]
        return sequence(events, title=title, lanes=lanes, rows=rows)

    def standstill(self, title: str = "Who waits for whom") -> Picture:
        """The present moment alone: the call that each waiting program is in."""
        now = Transcript()
        for actor in self.actors:
            if actor.waiting:
                now.add(actor.name, "is blocked", text=self._awaited(actor.waiting), at=0.0)
        return sequence(now, title=title, lanes=[actor.name for actor in self.actors])

    def _awaited(self, wait: dict[str, Any]) -> str:
        partner = self.record.lane_of(wait["remote"]) or "someone"
        deed = "connects" if wait["call"] == "accept()" else "reads" if wait["way"] == "write" else "sends"
        return f"{wait['call']} until {partner} {deed}"

    def ruler(self, sender: str, receiver: str, title: str = "The same bytes, cut twice") -> Picture:
        """How one direction of this scene was cut into sends and receipts."""
        rows, data = cuts(self.events(), sender, receiver)
        return ruler(rows, data, title=title)

    def staircase(self, sender: str, receiver: str, title: str = "Bytes so far, event by event") -> Picture:
        """How far one direction of this scene had come after each event."""
        return staircase(moves(self.events(), sender, receiver), title=title)

    def close(self) -> None:
        """End all programs. Raises AssertionError if one still waited or had left a socket or a thread."""
        if not self._open:
            return
        self._open = False
        self._relays.close()
        left = {actor.name: actor.leave() for actor in self.actors}
        open_things = [
            f"{name} left {number} {thing}"
            for name, things in left.items()
            for thing, number in things.items()
            if number
        ]
        assert not open_things, "; ".join(open_things)
        print(f"Nothing is left open: {' and '.join(left)} closed every socket and ended.")

    def end(self) -> None:
        """End all programs, whatever they are doing."""
        if self._open:
            self._open = False
            self._relays.close()
            for actor in self.actors:
                actor.end()
