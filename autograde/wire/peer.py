"""Scripted parties: `peer` plays a server, `client` is its mirror image, `closed_port` is nobody at all.

A party plays its steps in a thread of its own, from the moment its block is entered, and is gone when the block is
left: no thread, no socket, no port remains. It never prints and never raises in its thread; what its script could not
get is raised as `Unmet` where the block ends, unless the block itself already failed.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from .connection import PATIENCE, READ, Connection, Ending
from .failures import Stopped, Unmet
from .steps import Step
from .transcript import Transcript, current

Address = tuple[str, int] | str
"""A TCP endpoint (host, port) or the path of a Unix socket."""

STUDENT = "student"
"""The lane of the code that is being checked."""


class Party:
    """What `peer` and `client` share: a thread that plays steps on one connection, and the way it ends."""

    def __init__(self, lane: str, steps: tuple[Step, ...]) -> None:
        self.lane = lane
        self.steps = steps
        self.failure: BaseException | None = None
        self.failed_at = 0.0
        self.finished = False
        self._is_playing = False
        self.transcript = Transcript()
        self._ending = Ending()
        self._thread = threading.Thread(target=self._play, name=f"scripted {lane}", daemon=True)

    def _open(self) -> None:
        """Make what must exist before the block runs, and say so in the record."""

    def _meet(self) -> socket.socket:
        """The connected socket on which to play."""
        raise NotImplementedError

    def _play(self) -> None:
        try:
            with self._meet() as sock:
                self._play_on(Connection(sock, self.lane, STUDENT, self.transcript, self._ending))
        except (Stopped, ConnectionError):
            # Stopped: the block is over. ConnectionError: the student's side went away, which the record shows;
            # whether that was wrong is for the check to say.
            pass
        except BaseException as error:  # handed to the thread that owns the block
            self._note(error)

    def _play_on(self, connection: Connection) -> None:
        try:
            for step in self.steps:
                step.run(connection)
        except Unmet as unmet:
            # Noted while the connection still stands: what the student's code does when it is hung up on comes later.
            self._note(unmet)
            return
        self.finished = True
        connection.close()

    def _note(self, failure: BaseException) -> None:
        self.failure, self.failed_at = failure, time.monotonic()

    def __enter__(self) -> Self:
        self.transcript = current()
        if not any(party.is_playing for party in self.transcript.parties):
            self.transcript.begin_scene()
        self.transcript.parties.append(self)
        self._is_playing = True
        self._open()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ending.announce(0.0 if error is not None else PATIENCE)
        self._thread.join()
        self._ending.close()
        self._is_playing = False
        if error is None and self.failure is not None:
            raise self.failure

    @property
    def is_playing(self) -> bool:
        """The block that uses this party has not ended yet."""
        return self._is_playing

    def wait_until_done(self, seconds: float = PATIENCE) -> bool:
        """Wait until the script has ended, well or not; False if it still runs after `seconds`."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def describe(self) -> str:
        """The script in one sentence."""
        return f"The {self.lane}'s script: " + "; ".join(step.describe() for step in self.steps) + "."


