"""Scripted partners for the student's code: `peer` plays a server, `client` its mirror image.

with peer(expects(b"PING\\n", then_eof=True), sends(b"PONG\\n")) as server:
    assert ask(server.host, server.port, b"PING\\n") == b"PONG\\n"
"""

from __future__ import annotations

import contextlib
import math
import os
import socket
import threading

from .connection import PATIENCE, READ
from .failures import Stopped, Unmet
from .party import STUDENT, Address, Scripted, family_of
from .steps import Step


class peer(Scripted):
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
        self._listener = bound(path if path is not None else (host, 0))
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
                self.pen.add(self.lane, "accepts", to=STUDENT)
                with self._connecting:  # a reset must not reach `connect` while it has not returned yet
                    return sock

    def _join(self) -> None:
        self.lost_a_socket = any(sock.fileno() == -1 for sock in self._handed_out)
        for sock in self._handed_out:
            sock.close()
        super()._join()

    def _release(self) -> None:
        # Only now: closing a listener resets whoever is still in its queue, who may be about to be accepted.
        self._listener.close()
        if self.path is not None:
            os.unlink(self.path)


class client(Scripted):
    """A scripted client that connects to `address`, or takes a connected socket instead, and plays `steps`."""

    def __init__(self, address: Address | socket.socket, *steps: Step, lane: str = "client") -> None:
        super().__init__(lane, steps)
        self._address = address

    def _meet(self) -> socket.socket:
        if isinstance(self._address, socket.socket):
            return self._address
        sock = socket.socket(family_of(self._address))
        self.transcript.add(self.lane, "connects", to=STUDENT)
        try:
            sock.settimeout(PATIENCE)
            sock.connect(self._address)
        except OSError as error:
            sock.close()
            raise Unmet(f"the {self.lane} could not connect: {error}") from error
        return sock

    def _miss(self, unmet: Unmet) -> None:
        super()._miss(unmet)
        if unmet.is_cut_off:  # a server that raises hangs up on its way out: what it raised is the cause, not this
            self.failed_at = math.inf


def bound(address: Address, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """A socket bound to that address; port 0 lets the system choose."""
    sock = socket.socket(family_of(address), kind)
    try:
        sock.bind(address)
        if isinstance(address, str):
            os.chmod(address, 0o777)  # the student's code may run as another user; the folder is closed to strangers
    except OSError:
        sock.close()
        raise
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


__all__ = ["bound", "client", "peer", "unread"]
