"""`autograde nc --udp`: datagrams by hand. One line of the input is one datagram, line end included.

Nobody connects and nothing ends in UDP: who listens answers the one who wrote last, until Ctrl-C; who does not, stops
when the input has ended and nothing more comes.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator

from .netcat import INTERRUPTED, place, sentence
from .netcat_screen import NobodyReads, Screen
from .show import count

LARGEST = 65535
"""Bytes of the largest datagram (RFC 768: its length has 16 bits)."""

QUIET = 1.0
"""Seconds after the end of the input in which an answer may still come."""


def datagrams(host: str, port: int, *, listen: bool = False, crlf: bool = False, hexed: bool = False) -> int:
    """Exchange datagrams; returns the exit status: 0, 1 after a failure, 130 after Ctrl-C. Options as in `netcat`."""
    screen = Screen(hexed=hexed)
    error: OSError
    try:
        with _socket(host, port, listen, screen) as sock:
            return _Exchange(sock, crlf, screen, has_partner=not listen).run()
    except KeyboardInterrupt:
        return INTERRUPTED
    except NobodyReads:
        return 0
    except ConnectionError:  # an ICMP message; Windows calls it a reset
        error = ConnectionRefusedError()
    except UnicodeError:
        error = socket.gaierror()
    except OSError as caught:
        error = caught
    screen.tell(sentence(error, host, port, listen))
    return 1


def _socket(host: str, port: int, listen: bool, screen: Screen) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    sock = socket.socket(family, kind, protocol)
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(sock.close)
        if listen:
            sock.bind(address)
            screen.tell("listening for datagrams at " + place(sock.getsockname()))
        else:
            sock.connect(address)
            screen.notice(f"each line you type is a datagram for {place(address)}; Ctrl-D ends")
        on_failure.pop_all()
    return sock


class _Exchange:
    """One thread sends what is typed, the other shows what arrives."""

    def __init__(self, sock: socket.socket, crlf: bool, screen: Screen, *, has_partner: bool) -> None:
        self._sock, self._crlf, self._screen = sock, crlf, screen
        self._is_listening = not has_partner
        self._partner: tuple[str | int, ...] | None = None
        self._has_partner = threading.Event()
        if has_partner:
            self._has_partner.set()
        self._failures: list[OSError] = []
        self._last_event = time.monotonic()
        self._is_over = False
        sock.settimeout(QUIET)

    def run(self) -> int:
        threading.Thread(target=self._send_input, daemon=True).start()
        while not self._failures:
            try:
                data, sender = self._sock.recvfrom(LARGEST)
            except TimeoutError:
                if self._is_over and not self._is_listening and time.monotonic() - self._last_event >= QUIET:
                    return 0
                continue
            self._last_event = time.monotonic()
            self._meet(sender)
            self._screen.arrives(data, f"({count(len(data))}) ")
        raise self._failures[0]

    def _meet(self, sender: tuple[str | int, ...]) -> None:
        if self._is_listening and sender != self._partner:
            self._partner = sender
            self._screen.tell("datagrams from " + place(sender))
            self._has_partner.set()

    def _send_input(self) -> None:
        for line in _lines():
            self._has_partner.wait()  # before anybody has written there is nobody to write to
            datagram = line[:-1].removesuffix(b"\r") + b"\r\n" if self._crlf and line.endswith(b"\n") else line
            try:
                self._send(datagram)
            except ConnectionError as error:
                self._failures.append(error)
                return
            except OSError as error:
                self._screen.tell(f"This datagram of {count(len(datagram))} was not sent: {error.strerror}.")
        self._last_event = time.monotonic()
        self._is_over = True

    def _send(self, datagram: bytes) -> None:
        self._screen.leaves(datagram, f"({count(len(datagram))}) ")
        if self._partner is None:
            self._sock.send(datagram)
        else:
            self._sock.sendto(datagram, self._partner)


def _lines() -> Iterator[bytes]:
    """The lines of standard input as they come, each with its end; the last may have none."""
    begun = b""
    while data := os.read(sys.stdin.fileno(), LARGEST):
        *lines, begun = (begun + data).split(b"\n")
        yield from (line + b"\n" for line in lines)
    if begun:
        yield begun


__all__ = ["datagrams"]
