"""TLS in front of any plain server: outside TLS with every bad identity and habit of exercise 5.6, inside plain bytes.

    with certificates() as made, peer(expects(b"PING\\n"), sends(b"PONG\\n")) as inside:
        with tls(inside.address, made.identity()) as outside:
            assert tls_ask(outside.host, outside.port, b"PING\\n", cafile=made.cafile, …)["reply"] == b"PONG\\n"
    assert outside.seen[0].version == "TLSv1.3"

The record of a scripted peer inside stays readable. Ends go through: the client's notice of the end (close_notify) is
a half-close inside; an end inside is a notice and a half-close outside, and the other direction goes on (RFC 8446,
section 6.1); a reset on either side is a reset on the other. What a client cannot do: with TLS 1.2 it may not expect
anything after its notice (RFC 5246, section 7.2.1), and Python's `SSLSocket` cannot end one direction in any version:
`unwrap` fails when data follows, and `shutdown` leaves TLS. A client that ends TCP without the notice, as every
`SSLSocket.close` does, ends the bytes inside too; `Seen.end` tells the difference.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading

from ..wire.codes import FAULTS
from ..wire.connection import PATIENCE
from ..wire.party import STUDENT, Address
from ..wire.peer import bound
from ..wire.tls_troubles import alert_in, tls_trouble
from ..wire.transcript import Transcript, current
from .certificates import KINDS, Identity, subject_of
from .hosting import LOOPBACK, LoopServer
from .tls_seen import KEPT, Seen, name_asked_for, remember_names
from .tls_stream import PlainStream, TlsStream, connected

HABITS = {
    "": "behaves",
    "silent": "takes the connection and never says a word (F06)",
    "plain text": "answers in plain text, as a server does that knows no TLS",
    "no notice": "ends the connection without the notice of the end, as somebody does who cuts it off (F05)",
}
"""How the server can misbehave, besides showing a bad certificate. What a network does to the bytes is the relay's."""

PLAIN = b"400 This server does not know what you mean.\r\n"

GRACE = 0.25
"""Seconds after the block in which what is on its way may still arrive. Only a client that stays uses them up."""


