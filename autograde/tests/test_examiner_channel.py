"""The channel: whole frames with live sockets, and nothing that a bad peer sends does harm."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from autograde.examiner.examinee.channel import BadFrame, Channel, Late


@pytest.fixture
def pair() -> Iterator[tuple[Channel, Channel]]:
    """Two ends of a line."""
    one, other = map(Channel, socket.socketpair())
    yield one, other
    one.close()
    other.close()


@pytest.fixture
def raw() -> Iterator[tuple[socket.socket, Channel]]:
    """A peer that can send anything, and our end."""
    hostile, ours = socket.socketpair()
    channel = Channel(ours)
    with hostile:
        yield hostile, channel
    channel.close()


def header(magic: bytes = b"LB", descriptors: int = 0, tails: int = 0, head: int = 0) -> bytes:
    """The first bytes of a frame."""
    return struct.pack("!2sBHI", magic, descriptors, tails, head)


def test_frames_arrive_whole_and_in_order(pair: tuple[Channel, Channel]) -> None:
    """Head and tails arrive as they were sent, however large, while the sender still sends."""
    one, other = pair
    tails = [b"a" * 3_000_000, b"", b"b"]

    def send_both() -> None:
        one.send(b"head", tails)
        one.send(b"second")

    sender = threading.Thread(target=send_both)
    sender.start()
    first, second = other.receive(), other.receive()
    sender.join()
    assert (first.head, first.tails) == (b"head", tails)
    assert (second.head, second.tails) == (b"second", [])


def test_a_live_socket_crosses(pair: tuple[Channel, Channel]) -> None:
    """The receiver gets a descriptor of the same connection, not inherited by programs it starts."""
    one, other = pair
    near, far = socket.socketpair()
    with near, far:
        one.send(b"", [], [far.fileno()])
        descriptor = other.receive().take_descriptor()
        assert not os.get_inheritable(descriptor)
        with socket.socket(fileno=descriptor) as copy:
            copy.sendall(b"hello")
            assert near.recv(10) == b"hello"


def test_descriptors_that_nobody_takes_are_closed(pair: tuple[Channel, Channel]) -> None:
    """A frame closes what was sent along and not wanted."""
    one, other = pair
    near, far = socket.socketpair()
    with near:
        one.send(b"", [], [far.fileno()])
        far.close()
        other.receive().close_unused()
        assert near.recv(1) == b""


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        header(descriptors=3),
        header(tails=65535),
        header(head=4_000_000_000),
        header(tails=1) + struct.pack("!Q", 1 << 63),
    ],
    ids=["another protocol", "missing sockets", "too many tails", "a huge head", "a huge tail"],
)
def test_what_is_no_frame_is_refused_at_once(raw: tuple[socket.socket, Channel], data: bytes) -> None:
    """Nonsense and lying sizes are refused before anything is reserved for them."""
    hostile, channel = raw
    hostile.sendall(data)
    with pytest.raises(BadFrame):
        channel.receive(time.monotonic() + 5)


def test_an_end_in_the_middle_is_an_end(raw: tuple[socket.socket, Channel]) -> None:
    """A peer that goes away in the middle of a frame gives EOFError."""
    hostile, channel = raw
    hostile.sendall(header(head=10) + b"half")
    hostile.close()
    with pytest.raises(EOFError):
        channel.receive()


def test_waiting_has_a_deadline_in_both_directions(raw: tuple[socket.socket, Channel]) -> None:
    """A silent peer and one that does not read end in Late."""
    _, channel = raw
    with pytest.raises(Late):
        channel.receive(time.monotonic() + 0.01)
    with pytest.raises(Late):
        channel.send(bytes(10_000_000), deadline=time.monotonic() + 0.01)


def test_too_much_is_not_even_sent(pair: tuple[Channel, Channel], monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame that the other side would refuse is refused here."""
    monkeypatch.setattr("autograde.examiner.examinee.channel.FRAME", 100)
    with pytest.raises(BadFrame, match="too large"):
        pair[0].send(bytes(101))


def test_shutting_wakes_the_reader(pair: tuple[Channel, Channel]) -> None:
    """A thread that waits for a frame gets EOFError when the line is shut."""
    one, _ = pair
    seen: list[BaseException] = []

    def read() -> None:
        try:
            one.receive()
        except EOFError as error:
            seen.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    one.shut()
    reader.join(5)
    assert seen
