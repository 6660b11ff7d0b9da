"""The line between examiner and examinee: whole frames of bytes, with live sockets beside them.

A frame is a header (magic, number of descriptors, number of tails, size of the head), the sizes of the tails, the head,
and the tails. Every size is checked against `FRAME` before anything is reserved. All waiting is done by `poll`, so each
send and each receive can have a deadline, and one thread may send while another receives.

Two transports: `Channel` works over an AF_UNIX socket pair and passes descriptors (SCM_RIGHTS, unix(7)); on Windows
`SharingChannel` (sharing.py) works over a loopback TCP pair and passes what `socket.share` makes for the other
process. Only the first has been run, and only on Linux; on macOS it rests on the same calls, and the other is written
from the manual.
"""

from __future__ import annotations

import array
import os
import select
import socket
import struct
import threading
import time
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Buffer = bytes | bytearray | memoryview

FRAME = 256 * 1024 * 1024
"""Bytes that one frame may have."""

DESCRIPTORS = 64
"""Sockets that one frame may carry."""

TAILS = 4096
"""Tails that one frame may have."""

_HEADER = struct.Struct("!2sBHI")
_SIZE = struct.Struct("!Q")
_MAGIC = b"LB"
_CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
_READ, _WRITE = 1, 4  # POLLIN and POLLOUT, which Windows does not have


class BadFrame(ValueError):
    """Bytes that are no frame, or a frame that is too large."""


class Late(Exception):
    """The deadline passed before the frame was complete."""


class Frame:
    """One message: `head`, `tails` and the `descriptors` that came with it, for somebody to take or to close."""

    def __init__(self, head: Buffer, tails: Sequence[Buffer] = (), descriptors: Sequence[int] = ()) -> None:
        self.head, self.tails, self.descriptors = head, list(tails), list(descriptors)

    def take_descriptor(self) -> int:
        """The next descriptor; from now on it belongs to the caller. Raises `BadFrame` if there is none left."""
        if not self.descriptors:
            raise BadFrame("a socket is missing")
        return self.descriptors.pop(0)

    def close_unused(self) -> None:
        """Close the descriptors that nobody took."""
        while self.descriptors:
            socket.close(self.descriptors.pop())


class Channel:
    """One end of the line. Sending is safe from several threads; receiving is for one."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self._sending = threading.Lock()

    def fileno(self) -> int:
        """The descriptor to wait on for the next frame."""
        return self.sock.fileno()

    def send(
        self, head: Buffer, tails: Sequence[Buffer] = (), sockets: Sequence[int] = (), deadline: float | None = None
    ) -> None:
        """Send one frame. Raises `BadFrame` if it is too large, `Late` after the deadline (time.monotonic), `OSError`
        if the other side is gone. After `Late` the line is of no use any more: half a frame may have been sent."""
        header = self._header(head, tails, sockets)
        with self._sending:
            sent = self._send_with_descriptors(header, sockets, deadline)
            for part in (memoryview(header)[sent:], head, *tails):
                self._send_all(memoryview(part).cast("B"), deadline)

    def receive(self, deadline: float | None = None) -> Frame:
        """The next frame. Raises `EOFError` at the end, `BadFrame` for nonsense, `Late` after the deadline."""
        frame = Frame(b"")
        try:
            header = self._receive_with_descriptors(frame, deadline)
            magic, descriptors, tails, size = _HEADER.unpack(header)
            if magic != _MAGIC or descriptors != len(frame.descriptors) or tails > TAILS:
                raise BadFrame("not a frame")
            sizes = [each for (each,) in _SIZE.iter_unpack(self._receive_exactly(_SIZE.size * tails, deadline))]
            if size + sum(sizes) > FRAME:
                raise BadFrame(f"a frame of {size + sum(sizes)} bytes")
            frame.head = self._receive_exactly(size, deadline)
            frame.tails = [self._receive_exactly(each, deadline) for each in sizes]
        except BaseException:
            frame.close_unused()
            raise
        return frame

    def shut(self) -> None:
        """End the conversation: the other side, and a thread of ours that waits in `receive`, get EOFError."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the descriptor back."""
        self.sock.close()

    def _header(self, head: Buffer, tails: Sequence[Buffer], sockets: Sequence[int]) -> bytes:
        sizes = [memoryview(tail).nbytes for tail in tails]
        if len(head) + sum(sizes) > FRAME or len(tails) > TAILS or len(sockets) > DESCRIPTORS:
            raise BadFrame(f"a frame of {len(head) + sum(sizes)} bytes and {len(sockets)} sockets is too large")
        return _HEADER.pack(_MAGIC, len(sockets), len(tails), len(head)) + b"".join(map(_SIZE.pack, sizes))

    def _send_with_descriptors(self, header: bytes, sockets: Sequence[int], deadline: float | None) -> int:
        if not sockets:
            return 0
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", sockets))]
        while True:
            try:
                return self.sock.sendmsg([header], rights)
            except (BlockingIOError, InterruptedError):
                _wait(self.sock, _WRITE, deadline)

    def _send_all(self, data: memoryview, deadline: float | None) -> None:
        while data:
            try:
                data = data[self.sock.send(data) :]
            except (BlockingIOError, InterruptedError):
                _wait(self.sock, _WRITE, deadline)

    def _receive_with_descriptors(self, frame: Frame, deadline: float | None) -> bytes:
        header = b""
        room = socket.CMSG_SPACE(DESCRIPTORS * 4)
        while len(header) < _HEADER.size:
            try:
                data, notes, _, _ = self.sock.recvmsg(_HEADER.size - len(header), room, _CLOSE_ON_EXEC)
            except (BlockingIOError, InterruptedError):
                _wait(self.sock, _READ, deadline)
                continue
            frame.descriptors += _descriptors_in(notes)
            if not data:
                raise EOFError("the other side closed the line")
            header += data
        return header

    def _receive_exactly(self, size: int, deadline: float | None) -> bytearray:
        data = bytearray(size)
        missing = memoryview(data)
        while missing:
            try:
                got = self.sock.recv_into(missing)
            except (BlockingIOError, InterruptedError):
                _wait(self.sock, _READ, deadline)
                continue
            if not got:
                raise EOFError("the other side closed the line in the middle of a frame")
            missing = missing[got:]
        return data


def _descriptors_in(notes: list[tuple[int, int, bytes]]) -> list[int]:
    found = array.array("i")
    for level, kind, data in notes:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            found.frombytes(data[: len(data) - len(data) % found.itemsize])
    for descriptor in found:
        os.set_inheritable(descriptor, False)
    return found.tolist()


def _wait(sock: socket.socket, events: int, deadline: float | None) -> None:
    timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(sock, events)
        ready: bool = bool(poll.poll(None if timeout is None else timeout * 1000))
    else:
        wanted = ([sock], []) if events == _READ else ([], [sock])
        ready = any(select.select(*wanted, [], timeout))
    if not ready:
        raise Late
