"""A socket that tells what it does: put in the place of `socket.socket` inside an actor's process.

It behaves as the real one, with two additions. Every call that matters is reported with its bytes and the addresses of
both ends. And before a call that would block, it asks for leave to wait (`Stagehand.wait`): so it is the stage that
decides who goes on, programs take turns, and the same lesson tells the same story each time.

Only the main thread of an actor takes turns; other threads, and sockets without blocking, are reported and not held up.
The time of an event is taken before a call that gives (connect, send) and after one that gets (accept, recv): whatever
comes first in the world comes first in the record.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from autograde.lessons.datagrams import DatagramSocket
from autograde.lessons.watched import DO_NOT_WAIT, KEPT


class TappedSocket(DatagramSocket):
    """`socket.socket` under observation: here the calls of streams."""

    def listen(self, *backlog: int) -> None:
        super().listen(*backlog)
        self.ends = (self._key_of(self.getsockname), "")
        self._tell("listens")

    def accept(self) -> tuple[TappedSocket, Any]:
        self._wait("read", "accept()")
        connection, address = super().accept()
        assert isinstance(connection, TappedSocket)
        connection._remember_ends()
        connection._tell("accepts")
        return connection, address

    def connect(self, address: Any) -> None:
        at = time.monotonic()
        try:
            super().connect(address)
        except OSError as error:
            wanted = self._key(address)
            self.stagehand.tell("connects", local="", remote=wanted, text=type(error).__name__, at=at)
            self._tell("raises", text=type(error).__name__)
            raise
        if self.is_datagram:
            return self._set_partner(address)
        self._remember_ends()
        self._tell("connects", at=at)

    def recv(self, size: int, flags: int = 0) -> bytes:
        if self.is_datagram:
            return super().recv(size, flags)
        self._wait("read", "recv()", flags)
        data: bytes = self._reporting_resets(lambda: super(TappedSocket, self).recv(size, flags))
        self._got(data, len(data), size, flags)
        return data

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:
        if self.is_datagram:
            return super().recv_into(buffer, size, flags)
        self._wait("read", "recv_into()", flags)
        count: int = self._reporting_resets(lambda: super(TappedSocket, self).recv_into(buffer, size, flags))
        self._got(bytes(memoryview(buffer).cast("B")[: min(count, KEPT)]), count, size or len(buffer), flags)
        return count

    def _got(self, data: bytes, count: int, wanted: int, flags: int) -> None:
        if flags & socket.MSG_PEEK or not wanted:
            return
        if count:
            self._tell("receives", data=data[:KEPT], size=count)
        else:
            self._tell("sees the end")

    def _reporting_resets(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (ConnectionResetError, BrokenPipeError) as error:
            if self.ends[1]:
                self._tell("sees a reset", text=type(error).__name__)
            raise

    def send(self, data: Any, flags: int = 0) -> int:
        """Without a timeout the system's own `send` goes on until it has taken everything; with one it takes a part."""
        if self.is_datagram:
            return super().send(data, flags)
        whole = memoryview(data).cast("B")
        if self.gettimeout() is None:
            return self._hand_over(whole, "send()")
        self._wait("write", "send()")
        at = time.monotonic()
        count: int = self._reporting_resets(lambda: super(TappedSocket, self).send(data, flags))
        self._tell("sends", data=bytes(whole[: min(count, KEPT)]), size=count, at=at)
        return count

    def sendall(self, data: Any, flags: int = 0) -> None:
        if self.is_datagram:
            super().sendall(data, flags)
        else:
            self._hand_over(memoryview(data).cast("B"), "sendall()")

    def _hand_over(self, whole: memoryview, call: str) -> int:
        """Give everything to the system, with one event for each stretch between two waits."""
        done = told = 0
        at = time.monotonic()
        while done < len(whole):
            try:
                done += self._reporting_resets(lambda: self._send_now(whole[done:]))  # noqa: B023 (called at once)
            except BlockingIOError:
                self._tell_sent(whole[told:done], at)
                told = done
                self._wait("write", call)
                at = time.monotonic()
        self._tell_sent(whole[told:], at)
        return done

    def _tell_sent(self, part: memoryview, at: float) -> None:
        if part:
            self._tell("sends", data=bytes(part[:KEPT]), size=len(part), at=at)

    def _send_now(self, data: memoryview) -> int:
        if DO_NOT_WAIT:
            return super().send(data, DO_NOT_WAIT)
        timeout = self.gettimeout()
        self.setblocking(False)
        try:
            return super().send(data)
        finally:
            self.settimeout(timeout)

    def shutdown(self, how: int) -> None:
        at = time.monotonic()
        super().shutdown(how)
        if how == socket.SHUT_RD:
            self._tell("system call", text="shutdown(SHUT_RD)", at=at)
        else:
            self._tell("half-closes", at=at)

    def _real_close(self, *args: Any) -> None:
        """The one place that `close`, `with` and the last file of `makefile` come to."""
        at, aborts = time.monotonic(), self._aborts()
        super()._real_close(*args)  # type: ignore[misc]
        remote = "" if self.is_datagram else self.ends[1]  # the partner of a datagram socket is told nothing
        self._tell("resets" if aborts else "closes", at=at, remote=remote, text=self._of_no_conversation())

    def _of_no_conversation(self) -> str:
        """What to call a socket that has no partner; empty for one that has."""
        if self.is_datagram:
            return "the socket"
        return "" if self.ends[1] else "the listening socket" if self.ends[0] else "an unused socket"

    def _aborts(self) -> bool:
        """Whether closing now resets: SO_LINGER asks for it, or bytes lie here that nobody has read."""
        if self.is_datagram or not self.ends[1] or self.fileno() < 0:
            return False
        on, seconds = struct.unpack("ii", self.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))
        return bool(on and not seconds) or self._unread() > 0

    def _unread(self, at_most: int = 1) -> int:
        try:
            return len(super().recv(at_most, socket.MSG_PEEK)) if self._ready("read", 0) else 0
        except OSError:
            return 0

    def has_arrived(self, count: int, patience: float = 0.5) -> bool:
        """Wait until `count` unread bytes lie here; False when no more came for `patience` seconds (a full buffer)."""
        seen, since = -1, time.monotonic()
        while (unread := self._unread(count)) < count:
            if unread > seen:
                seen, since = unread, time.monotonic()
            if time.monotonic() - since > patience:
                return False
            time.sleep(0.001)
        return True


# Error messages and `repr` name the class: a lesson should read there what its reader will read at home.
TappedSocket.__module__, TappedSocket.__name__, TappedSocket.__qualname__ = "socket", "socket", "socket"
