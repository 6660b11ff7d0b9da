"""Observers of conversations that know nothing of scripts: plain sockets, a capture, and a look at what was left."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from autograde.tests.programs import path_of


def read_all(sock: socket.socket) -> bytes:
    """Everything up to the end of the stream."""
    return b"".join(iter(lambda: sock.recv(65536), b""))


@pytest.fixture
def nothing_remains() -> Iterator[None]:
    """The test may not leave a thread or a descriptor behind."""
    threads, descriptors = threading.active_count(), os.listdir("/proc/self/fd")
    yield
    assert threading.active_count() == threads, threading.enumerate()
    assert len(os.listdir("/proc/self/fd")) == len(descriptors)


@dataclass(frozen=True, slots=True)
class Segment:
    """What passed on the loopback interface: ports, tcpdump's flags of a TCP segment ("S", "R", …), payload bytes."""

    source: int
    to: int
    flags: str
    length: int


class Capture:
    """What tcpdump saw; complete once the block has ended."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []

    def from_port(self, port: int) -> list[Segment]:
        """What left this port, in order."""
        return [segment for segment in self.segments if segment.source == port]


LINE = re.compile(r"\.(\d+) > \S+\.(\d+): (?:Flags \[([^]]*)\].*length (\d+)|UDP, length (\d+))")


@contextmanager
def capture(port: int) -> Iterator[Capture]:
    """Everything that goes to or from a port on the loopback interface, as tcpdump sees it.

    Skips the test where tcpdump is not installed or not allowed.
    """
    command = [path_of("tcpdump"), "-i", "lo", "-nn", "-l", "--immediate-mode", "-t", f"port {port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as dump:
        assert dump.stdout and dump.stderr
        ready = next((line for line in dump.stderr if "listening on" in line or "permission" in line), "")
        if "listening on" not in ready:
            dump.kill()
            pytest.skip("capturing on the loopback interface is not allowed here")
        seen = Capture()
        try:
            yield seen
        finally:
            time.sleep(0.1)  # the kernel hands packets to the capture a moment after they passed
            dump.terminate()
            for line in dump.stdout:
                if match := LINE.search(line):
                    source, to, flags, length, udp = match.groups()
                    seen.segments.append(Segment(int(source), int(to), flags or "", int(length or udp)))
