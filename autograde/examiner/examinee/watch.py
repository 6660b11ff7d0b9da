"""What the examinee notices while the student's code runs: who made a socket, whom it spoke to, what it dropped open.

It listens to the interpreter's audit events (PEP 578), which cannot be switched off by the code that causes them, and
to ResourceWarning, which Python raises when something that should have been closed is only thrown away. What was let
go that way counts as left open: other Pythons, and any code that keeps the object a little longer, would keep the
descriptor.
"""

from __future__ import annotations

import os
import socket
import sys
import warnings
import weakref

from .cell import current_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MANY = 50
"""Things of one kind that are remembered."""

_STARTERS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


class Watch:
    """The notes of one process, from `begin` to its end."""

    def __init__(self) -> None:
        self.alive: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self.lines: dict[int, int] = {}  # by id: the collector clears weak references before a socket can complain
        self.peers: dict[int, Any] = {}
        self.opened: dict[str, int] = {}
        self.written: set[str] = set()
        self.sockets: list[str] = []
        self.things: list[str] = []
        self.strangers: dict[str, None] = {}

    def begin(self) -> None:
        """Start to take notes."""
        warnings.simplefilter("always", ResourceWarning)
        show = warnings._showwarnmsg_impl  # type: ignore[attr-defined]
        warnings._showwarnmsg_impl = lambda message: self._warned(message) or show(message)  # type: ignore[attr-defined]
        handlers = self._handlers()

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event in handlers:
                try:
                    handlers[event](*arguments)
                except Exception:
                    return  # odd arguments are for the call itself to complain about

        sys.addaudithook(hook)

    def _handlers(self) -> dict[str, Callable[..., None]]:
        looks_up = dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"), self._looks_up)
        starts = {event: self._starts(event) for event in _STARTERS}
        return {
            "socket.__new__": self._makes_socket,
            "socket.connect": self._connects,
            "socket.bind": self._binds,
            "socket.sendto": self._speaks_to,
            "socket.sendmsg": self._speaks_to,
            "open": self._opens,
            "os.mkdir": lambda path, *_: self.written.add(os.path.abspath(os.fsdecode(path))),
            **looks_up,
            **starts,
        }

    def _makes_socket(self, sock: socket.socket, *_: Any) -> None:
        self.peers.pop(id(sock), None)
        self.lines[id(sock)] = line = current_line()
        if line:
            self.alive.add(sock)

    def _connects(self, sock: socket.socket, address: Any) -> None:
        self.peers[id(sock)] = address
        self._speaks_to(sock, address)

    def _speaks_to(self, sock: socket.socket, address: Any) -> None:
        if address is not None and _is_internet(sock) and not is_loopback(address[0]):
            self._stranger(f"spoke to {address_text(address)}, which is not this machine's loopback")

    def _binds(self, sock: socket.socket, address: Any) -> None:
        if not _is_internet(sock):
            self.written.add(os.path.abspath(os.fsdecode(address)))
        elif not is_loopback(address[0]):
            everywhere = address[0] in ("", b"", "0.0.0.0", "::", "::0")
            what = "listens on all interfaces" if everywhere else "binds to an address that is not loopback"
            self._stranger(f"{what}: bind({address!r})")

    def _looks_up(self, host: Any, *_: Any) -> None:
        # smtplib asks for the full name of this machine, to greet with it
        if host and not is_loopback(host) and not _is_number(host) and host != socket.gethostname():
            self._stranger(f"asked the network for the name {host!r}")

    def _starts(self, event: str) -> Callable[..., None]:
        return lambda *arguments: self._stranger(f"started another program ({event})")

    def _stranger(self, sentence: str) -> None:
        line = current_line()
        if len(self.strangers) < MANY:
            self.strangers[sentence + (f" on your line {line}" if line else "")] = None

    def _opens(self, path: Any, mode: Any, flags: Any) -> None:
        if isinstance(path, int) or not (line := current_line()):
            return
        whole = os.path.abspath(os.fsdecode(path))
        self.opened[whole] = line
        if flags & _WRITING and not os.path.exists(whole):
            self.written.add(whole)

    def _warned(self, message: Any) -> bool:
        """Note what was thrown away open. True if that was it, and there is nothing to show."""
        if message.category is not ResourceWarning:
            return False
        source = getattr(message.source, "_sock", message.source)
        if isinstance(source, socket.socket):
            self.sockets.append(self.describe(source))
        elif len(self.things) < MANY:
            self.things.append(self._describe_thing(source, str(message.message)))
        return True

    def describe(self, sock: socket.socket) -> str:
        """A socket by what it is for, and by the line that made it."""
        line = self.lines.get(id(sock))
        return _role(sock, self.peers.get(id(sock))) + (f" (created on your line {line})" if line else "")

    def _describe_thing(self, source: Any, text: str) -> str:
        name = getattr(source, "name", None)
        if isinstance(name, str):
            line = self.opened.get(os.path.abspath(name))
            return f"the file {name!r} open" + (f" (opened on your line {line})" if line else "")
        if "StreamWriter" in text or "transport" in text or text == "loop is closed":
            return "an asyncio connection open"
        return "an event loop open" if "event loop" in text else f"something behind: {text[:200]}"


def _role(sock: socket.socket, peer: Any) -> str:
    try:
        return f"connected to {address_text(sock.getpeername())}"
    except OSError:
        pass
    if peer is not None:
        return f"once connected to {address_text(peer)}"
    try:
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return f"listening on {address_text(sock.getsockname())}"
        return f"at {address_text(sock.getsockname())}"
    except OSError:
        return "not connected"


def address_text(address: Any) -> str:
    """An address as people write it."""
    if isinstance(address, tuple) and len(address) >= 2:
        return f"[{address[0]}]:{address[1]}" if ":" in str(address[0]) else f"{address[0]}:{address[1]}"
    return repr(address) if address else "an unnamed Unix socket"


def is_loopback(host: Any) -> bool:
    """The host is this machine's loopback, as a number or as `localhost`."""
    text = (os.fsdecode(host) if isinstance(host, bytes) else str(host)).lower().partition("%")[0]
    if text in ("localhost", "::1") or text.startswith("::ffff:127."):
        return True
    try:
        return socket.inet_aton(text)[:1] == b"\x7f"
    except OSError:
        return False


def _is_number(host: Any) -> bool:
    text = (os.fsdecode(host) if isinstance(host, bytes) else str(host)).partition("%")[0]
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
        except OSError:
            continue
        return True
    return False


def _is_internet(sock: socket.socket) -> bool:
    return sock.family in (socket.AF_INET, socket.AF_INET6)
