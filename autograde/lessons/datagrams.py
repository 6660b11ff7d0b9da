"""Datagram sockets on a stage, UDP and Unix: each send and each receipt is one event, and no end is ever seen.

A datagram goes to the address that its call names, so both ends are told with every event. After each send the
actor lets a relay on the stage deal with it: what becomes of a datagram is on record before the next thing happens.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from autograde.lessons.watched import KEPT, WatchedSocket


class DatagramSocket(WatchedSocket):
    """The calls of datagram sockets. On a stream they are the plain ones."""

    def sendto(self, data: Any, *where: Any) -> int:
        send = super().sendto
        if not self.is_datagram:
            return send(data, *where)
        return self._send_one("sendto()", data, self._key(where[-1]), lambda: send(data, *where))

    def send(self, data: Any, flags: int = 0) -> int:
        send = super().send
        if not self.is_datagram:
            return send(data, flags)
        return self._send_one("send()", data, self.ends[1], lambda: send(data, flags))

    def sendall(self, data: Any, flags: int = 0) -> None:
        if self.is_datagram:
            self.send(data, flags)
        else:
            super().sendall(data, flags)

    def _send_one(self, call: str, data: Any, remote: str, send: Callable[[], int]) -> int:
        """Hand over one datagram. That waits on a Unix socket only, when its partner has a full queue."""
        self._wait("write", call)
        at = time.monotonic()
        size: int = self._reporting_refusals(send)
        self._name_own_end()
        whole = memoryview(data).cast("B")
        self._tell("sends", data=bytes(whole[:KEPT]), size=size, remote=remote, unit="datagram", at=at)
        if threading.current_thread() is threading.main_thread():
            self.stagehand.let_it_pass()
        return size

    def _name_own_end(self) -> None:
        """The first send of an unbound socket gives it an address."""
        if not self.ends[0]:
            self.ends = (self._key_of(self.getsockname) or self._made_up(), self.ends[1])

    def recvfrom(self, size: int, flags: int = 0) -> tuple[bytes, Any]:
        if not self.is_datagram:
            return super().recvfrom(size, flags)
        return self._receive("recvfrom()", size, flags)

    def recv(self, size: int, flags: int = 0) -> bytes:
        if not self.is_datagram:
            return super().recv(size, flags)
        return self._receive("recv()", size, flags)[0]

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:
        if not self.is_datagram:
            return super().recv_into(buffer, size, flags)
        return self._receive_into("recv_into()", buffer, size, flags)[0]

    def recvfrom_into(self, buffer: Any, size: int = 0, flags: int = 0) -> tuple[int, Any]:
        if not self.is_datagram:
            return super().recvfrom_into(buffer, size, flags)
        return self._receive_into("recvfrom_into()", buffer, size, flags)

    def recvmsg(self, size: int, ancillary: int = 0, flags: int = 0) -> tuple[bytes, list[Any], int, Any]:
        take = super().recvmsg
        self._wait("read", "recvmsg()", flags)
        data, extra, seen, sender = self._reporting_refusals(lambda: take(size, ancillary, flags))
        if self.is_datagram:
            self._took(data, sender, flags)
        return data, extra, seen, sender

    def _receive(self, call: str, size: int, flags: int) -> tuple[bytes, Any]:
        take = super().recvfrom
        self._wait("read", call, flags)
        data, sender = self._reporting_refusals(lambda: take(size, flags))
        self._took(data, sender, flags)
        return data, sender

    def _receive_into(self, call: str, buffer: Any, size: int, flags: int) -> tuple[int, Any]:
        whole = memoryview(buffer).cast("B")
        data, sender = self._receive(call, size or len(whole), flags)
        whole[: len(data)] = data
        return len(data), sender

    def _took(self, data: bytes, sender: Any, flags: int) -> None:
        if not flags & socket.MSG_PEEK:
            remote = self._key(sender) or self.ends[1]
            self._tell("receives", data=data[:KEPT], size=len(data), remote=remote, unit="datagram")

    def _reporting_refusals(self, call: Callable[[], Any]) -> Any:
        """That nobody is there reaches a connected socket with one of its next calls (RFC 1122, 4.1.3.3)."""
        try:
            return call()
        except ConnectionRefusedError as error:
            self._tell("raises", text=type(error).__name__, remote="")
            raise

    def _set_partner(self, address: Any) -> None:
        """Connect a datagram socket: nothing is sent, and nobody is told."""
        self._name_own_end()
        self.ends = (self.ends[0], self._key_of(self.getpeername) or self._key(address))
        self._tell("system call", text="connect()", remote="")
