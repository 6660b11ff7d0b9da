"""A party of a scripted conversation: it plays in threads of its own while its block runs.

It is ready when the block is entered and gone when the block is left: no thread, no socket, no port remains. It never
prints and never raises in its threads; what its script could not get is raised as `Unmet` where the block ends, unless
the block itself already failed.
"""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType
from typing import Self

from .connection import PATIENCE, Connection, Ending
from .failures import Stopped, Unmet
from .steps import Channel, Step
from .transcript import Pen, Transcript, current

Address = tuple[str, int] | str
"""A TCP endpoint (host, port) or the path of a Unix socket."""

STUDENT = "student"
"""The lane of the code that is being checked."""


def family_of(address: Address) -> socket.AddressFamily:
    """The family of sockets that an address belongs to."""
    if isinstance(address, str):
        return socket.AF_UNIX
    return socket.AF_INET6 if ":" in address[0] else socket.AF_INET


class Party:
    """What all parties share: their place in the record, what went wrong, and how the block tells them to end.

    Subclasses give `_open` (what must exist before the block runs), `_begin` (start playing), `_join` (wait for the
    threads) and `_release` (close what `_open` made).
    """

    def __init__(self, lane: str) -> None:
        self.lane = lane
        self.failure: BaseException | None = None
        self.failed_at = 0.0
        self.is_playing = False
        self.transcript = Transcript()
        self.pen = Pen(self.transcript)
        self._ending = Ending()

    def step_aside(self, address: Address) -> None:
        """A relay now stands before this address and records what passes: a party there records only the rest."""
        if getattr(self, "address", None) == address:
            self.pen.is_aside = True

    def _open(self) -> None:
        pass

    def _begin(self) -> None:
        raise NotImplementedError

    def _join(self) -> None:
        raise NotImplementedError

    def _release(self) -> None:
        pass

    def describe(self) -> str:
        """The script in one sentence, "" if there is none."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self.transcript = current()
        self.pen = Pen(self.transcript)
        if not any(party.is_playing for party in self.transcript.parties):
            self.transcript.begin_scene()
        self.transcript.parties.append(self)
        self.is_playing = True
        self._open()
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ending.announce(0.0 if error is not None else PATIENCE)
        self._join()
        self._ending.close()
        self._release()
        self.is_playing = False
        if error is None and self.failure is not None:
            raise self.failure

    def _play(self, steps: tuple[Step, ...], channel: Channel) -> bool:
        """Run the steps. True if all were played; what was missed is kept while the connection still stands."""
        try:
            for step in steps:
                step.run(channel)
        except Unmet as unmet:
            # Noted now: what the student's code does when it is hung up on comes later.
            self._miss(unmet)
            return False
        return True

    def _miss(self, unmet: Unmet) -> None:
        self.transcript.add(self.lane, "misses", text=unmet.problem)
        self._note(unmet)

    def _note(self, failure: BaseException) -> None:
        if self.failure is None:
            self.failure, self.failed_at = failure, time.monotonic()


class Scripted(Party):
    """A party that plays one script on one connection, in one thread."""

    def __init__(self, lane: str, steps: tuple[Step, ...]) -> None:
        super().__init__(lane)
        self.steps = steps
        self.finished = False
        self._has_met = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"scripted {lane}", daemon=True)

    def _meet(self) -> socket.socket:
        """The connected socket on which to play."""
        raise NotImplementedError

    def _channel(self, sock: socket.socket) -> Connection:
        return Connection(sock, self.lane, STUDENT, self.pen, self._ending)

    def _begin(self) -> None:
        self._thread.start()

    def _join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        try:
            with self._meet() as sock:
                self._has_met.set()
                channel = self._channel(sock)
                self.finished = self._play(self.steps, channel)
                if self.finished:
                    channel.close()
        except (Stopped, ConnectionError):
            # Stopped: the block is over. ConnectionError: the student's side went away, which the record shows;
            # whether that was wrong is for the check to say.
            pass
        except Unmet as unmet:  # nobody to meet
            self._miss(unmet)
        except BaseException as error:  # handed to the thread that owns the block
            self._note(error)

    def wait_until_met(self, seconds: float = PATIENCE) -> bool:
        """Wait until its partner is connected; False if nobody is after `seconds`."""
        return self._has_met.wait(seconds)

    def wait_until_done(self, seconds: float = PATIENCE) -> bool:
        """Wait until the script has ended, well or not; False if it still runs after `seconds`."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def describe(self) -> str:
        """The script in one sentence, "" if there is none."""
        if not self.steps:
            return ""
        return f"The {self.lane}'s script: " + "; ".join(step.describe() for step in self.steps) + "."


__all__ = ["STUDENT", "Address", "Party", "Scripted", "family_of"]
