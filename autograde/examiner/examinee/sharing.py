"""The transport for Windows, where descriptors cannot be sent: `socket.share` makes bytes for one other process.

Written from the manual; it has not been run.
"""

from __future__ import annotations

import socket

from .channel import DESCRIPTORS, BadFrame, Channel, Frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .channel import Buffer


class SharingChannel(Channel):
    """A channel to the process with this id; sockets travel as tails of their own."""

    def __init__(self, sock: socket.socket, process: int) -> None:
        super().__init__(sock)
        self.process = process

    def send(
        self, head: Buffer, tails: Sequence[Buffer] = (), sockets: Sequence[int] = (), deadline: float | None = None
    ) -> None:
        """Send one frame; see `Channel.send`."""
        super().send(head, [*tails, *map(self._shared, sockets), bytes([len(sockets)])], (), deadline)

    def receive(self, deadline: float | None = None) -> Frame:
        """The next frame; see `Channel.receive`."""
        frame = super().receive(deadline)
        count = int.from_bytes(frame.tails.pop() if frame.tails else b"", "big")
        if count > min(DESCRIPTORS, len(frame.tails)):
            raise BadFrame("sockets are missing")
        first = len(frame.tails) - count
        shared, frame.tails = frame.tails[first:], frame.tails[:first]
        frame.descriptors = [socket.fromshare(bytes(each)).detach() for each in shared]  # type: ignore[attr-defined]
        return frame

    def _shared(self, descriptor: int) -> bytes:
        sock = socket.socket(fileno=descriptor)
        try:
            return bytes(sock.share(self.process))  # type: ignore[attr-defined]
        finally:
            sock.detach()
