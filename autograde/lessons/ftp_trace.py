"""An FTP client that writes down what it says and hears, on its control connection and on each data connection.

    with TracedFTP() as ftp:
        ftp.connect(host, port)
        ...
    sequence(ftp.transcript, lanes=["client", "control"])

It is `ftplib.FTP` with a pencil: the order is that in which the client says and hears things. Replies are written line
by line, data as one event. Where a reply names the port of a data connection, the record has dots, and so it has where
a transfer begins: whether that is a 125 or a 150 depends on who was faster.
"""

from __future__ import annotations

import ftplib
import re
import socket
from typing import Any

from autograde.wire.transcript import Transcript

LANE, CONTROL = "client", "control"


class TracedFTP(ftplib.FTP):
    """`ftplib.FTP`, and `transcript`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.transcript = Transcript()
        self._data = 0
        super().__init__(*arguments, **options)

    def connect(self, *arguments: Any, **options: Any) -> str:
        self.transcript.add(LANE, "connects", to=CONTROL)
        return super().connect(*arguments, **options)

    def putline(self, line: str) -> None:
        self.transcript.add(LANE, "sends", to=CONTROL, data=line.encode(self.encoding) + b"\r\n")
        super().putline(line)

    def getline(self) -> str:
        line = super().getline()
        told = re.sub(r"^(125|150) .*", "1.. transfer begins", line)
        told = re.sub(r"\|\d+\|", "|...|", re.sub(r",\d+,\d+\)", ",..,..)", told))
        self.transcript.add(CONTROL, "sends", to=LANE, data=told.encode(self.encoding) + b"\r\n")
        return line

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Begin a transfer; what goes over its connection is noted when that has ended."""
        self._data += 1
        lane = f"data {self._data}"
        plain, size = super().ntransfercmd(cmd, rest)
        return _Traced(plain, self.transcript, lane), size

    def makepasv(self) -> tuple[str, int]:
        address = super().makepasv()
        self.transcript.add(LANE, "connects", to=f"data {self._data}")
        return address


class _Traced(socket.socket):
    """The socket of one data connection; it takes over the descriptor of a plain one."""

    def __init__(self, plain: socket.socket, transcript: Transcript, lane: str) -> None:
        timeout = plain.gettimeout()
        super().__init__(plain.family, plain.type, plain.proto, fileno=plain.detach())
        self.settimeout(timeout)
        self._transcript, self._lane = transcript, lane
        self._sent, self._received = b"", b""

    def recv(self, *arguments: Any) -> bytes:
        data = super().recv(*arguments)
        self._take(data)
        return data

    def recv_into(self, buffer: Any, *arguments: Any) -> int:
        count = super().recv_into(buffer, *arguments)
        self._take(bytes(memoryview(buffer)[:count]))
        return count

    def _take(self, data: bytes) -> None:
        self._received += data
        if not data:
            self._tell(self._lane, LANE, self._received)
            self._transcript.add(LANE, "sees the end", to=self._lane)
            self._received = b""

    def _tell(self, one: str, other: str, data: bytes) -> None:
        if data:
            self._transcript.add(one, "sends", to=other, data=data)

    def sendall(self, data: Any, *arguments: Any) -> None:
        super().sendall(data, *arguments)
        self._sent += bytes(data)

    def _real_close(self, *arguments: Any) -> None:
        self._tell(LANE, self._lane, self._sent)
        self._tell(self._lane, LANE, self._received)
        self._transcript.add(LANE, "closes", to=self._lane)
        super()._real_close(*arguments)  # type: ignore[misc]


__all__ = ["TracedFTP"]
