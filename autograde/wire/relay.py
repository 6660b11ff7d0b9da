"""A relay between the student's code and any stream server: it records both sides, and does to them what networks do.

    with site() as server, relay(server.address, to_student=[passes(100), resets()]) as line:
        fetch(f"http://{line.host}:{line.port}/")

Without a script a relay passes everything on as it comes: bytes, ends, resets. Each way has a script of its own,
written with the same steps as that of a peer: on the way to the student `sends` puts bytes in, `expects` takes bytes
out, and `stalls`, `drips`, `resets` and the rest do what they always do. `passes` lets through what comes. When a
script is done, whatever is left passes. What is TLS passes unread, like anything else.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from .connection import PATIENCE, READ, Connection, Ending
from .failures import Stopped
from .party import STUDENT, Address, Party, family_of
from .passage import Passage, passes
from .peer import bound
from .steps import Step


@dataclass(frozen=True)
class way:
    """What a relay does to one connection, on the way to the student and on the way to the server."""

    to_student: Sequence[Step] = ()
    to_server: Sequence[Step] = ()

    def describe(self) -> str:
        """Both scripts in words, "" if everything passes."""
        told = [
            f"to {whom}: " + "; ".join(step.describe() for step in steps)
            for whom, steps in (("your code", self.to_student), ("the server", self.to_server))
            if steps
        ]
        return ", and ".join(told)


class relay(Party):
    """Stands at `host` and `port` (or at `path`, a Unix socket) in front of the server at `address`.

    `to_student` and `to_server` are scripts for every connection. With `ways`, the first connection goes the first way,
    the second the second, and so on; the last way is that of all later ones. A script that is not met fails the block.
    So does a server that refuses the relay, unless `server_may_be_gone`: then the student's connection is closed.
    """

    def __init__(
        self, address: Address, *ways: way, to_student: Sequence[Step] = (), to_server: Sequence[Step] = (),
        host: str = "127.0.0.1", path: str | None = None, lane: str = "relay", server: str = "server",
        server_may_be_gone: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(lane)
        self.ways = ways or (way(to_student, to_server),)
        self.server = server
        self.connections = 0
        self._target = address
        self._may_be_gone = server_may_be_gone
        self._path = path
        self._lines: list[_Line] = []
        self._listener = bound(path if path is not None else (host, 0))
        self._thread = threading.Thread(target=self._accept, name=lane, daemon=True)

    @property
    def address(self) -> Address:
        """Where it listens: (host, port), or the path."""
        return self._path if self._path is not None else (self.host, self.port)

    @property
    def host(self) -> str:
        """The numeric address that it is bound to."""
        return str(self._bound[0])

    @property
    def port(self) -> int:
        """The port that the system gave it."""
        return int(self._bound[1])

    def describe(self) -> str:
        """The scripts in one sentence, "" if everything passes."""
        told = [text for each in self.ways if (text := each.describe())]
        numbered = len(self.ways) > 1
        on = "" if self.server == "server" else f" on the connection with {self.server}"
        return f"The {self.lane}'s script{on}: " + ". ".join(
            f"connection {number} {text}" if numbered else text for number, text in enumerate(told, 1)
        ) + "." if told else ""  # fmt: skip

    def _open(self) -> None:
        self._listener.listen()
        self._listener.setblocking(False)
        self._bound = self._listener.getsockname()
        for party in self.transcript.parties:
            party.step_aside(self._target)

    def _begin(self) -> None:
        self._thread.start()

    def _accept(self) -> None:
        try:
            while True:
                self._ending.wait(self._listener, READ, endless=True)
                with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
                    self._connect(self._listener.accept()[0])
        except Stopped:
            pass
        except BaseException as error:  # handed to the thread that owns the block
            self._note(error)

    def _connect(self, student: socket.socket) -> None:
        self.connections += 1
        text = f"(connection {self.connections})" if self.connections > 1 else ""
        self.transcript.add(STUDENT, "connects", to=self.server, via=self.lane, text=text)
        server, was_reset = socket.socket(family_of(self._target)), False
        try:
            server.settimeout(PATIENCE)
            server.connect(self._target)
        except ConnectionResetError:  # made and reset before this thread went on: what was sent can still be read
            was_reset = True
        except OSError as error:
            student.close()
            server.close()
            if self._may_be_gone and isinstance(error, ConnectionRefusedError):
                return
            raise
        chosen = self.ways[min(self.connections, len(self.ways)) - 1]
        self._lines.append(_Line(self, student, server, chosen, was_reset))

    def _join(self) -> None:
        self._thread.join()
        for line in self._lines:
            line.announce(0.0 if self.failure is not None else PATIENCE)
        for line in self._lines:
            line.join()

    def _release(self) -> None:
        self._listener.close()
        if self._path is not None:
            os.unlink(self._path)


class _Line:
    """One connection through a relay: two passages, a thread each."""

    def __init__(
        self, owner: relay, student: socket.socket, server: socket.socket, chosen: way, was_reset: bool
    ) -> None:  # fmt: skip
        self._owner = owner
        self._sockets = student, server
        self._endings = Ending(), Ending()
        self._left = 2
        self._lock = threading.Lock()
        passages = self._passage(student, server, 0), self._passage(server, student, 1)
        passages[1].source.ends_in_a_reset = was_reset
        self._threads = [
            threading.Thread(target=self._run, args=(passage, tuple(steps)), name=f"{owner.lane} {number}", daemon=True)
            for number, (passage, steps) in enumerate(zip(passages, (chosen.to_server, chosen.to_student), strict=True))
        ]
        for thread in self._threads:
            thread.start()

    def _passage(self, source: socket.socket, sink: socket.socket, number: int) -> Passage:
        names = (STUDENT, self._owner.server) if number == 0 else (self._owner.server, STUDENT)
        lane, transcript, ending = self._owner.lane, self._owner.transcript, self._endings[number]
        other = self._endings[1 - number]
        return Passage(
            Connection(source, lane, names[0], transcript, ending),
            Connection(sink, lane, names[1], transcript, ending),
            lambda: other.announce(0.0),
        )

    def _run(self, passage: Passage, steps: tuple[Step, ...]) -> None:
        try:
            if self._owner._play(steps, passage):
                passes().run(passage)
                passage.pass_the_end_on()
            else:
                passage.reset()
        except Stopped:
            pass
        except ConnectionError:  # a reset on one side becomes a reset on the other
            passage.reset()
        except BaseException as error:  # handed to the thread that owns the block
            self._owner._note(error)
        self._leave()

    def _leave(self) -> None:
        """The last of the two passages closes what both used."""
        with self._lock:
            self._left -= 1
            if self._left:
                return
        for sock in self._sockets:
            sock.close()

    def announce(self, patience: float) -> None:
        for ending in self._endings:
            ending.announce(patience)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()
        for ending in self._endings:
            ending.close()


__all__ = ["relay", "way"]
