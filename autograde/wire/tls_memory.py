"""TLS between bytes in memory: what arrived goes in, what is to leave comes out, and nothing ever waits.

    tls = TlsMemory(context, name="localhost")      # a client; without a name, a server
    tls.handshake()                                 # raises ssl.SSLWantReadError: send tls.leaving(), then tls.feed(…)

Whoever moves the bytes decides what `ssl.SSLSocket` does not leave to its user: to end one direction and still read the
other (RFC 8446, section 6.1), to end without telling, to read in one thread and write in another. (In some Pythons a
thread that is blocked in `SSLSocket.recv` keeps another one's `send` from beginning.)
"""

from __future__ import annotations

import contextlib
import ssl

PIECE = 65536


class TlsMemory:
    """One end of TLS. Any call but `feed` and `leaving` may leave bytes to be sent, also when it raises."""

    def __init__(self, context: ssl.SSLContext, name: str | None = None) -> None:
        self._arrived, self._leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._arrived, self._leaving, server_side=name is None, server_hostname=name)
        self._ahead = b""

    def feed(self, data: bytes) -> None:
        """Take what arrived. That nothing more will is not told: OpenSSL would then refuse to write, too."""
        self._arrived.write(data)

    @property
    def has_leaving(self) -> bool:
        """There is something to be sent."""
        return self._leaving.pending > 0

    def leaving(self) -> bytes:
        """What is to be sent, b"" if nothing."""
        return self._leaving.read()

    def handshake(self) -> None:
        """Raises `ssl.SSLWantReadError` until enough was fed, another `ssl.SSLError` if it fails."""
        self.tls.do_handshake()

    def read(self, most: int = PIECE) -> bytes:
        """Plain bytes, b"" after the other side's notice of the end. Raises `ssl.SSLError` like `handshake`."""
        if self._ahead:
            data, self._ahead = self._ahead[:most], self._ahead[most:]
            return data
        try:
            return self.tls.read(most)
        except ssl.SSLZeroReturnError:  # its notice, when ours is out already
            return b""

    def write(self, data: bytes) -> None:
        """Encrypt all of `data`."""
        self.tls.write(data)

    def end(self) -> None:
        """Give the notice of the end (close_notify). What the other side sends can still be read."""
        with contextlib.suppress(ssl.SSLError):  # a broken connection has no good end
            self._read_ahead()
            self.tls.unwrap()  # wants to read the other side's notice, when ours is written

    def _read_ahead(self) -> None:
        """OpenSSL's shutdown looks at what arrived, and cannot go on if that is data: so data is taken first."""
        with contextlib.suppress(ssl.SSLWantReadError):
            while piece := self.tls.read(PIECE):
                self._ahead += piece


__all__ = ["PIECE", "TlsMemory"]
