"""Two kinds of stream for a server between its client and another server: a plain socket, and TLS on one.

asyncio's own streams would not do: they throw away what came before a reset, and their TLS cannot end one direction.
Both kinds here keep the order of things: whoever cannot be written to any more is still read from, up to its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Callable
from typing import TypeVar

from ..wire.party import Address, family_of
from ..wire.tls_memory import PIECE, TlsMemory

Result = TypeVar("Result")


class PlainStream:
    """A connected socket, which it makes nonblocking."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what comes in small pieces leaves so
        self.sock = sock
        self.is_lost = False
        """Sending has failed: the other side is gone, though what it said before may wait to be read."""
        self._loop = asyncio.get_running_loop()

    async def read(self) -> bytes:
        """The next bytes, b"" at the end; `ConnectionError` after a reset."""
        data = await self._loop.sock_recv(self.sock, PIECE)
        if not data and self.is_lost:
            raise ConnectionResetError
        return data

    async def write(self, data: bytes) -> None:
        """Hand all of `data` to the system, unless the other side is gone."""
        try:
            await self._loop.sock_sendall(self.sock, data)
        except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError):
            self.is_lost = True

    async def end(self) -> None:
        """Send nothing more."""
        with contextlib.suppress(OSError):  # gone already: reading will tell
            self.sock.shutdown(socket.SHUT_WR)

    async def hang_up(self) -> None:
        """End, then wait for the other's end: closing with bytes unread sends a reset, which overtakes the rest."""
        await self.end()
        with contextlib.suppress(OSError):
            while await self.read():
                pass

    def reset(self) -> None:
        """Abort the connection: with a linger time of 0, close(2) sends RST instead of FIN (socket(7), SO_LINGER)."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


async def connected(address: Address) -> PlainStream:
    """A connection to a plain server.

    Whether it came about is not asked: a reset that follows at once would be the answer, and with it what came before
    it would be lost. The first `read` or `write` finds out.
    """
    stream = PlainStream(socket.socket(family_of(address)))
    loop, is_writable = asyncio.get_running_loop(), asyncio.Event()
    try:
        stream.sock.connect(address)
    except BlockingIOError:
        loop.add_writer(stream.sock, is_writable.set)
        try:
            await is_writable.wait()
        finally:
            loop.remove_writer(stream.sock)
    except BaseException:
        stream.sock.close()
        raise
    return stream


class TlsStream:
    """The server's side of TLS on a stream."""

    def __init__(self, context: ssl.SSLContext, under: PlainStream) -> None:
        self._memory = TlsMemory(context)
        self._under = under
        self._sending = asyncio.Lock()
        self.tls = self._memory.tls

    async def handshake(self) -> None:
        """Raises `ssl.SSLError` when it fails (an alert about it has been sent), `EOFError` if the client hangs up."""
        await self._until_done(self._memory.handshake)

    async def read(self) -> bytes:
        """Plain bytes, or b"" after the client's notice of the end; `EOFError` at an end without it."""
        return await self._until_done(self._memory.read)

    async def write(self, data: bytes) -> None:
        """Encrypt `data` and hand all of it to the system."""
        await self._until_done(lambda: self._memory.write(data))

    async def end(self, *, notice: bool = True) -> None:
        """Send nothing more; `notice` says so inside TLS too (close_notify). What the client sends is still read."""
        if notice:
            await self._until_done(self._memory.end)
        await self._under.end()

    async def _until_done(self, act: Callable[[], Result]) -> Result:
        """Let OpenSSL act, with more and more of what arrives, until it wants no more."""
        while True:
            try:
                return act()
            except ssl.SSLWantReadError:
                pass
            finally:
                await self._flush()
            data = await self._under.read()
            if not data:
                raise EOFError
            self._memory.feed(data)

    async def _flush(self) -> None:
        if self._memory.has_leaving:
            async with self._sending:  # records must not be torn apart by each other
                if data := self._memory.leaving():
                    await self._under.write(data)


__all__ = ["PlainStream", "TlsStream", "connected"]
