"""kit: what section 1 built, ready for use: exact reads, lines, messages and a deadline.

From section 2 on, answer cells may use it:

    from kit import Deadline, LineChannel, recv_exactly

Read it, compare it with your own answers to 1.4, 1.5 and 1.6, and copy from it what you like. Checks always use the kit
as it was handed out: whatever you change in this file, their marks do not depend on it.

Whoever gives a `Deadline` wants the whole call to end by then, however many reads it takes: it sets the timeout of the
socket before each step, and raises TimeoutError when it has passed. Without one, the socket's own timeout holds.
"""

import socket
import struct
import time

__all__ = ["Deadline", "LineChannel", "LineTooLong", "ShortRead", "recv_exactly", "recv_msg", "send_msg"]

_PIECE = 65536
_HEADER = struct.Struct("!I")


class ShortRead(EOFError):
    """The stream ended after `got`, before `wanted` bytes had come."""

    def __init__(self, wanted: int, got: bytes) -> None:
        super().__init__(f"wanted {wanted} bytes, got {len(got)}")
        self.wanted = wanted
        self.got = got


class LineTooLong(ValueError):
    """A line has more bytes than the channel allows."""


class Deadline:
    """A moment, so many seconds from now, by which everything must be done."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left, more than 0. Raises TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"not done within {self.seconds:g} s")
        return left

    def limit(self, sock: socket.socket) -> None:
        """Let the next call of this socket last no longer than until the deadline."""
        sock.settimeout(self.left())


def recv_exactly(sock: socket.socket, n: int, *, deadline: Deadline | None = None) -> bytes:
    """The next `n` bytes of the stream, and not one more. Raises ShortRead if it ends before."""
    pieces: list[bytes] = []
    missing = n
    while missing:
        piece = _recv(sock, min(missing, _PIECE), deadline)
        if not piece:
            raise ShortRead(n, b"".join(pieces))
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def send_msg(sock: socket.socket, payload: bytes, *, deadline: Deadline | None = None) -> None:
    """Send `payload` as one message: its length in 4 bytes, then itself."""
    _sendall(sock, _HEADER.pack(len(payload)) + payload, deadline)


def recv_msg(sock: socket.socket, *, max_size: int = 1 << 20, deadline: Deadline | None = None) -> bytes | None:
    """The next message, or None if the stream ends before it begins.

    Raises ValueError for one that declares more than `max_size` bytes, ShortRead if the stream ends inside of it.
    """
    try:
        header = recv_exactly(sock, _HEADER.size, deadline=deadline)
    except ShortRead as short:
        if short.got:
            raise
        return None
    (size,) = _HEADER.unpack(header)
    if size > max_size:
        raise ValueError(f"a message of {size} bytes was announced, and {max_size} are allowed")
    return recv_exactly(sock, size, deadline=deadline)


class LineChannel:
    """Lines of text over a stream socket. It closes the socket with `close`, or at the end of a `with` block.

    `line_end` is what it sends after each line; it takes lines that end with LF and with CR LF. `max_line` counts bytes
    without the line end. `deadline` may be replaced at any time, for instance by a new one for each command.
    """

    def __init__(
        self,
        sock: socket.socket,
        *,
        max_line: int = 4096,
        encoding: str = "utf-8",
        line_end: bytes = b"\n",
        deadline: Deadline | None = None,
    ) -> None:
        self.deadline = deadline
        self._sock = sock
        self._max_line = max_line
        self._encoding = encoding
        self._line_end = line_end
        self._received = bytearray()  # what has come and was not given out yet
        self._searched = 0  # that many bytes of it are known to hold no line end

    def send_line(self, text: str) -> None:
        """Send `text` as one line. Raises ValueError for a text that would be two."""
        if "\n" in text or "\r" in text:
            raise ValueError("a line end inside of a line would make it two")
        _sendall(self._sock, text.encode(self._encoding) + self._line_end, self.deadline)

    def recv_line(self) -> str | None:
        """The next line without its line end, or None at the end of the stream.

        Raises EOFError if the stream ends inside of a line; LineTooLong, after which the channel is closed; and
        UnicodeDecodeError for a line that is no text, after which the next line can be read.
        """
        line = self.recv_line_bytes()
        return None if line is None else line.decode(self._encoding)

    def recv_line_bytes(self) -> bytes | None:
        """The same as bytes, for lines that need not be text."""
        while (end := self._received.find(b"\n", self._searched)) < 0:
            self._searched = len(self._received)
            self._check(self._received)
            piece = _recv(self._sock, _PIECE, self.deadline)
            if not piece:
                if self._received:
                    raise EOFError(f"the stream ended inside of a line, after {len(self._received)} bytes of it")
                return None
            self._received += piece
        line = bytes(self._received[:end])
        del self._received[: end + 1]  # before anything can be wrong with the line, so that it is not met again
        self._searched = 0
        return self._check(line)

    def _check(self, line: bytes | bytearray) -> bytes:
        """The line without the CR of its line end, if it is not too long."""
        line = bytes(line[:-1] if line.endswith(b"\r") else line)
        if len(line) > self._max_line:
            self.close()
            raise LineTooLong(f"a line has more than {self._max_line} bytes")
        return line

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()

    def __enter__(self) -> "LineChannel":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _recv(sock: socket.socket, size: int, deadline: Deadline | None) -> bytes:
    if deadline is not None:
        deadline.limit(sock)
    return sock.recv(size)


def _sendall(sock: socket.socket, data: bytes, deadline: Deadline | None) -> None:
    if deadline is not None:
        deadline.limit(sock)
    sock.sendall(data)
