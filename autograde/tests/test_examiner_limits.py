"""Limits: stingy sockets, little memory, few descriptors, each in a fresh process for one block."""

from __future__ import annotations

import socket
import sys
import threading
from itertools import pairwise

import pytest

from autograde.examiner.examinee.limits import LIMITS, describe
from autograde.tests.examined import examined
from autograde.wire.transcript import recording

CELL = """
    import os, socket

    def send_sizes(sock, data):
        sizes, view = [], memoryview(data)
        while view:
            sizes.append(sock.send(view))
            view = view[sizes[-1]:]
        return sizes

    def send_everything(sock, data):
        sock.sendall(data)

    def send_gathered(sock, pieces):
        return sock.sendmsg(pieces)

    def send_datagram(sock, data, address):
        return sock.sendto(data, address), sock.connect(address), sock.send(data)

    def read_in_every_way(sock, size):
        into = bytearray(size)
        return sock.recv(size), into[: sock.recv_into(into)], sock.recvmsg(size)[0], sock.makefile("rb").read(size)

    def use(size):
        return len(bytearray(size))

    def collect(sock, size):
        data = bytearray(size)
        view = memoryview(data)
        while view:
            view = view[sock.recv_into(view):]
        return bytes(data)

    def open_files(n):
        return len([os.open(os.devnull, os.O_RDONLY) for _ in range(n)])

    state = []

    def remember():
        state.append(1)
        return len(state)
"""


def test_send_takes_only_so_many_bytes() -> None:
    """Each send takes k bytes; a list gives the sizes in turn, for each socket."""
    near, far = socket.socketpair()
    with near, far, examined(CELL) as submitted:
        sizes = submitted("send_sizes")
        with sizes.limits(send_at_most=3):
            assert sizes(near, b"x" * 10) == [3, 3, 3, 1]
            assert submitted("send_gathered")(near, [b"ab", b"cd"]) == 3
        with sizes.limits(send_at_most=[3, 64]):
            assert sizes(near, b"x" * 100) == [3, 64, 33]
        assert sizes(near, b"x" * 100) == [100]


def test_sendall_and_datagrams_stay_whole() -> None:
    """A stingy send changes nothing else."""
    near, far = socket.socketpair()
    with near, far, examined(CELL) as submitted, socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        send_everything = submitted("send_everything")
        with send_everything.limits(send_at_most=3):
            send_everything(near, b"x" * 1000)
            assert far.recv(2000) == b"x" * 1000
            assert submitted("send_datagram")(udp, b"whole", udp.getsockname()) == (5, None, 5)


def test_recv_gives_only_so_many_bytes() -> None:
    """Each way of receiving gives k bytes at most; file objects put them together."""
    near, far = socket.socketpair()
    with near, far, examined(CELL) as submitted:
        read = submitted("read_in_every_way")
        far.sendall(b"0123456789" * 3)
        with read.limits(recv_at_most=2):
            assert read(near, 10) == (b"01", b"23", b"45", b"6789012345")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds programs to the limit")
def test_memory_is_limited_beyond_the_fresh_process() -> None:
    """Too much is the student's MemoryError; what fits still fits afterwards."""
    with examined(CELL) as submitted:
        use = submitted("use")
        with use.limits(memory=50_000_000):
            assert use(30_000_000) == 30_000_000
            with pytest.raises(MemoryError) as caught:
                use(60_000_000)
            assert caught.value.__examinee__.lines[0][1] == "use"  # type: ignore[attr-defined]
            assert use(30_000_000) == 30_000_000
        assert use(60_000_000) == 60_000_000


def test_64_mb_cross_under_a_memory_limit() -> None:
    """The bridge's own work does not count: a result of 64 MB needs little more than twice its size."""
    near, far = socket.socketpair()
    data = bytes(64_000_000)
    with near, far, examined(CELL) as submitted:
        collect = submitted("collect")
        sender = threading.Thread(target=far.sendall, args=(data,))
        sender.start()
        with collect.limits(memory=150_000_000):
            assert collect(near, len(data)) == data
        sender.join()


def test_descriptors_are_limited() -> None:
    """Opening too many is the student's OSError."""
    with examined(CELL) as submitted:
        open_files = submitted("open_files")
        with open_files.limits(descriptors=5), pytest.raises(OSError, match="Too many open files"):
            open_files(6)
        with open_files.limits(descriptors=5):
            assert open_files(5) == 5


def test_a_block_has_a_process_of_its_own() -> None:
    """Inside the block everything is fresh; after it the earlier process goes on."""
    with examined(CELL) as submitted:
        remember = submitted("remember")
        assert [remember(), remember()] == [1, 2]
        with remember.limits(recv_at_most=1):
            assert remember() == 1
        assert remember() == 3


def test_blocks_add_up() -> None:
    """An inner block keeps the limits of the outer one."""
    near, far = socket.socketpair()
    with near, far, examined(CELL) as submitted:
        sizes = submitted("send_sizes")
        with sizes.limits(send_at_most=3), sizes.limits(descriptors=20), sizes.leaves_nothing_behind():
            assert sizes(near, b"x" * 4) == [3, 1]


def test_every_limit_describes_itself() -> None:
    """A story can say what was limited, and the record does."""
    for name, value in {"send_at_most": [3, 65536], "recv_at_most": 1, "memory": 10**7, "descriptors": 4}.items():
        assert name in LIMITS
        assert len(describe({name: value})[0]) > 20
    with examined(CELL) as submitted, recording() as record, submitted("use").limits(send_at_most=[3, 65536]):
        pass
    assert [event.text for event in record] == [
        "each send() takes at most 3 bytes, then 65,536 bytes, as it may on any busy network"
    ]


def test_a_limit_that_is_none_is_the_checks_fault() -> None:
    """Unknown names and impossible sizes are told to the author."""
    with examined(CELL) as submitted:
        use = submitted("use")
        with pytest.raises(TypeError, match="no such limit: sent_at_most"), use.limits(sent_at_most=1):
            pass
        with pytest.raises(ValueError, match="at least one byte"), use.limits(send_at_most=0):
            pass


CLOCKS = """
    import time
    from datetime import UTC, datetime

    def readings():
        seconds = [time.time(), time.time_ns() / 1e9]
        return [*seconds, datetime.now().timestamp(), datetime.now(UTC).timestamp(), time.time()]

    def interval():
        started = time.monotonic()
        return time.monotonic() - started

    def is_a_date(text):
        from email.utils import parsedate_to_datetime
        return isinstance(parsedate_to_datetime(text), datetime)
"""


def test_the_wall_clock_jumps_and_the_monotonic_one_does_not() -> None:
    """Between any two readings of the cell an hour is lost; intervals are measured as ever; dates are dates."""
    with examined(CLOCKS) as submitted:
        readings, interval, is_a_date = submitted("readings"), submitted("interval"), submitted("is_a_date")
        with readings.limits(clock_jumps=-3600):
            now = readings()
            assert [round((later - earlier) / 100) for earlier, later in pairwise(now)] == [-36] * 4
        with interval.limits(clock_jumps=-3600):
            assert 0 <= interval() < 60
        with is_a_date.limits(clock_jumps=3600):
            assert is_a_date("Fri, 20 Nov 2026 12:00:00 +0000")
        assert abs(readings()[4] - readings()[0]) < 60, "outside the block it is the true time"
