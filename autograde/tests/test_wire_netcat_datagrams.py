"""The course's netcat with datagrams, with plain sockets and socat on the other side."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from autograde.tests.programs import run_program
from autograde.tests.test_wire_netcat import nc
from autograde.wire.places import closed_port


@contextmanager
def datagram_socket(host: str = "127.0.0.1") -> Iterator[tuple[socket.socket, str]]:
    """Bound, and its address as the source of two arguments."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.settimeout(20)
        yield sock, f"{host!r}, {sock.getsockname()[1]}"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_line_is_a_datagram(host: str) -> None:
    """However the input comes; the last line needs no end, and an answer is waited for after it."""
    with datagram_socket(host) as (sock, there), nc(there, "datagrams") as process:
        assert process.stdin
        process.stdin.write(b"one\ntwo\n\nthr")
        process.stdin.flush()
        assert [sock.recv(100) for _ in range(3)] == [b"one\n", b"two\n", b"\n"]
        process.stdin.write(b"ee")
        process.stdin.close()
        last, sender = sock.recvfrom(100)
        sock.sendto(b"\xff answer", sender)
        process.stdin = None
        assert last == b"three" and process.communicate(timeout=20) == (b"\xff answer", b"")
        assert process.returncode == 0


def test_line_ends_as_crlf() -> None:
    """Those that were so stay so."""
    with datagram_socket() as (sock, there), nc(there + ", crlf=True", "datagrams") as process:
        process.communicate(b"one\ntwo\r\nthree", timeout=20)
        assert [sock.recv(100) for _ in range(3)] == [b"one\r\n", b"two\r\n", b"three"]


@pytest.mark.drives(client="socat", server="nc", feature="--udp --listen")
def test_it_answers_whoever_wrote_last() -> None:
    """A listener shows who writes, and what is typed goes there, until it is interrupted."""
    with nc("'127.0.0.1', 0, listen=True", "datagrams") as process:
        assert process.stdin and process.stderr and process.stdout
        port = process.stderr.readline().decode().split()[-1]
        process.stdin.write(b"welcome\n")  # waits for somebody to send it to
        process.stdin.flush()
        answered = f"UDP:127.0.0.1:{port},readbytes=8"
        ran = run_program("socat", "-t", "15", "-", answered, stdin=b"hello\n")
        assert ran.stdout == b"welcome\n" and process.stdout.readline() == b"hello\n"
        assert process.stderr.readline().startswith(b"datagrams from 127.0.0.1 port ")
        with datagram_socket() as (sock, _):
            sock.sendto(b"me too\n", ("127.0.0.1", int(port)))
            assert process.stdout.readline() == b"me too\n"
            assert process.stderr.readline().split()[-1] == str(sock.getsockname()[1]).encode()
            process.stdin.write(b"and you\n")
            process.stdin.flush()
            assert sock.recv(100) == b"and you\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130 and process.stderr.read() == b""


def test_nobody_there_is_a_sentence() -> None:
    """The system tells a connected sender that a port is closed (ICMP): one line, status 1."""
    with closed_port(datagrams=True) as (host, port), nc(f"{host!r}, {port}", "datagrams") as process:
        out, err = process.communicate(b"hello?\n", timeout=20)
    assert (process.returncode, out) == (1, b"") and b"Nobody listens" in err and err.count(b"\n") == 1


def test_a_taken_port_and_an_unknown_name_are_sentences() -> None:
    """As with streams."""
    with datagram_socket() as (_, there), nc(there + ", listen=True", "datagrams") as process:
        assert b"Cannot listen" in process.communicate(timeout=20)[1] and process.returncode == 1
    with nc("'no..such', 80", "datagrams") as process:
        assert b"is not known here" in process.communicate(timeout=20)[1] and process.returncode == 1


def test_what_does_not_fit_is_told_and_the_rest_still_sent() -> None:
    """A line longer than the largest datagram."""
    with datagram_socket() as (sock, there), nc(there, "datagrams") as process:
        err = process.communicate(b"x" * 70000 + b"\nshort\n", timeout=20)[1]
        assert sock.recv(100) == b"short\n" and b"70,001 bytes was not sent" in err and process.returncode == 0


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_on_a_terminal_each_datagram_is_marked_with_its_size() -> None:
    """Where one ends and the next begins can be seen, and an empty one too."""
    controller, terminal = os.openpty()
    with datagram_socket() as (sock, there), nc(there, "datagrams", stdout=terminal) as process:
        os.close(terminal)
        assert process.stdin
        process.stdin.write(b"ping\n")
        process.stdin.close()
        _, sender = sock.recvfrom(100)
        for answer in (b"pong\nand more", b"", b"end"):
            sock.sendto(answer, sender)
        assert process.wait(timeout=20) == 0
        shown = os.read(controller, 1000).decode()
    os.close(controller)
    assert shown.splitlines() == [
        "→ (5 bytes) ping", "← (13 bytes) pong", "← and more", "← (0 bytes) ", "← (3 bytes) end",
    ]  # fmt: skip
