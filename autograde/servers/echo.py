"""A server that sends everything back, over TCP, UDP or a Unix socket: for stopwatches.

    with echo() as address, socket.create_connection(address) as sock:
        ...
    with echo(socket.AF_UNIX, socket.SOCK_DGRAM) as path: ...

One thread serves all clients, without a log and without a record: nothing but the way there and back is measured. (What
a conversation is to be told of has `datagram_peer(echoes())`.)
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from autograde.wire.party import Address
from autograde.wire.peer import bound

LARGEST = 65536


@contextlib.contextmanager
def echo(family: socket.AddressFamily = socket.AF_INET, kind: socket.SocketKind = socket.SOCK_STREAM) -> Iterator[Any]:
    """Send back whatever comes, for the length of the block; yields the address, or the path of a Unix socket."""
    with contextlib.ExitStack() as stack:
        address: Address = ("::1" if family == socket.AF_INET6 else "127.0.0.1", 0)
        if family not in (socket.AF_INET, socket.AF_INET6):
            address = str(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="echo")), "echo"))
        sock = stack.enter_context(bound(address, kind))
        if kind == socket.SOCK_STREAM:
            sock.listen()
        heard, said = socket.socketpair()
        stack.enter_context(heard)
        thread = threading.Thread(target=_serve, args=(sock, heard), name="echo")
        thread.start()
        stack.callback(thread.join)
        stack.enter_context(said)  # closed first, which ends the thread
        at = sock.getsockname()
        yield at if isinstance(at, str) else at[:2]


def _serve(sock: socket.socket, ending: socket.socket) -> None:
    """Serve until the other end of `ending` is closed."""
    serve = _let_in if sock.type == socket.SOCK_STREAM else _send_one_back
    with selectors.DefaultSelector() as selector:
        selector.register(ending, selectors.EVENT_READ, None)
        selector.register(sock, selectors.EVENT_READ, serve)
        is_over = False
        while not is_over:
            for key, _ in selector.select():
                is_over = is_over or key.data is None
                if key.data is not None:
                    with contextlib.suppress(OSError):  # whoever asked has gone
                        key.data(selector, key.fileobj)
        for key in list(selector.get_map().values()):
            if key.data is _send_back:
                cast(socket.socket, key.fileobj).close()


def _let_in(selector: selectors.BaseSelector, listener: socket.socket) -> None:
    selector.register(listener.accept()[0], selectors.EVENT_READ, _send_back)


def _send_back(selector: selectors.BaseSelector, sock: socket.socket) -> None:
    try:
        if data := sock.recv(LARGEST):
            sock.sendall(data)
            return
    except ConnectionError:
        pass
    selector.unregister(sock)
    sock.close()


def _send_one_back(selector: selectors.BaseSelector, sock: socket.socket) -> None:
    data, sender = sock.recvfrom(LARGEST)
    sock.sendto(data, sender)


__all__ = ["echo"]