class tls(LoopServer):
    """TLS at `host` and `port`, showing `identity`, in front of the plain server at `inside`.

    With `inside=None` nobody is there: after the handshake a client is told the end at once. That is for identities
    that a client should refuse, when a scripted peer would wait in vain. `client_ca` is a file: the server then demands
    a certificate of its client, signed by that authority. `only` limits it to a version ("TLSv1.1", "TLSv1.2",
    "TLSv1.3"); `NotImplementedError` if OpenSSL cannot speak it. `habit` is a key of `HABITS`.

    `seen` has a `Seen` for each connection, in the order in which they came.
    """

    name = "TLS"

    def __init__(
        self, inside: Address | None, identity: Identity, *, client_ca: str | None = None, only: str = "",
        habit: str = "", host: str = LOOPBACK, lane: str = "server",
    ) -> None:  # fmt: skip
        super().__init__()
        if habit not in HABITS:
            raise ValueError(f"no such habit: {habit!r}")
        self.host = host
        self.lane = lane
        self.seen: list[Seen] = []
        self._inside = inside
        self._identity = identity
        self._habit = habit
        self._context = identity.server_context(client_ca, only=only)
        remember_names(self._context)
        self._transcript = Transcript()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = 0
        self._change = threading.Condition()

    def wait_until_done(self, clients: int = 1, seconds: float = PATIENCE) -> bool:
        """Wait until so many clients have come and gone, and their records are complete; False after `seconds`."""
        with self._change:
            return self._change.wait_for(lambda: self._ended >= clients, seconds)

    def _start(self) -> None:
        self._transcript = current()
        if not any(party.is_playing for party in self._transcript.parties):
            self._transcript.begin_scene()
        super()._start()
        if self._identity.kind not in ("good", "client"):
            self._tell(f"The {self.lane}'s certificate {KINDS[self._identity.kind]} (F29, {FAULTS['F29'].name}).")

    async def _open(self) -> None:
        self._listener = bound((self.host, 0))
        self._listener.listen()
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._accepting = self._loop.create_task(self._accept())

    async def _close(self) -> None:
        with contextlib.suppress(OSError):
            # Ends the accept under way (Linux). Canceling it could lose a connection that it has just taken.
            self._listener.shutdown(socket.SHUT_RDWR)
        await asyncio.wait([self._accepting], timeout=GRACE)
        self._accepting.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        self._listener.close()

    async def _accept(self) -> None:
        while True:
            try:
                sock, _ = await self._loop.sock_accept(self._listener)
            except ConnectionAbortedError:  # gone before it was accepted
                continue
            except OSError:  # the listener is shut down
                return
            task = self._loop.create_task(self._attend(PlainStream(sock)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _attend(self, client: PlainStream) -> None:
        seen = Seen()
        self.seen.append(seen)
        try:
            if self._habit in ("silent", "plain text"):
                await self._speak_no_tls(client)
            elif outside := await self._shake_hands(client, seen):
                await self._serve(outside, client, seen)
            else:
                await client.hang_up()
        except Exception as error:
            self.errors.append(error)
        finally:
            client.sock.close()
            with self._change:
                self._ended += 1
                self._change.notify_all()

    async def _speak_no_tls(self, client: PlainStream) -> None:
        self._tell(f"The {self.lane} {HABITS[self._habit]}.")
        with contextlib.suppress(OSError):
            if self._habit == "plain text" and await client.read():
                await client.write(PLAIN)
                await client.end()
            while await client.read():
                pass

    async def _shake_hands(self, client: PlainStream, seen: Seen) -> TlsStream | None:
        outside = TlsStream(self._context, client)
        try:
            await outside.handshake()
        except (OSError, EOFError) as error:
            seen.failure, seen.alert = tls_trouble(error), alert_in(error)
            self._tell(f"The TLS handshake failed: your code {seen.failure}.")
            return None
        finally:
            seen.asked_for = name_asked_for(outside.tls)
        seen.client = subject_of(outside.tls.getpeercert())
        seen.version = outside.tls.version() or ""
        self._tell(f"The TLS handshake was done ({seen.version}).")
        return outside

    async def _serve(self, outside: TlsStream, client: PlainStream, seen: Seen) -> None:
        inside = None if self._inside is None else await connected(self._inside)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._outward(inside, outside))
                both.create_task(self._inward(outside, inside, seen))
        except* ConnectionRefusedError as refused:  # the check has put nobody inside
            self.errors.extend(refused.exceptions)
        except* OSError:
            client.reset()
            if inside is not None:
                inside.reset()
        finally:
            if inside is not None:
                inside.sock.close()

    async def _outward(self, inside: PlainStream | None, outside: TlsStream) -> None:
        while inside is not None and (data := await inside.read()):
            await outside.write(data)
        await outside.end(notice=self._habit != "no notice")

    async def _inward(self, outside: TlsStream, inside: PlainStream | None, seen: Seen) -> None:
        while data := await self._hear(outside, seen):
            seen.received += data[: KEPT - len(seen.received)]
            if inside is not None:
                await inside.write(data)
        if inside is not None:
            await inside.end()

    async def _hear(self, outside: TlsStream, seen: Seen) -> bytes:
        """The next plain bytes of the client, or b"" when it has ended, one way or the other."""
        try:
            data = await outside.read()
        except EOFError:
            seen.end = "no notice"
            self._tell("Your code ended the connection without the notice that TLS has for it.")
            return b""
        except ssl.SSLError as error:
            seen.failure, seen.alert = tls_trouble(error), alert_in(error)
            raise
        except ConnectionError:
            seen.end = "reset"
            raise
        if not data:
            seen.end = "notice"
        return data

    def _tell(self, sentence: str) -> None:
        self._transcript.add(self.lane, "notes", to=STUDENT, text=sentence)


__all__ = ["HABITS", "Seen", "tls"]