class peer(Party):
    """A scripted server on loopback that plays `steps` to the first client that connects.

    `host` is a loopback address, IPv4 or IPv6, or with `path` a Unix socket is used instead. `receive_buffer` (bytes)
    makes the system's receive buffer small, so that a reader that stops is felt sooner (socket(7), SO_RCVBUF; the
    system doubles the value and has a minimum of its own). After the block, `lost_a_socket` says whether one that
    `connect` gave out had been closed by somebody else.
    """

    def __init__(
        self, *steps: Step, host: str = "127.0.0.1", path: str | None = None, receive_buffer: int | None = None,
        lane: str = "server",
    ) -> None:  # fmt: skip
        super().__init__(lane, steps)
        self.path = path
        self.lost_a_socket = False
        self._handed_out: list[socket.socket] = []
        self._connecting = threading.Lock()
        if path is not None:
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(path)
        else:
            self._listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
            self._listener.bind((host, 0))
        if receive_buffer is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)

    @property
    def address(self) -> Address:
        """Where it listens: (host, port), or the path."""
        return self.path if self.path is not None else (self.host, self.port)

    @property
    def host(self) -> str:
        """The numeric address that it is bound to."""
        return str(self._bound[0])

    @property
    def port(self) -> int:
        """The port that the system gave it."""
        return int(self._bound[1])

    def connect(self, *, timeout: float | None = None, send_buffer: int | None = None) -> socket.socket:
        """A socket connected to this peer, to be handed to a function of the student; it is closed with the peer.

        `timeout` is set on it; `send_buffer` (bytes) bounds what the system takes ahead of the reader (SO_SNDBUF).
        """
        sock = socket.socket(self._listener.family)
        if send_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        with self._connecting:
            self.transcript.add(STUDENT, "connects", to=self.lane, text="(the check made the connection)")
            sock.connect(self.address)
        sock.settimeout(timeout)
        self._handed_out.append(sock)
        return sock

    def _open(self) -> None:
        self._listener.listen()
        self._listener.setblocking(False)
        self._bound = self._listener.getsockname()
        where = self.path if self.path is not None else f"{self.host}:{self.port}"
        self.transcript.add(self.lane, "listens", text=where)

    def _meet(self) -> socket.socket:
        while True:
            try:
                self._ending.wait(self._listener, READ, endless=True)
            except Stopped:
                raise Unmet(f"nobody connected to the {self.lane}") from None
            with contextlib.suppress(BlockingIOError, ConnectionAbortedError):  # gone again before it was accepted
                sock, _ = self._listener.accept()
                self.transcript.add(self.lane, "accepts", to=STUDENT)
                with self._connecting:  # a reset must not reach `connect` while it has not returned yet
                    return sock

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.lost_a_socket = any(sock.fileno() == -1 for sock in self._handed_out)
        for sock in self._handed_out:
            sock.close()
        try:
            super().__exit__(kind, error, traceback)
        finally:
            # Only now: closing a listener resets whoever is still in its queue, who may be about to be accepted.
            self._listener.close()
            if self.path is not None:
                os.unlink(self.path)


class client(Party):
    """A scripted client that connects to `address`, or takes a connected socket instead, and plays `steps`."""

    def __init__(self, address: Address | socket.socket, *steps: Step, lane: str = "client") -> None:
        super().__init__(lane, steps)
        self._address = address

    def _meet(self) -> socket.socket:
        if isinstance(self._address, socket.socket):
            return self._address
        unix = isinstance(self._address, str)
        family = socket.AF_UNIX if unix else socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        sock = socket.socket(family)
        self.transcript.add(self.lane, "connects", to=STUDENT)
        try:
            sock.settimeout(PATIENCE)
            sock.connect(self._address)
        except OSError as error:
            sock.close()
            raise Unmet(f"the {self.lane} could not connect: {error}") from error
        return sock


def unread(sock: socket.socket, seconds: float = 1.0) -> bytes:
    """What still waits in the stream after the student's code has used it: the next bytes, or b"" if none come.

    A check asks this, not `recv`, because a socket that was lent may come back drained, ended, or with another timeout.
    """
    sock.settimeout(seconds)
    try:
        return sock.recv(65536)
    except (TimeoutError, ConnectionError):
        return b""


@contextlib.contextmanager
def closed_port(host: str = "127.0.0.1") -> Iterator[tuple[str, int]]:
    """F12: the address of a port on which nobody listens. For the block it stays reserved: nobody else can take it."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as sock:
        sock.bind((host, 0))
        port = sock.getsockname()[1]
        current().begin_scene()
        current().add("server", "notes", text=f"Nobody listens on {host}:{port}.")
        yield host, port
