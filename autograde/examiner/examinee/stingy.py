"""Sockets that take or give only a few bytes at a time, as the real ones may at any moment.

Only streams are stingy: a datagram goes whole or not at all. `sendall` keeps its promise, for it does not use `send`.
"""

from __future__ import annotations

import _socket
import socket
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_Native = _socket.socket


def sizes_from(value: int | list[int]) -> list[int]:
    """The sizes in turn, the last one for ever. Raises `ValueError` for one that is not positive."""
    sizes = [value] if isinstance(value, int) else [int(size) for size in value]
    if not sizes or min(sizes) < 1:
        raise ValueError("at least one byte must pass")
    return sizes


def make_send_stingy(sizes: list[int]) -> None:
    """Replace `send` and `sendmsg` of socket.socket."""
    next_size = _in_turn(sizes)

    def send(self: socket.socket, data: Any, flags: int = 0, /) -> int:
        if not _is_stream(self):
            return _Native.send(self, data, flags)
        return _Native.send(self, memoryview(data).cast("B")[: next_size(self)], flags)

    def sendmsg(self: socket.socket, buffers: Any, ancdata: Any = (), flags: int = 0, address: Any = None, /) -> int:
        if not _is_stream(self):
            return _Native.sendmsg(self, buffers, ancdata, flags, address)
        data = b"".join(bytes(each) for each in buffers)
        return _Native.sendmsg(self, [data[: next_size(self)]], ancdata, flags)

    _replace(send, sendmsg)


def make_recv_stingy(sizes: list[int]) -> None:
    """Replace `recv`, `recv_into` and `recvmsg` of socket.socket."""
    next_size = _in_turn(sizes)

    def least(self: socket.socket, size: int) -> int:
        return min(size, next_size(self)) if size > 0 and _is_stream(self) else size

    def recv(self: socket.socket, bufsize: int, flags: int = 0, /) -> bytes:
        return _Native.recv(self, least(self, bufsize), flags)

    def recv_into(self: socket.socket, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        return _Native.recv_into(self, buffer, least(self, nbytes or memoryview(buffer).nbytes), flags)

    def recvmsg(self: socket.socket, bufsize: int, ancbufsize: int = 0, flags: int = 0, /) -> Any:
        return _Native.recvmsg(self, least(self, bufsize), ancbufsize, flags)

    _replace(recv, recv_into, recvmsg)


def _replace(*methods: Callable[..., Any]) -> None:
    for method in methods:
        if hasattr(_Native, method.__name__):
            setattr(socket.socket, method.__name__, method)


def _in_turn(sizes: list[int]) -> Callable[[socket.socket], int]:
    """A function that gives the size for the next call on a socket."""
    if len(sizes) == 1:
        return lambda sock: sizes[0]
    calls: weakref.WeakKeyDictionary[socket.socket, int] = weakref.WeakKeyDictionary()

    def next_size(sock: socket.socket) -> int:
        calls[sock] = number = calls.get(sock, -1) + 1
        return sizes[min(number, len(sizes) - 1)]

    return next_size


def _is_stream(sock: socket.socket) -> bool:
    return _kind(sock) == socket.SOCK_STREAM


_kind: Callable[[socket.socket], int] = _Native.type.__get__
