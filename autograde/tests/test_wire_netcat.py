"""The course's netcat, run as a person runs it: as a program of its own."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from autograde.tests.observers import read_all
from autograde.tests.programs import run_program
from autograde.wire.netcat import _with_crlf

START = """
import signal, sys
from autograde.wire.netcat import netcat
from autograde.wire.netcat_datagrams import datagrams
from autograde.wire.netcat_tls import client_context
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job is born deaf to it
sys.exit({function}({arguments}))
"""

PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


@contextmanager
def running(*command: str, **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A Python program, killed at the end of the block if it is still there."""
    with subprocess.Popen([sys.executable, *command], **{**PIPES, **streams}) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def nc(arguments: str, function: str = "netcat", **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A running netcat."""
    with running("-c", START.format(function=function, arguments=arguments), **streams) as process:
        yield process


@contextmanager
def nc_called(**streams: Any) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """A netcat that has connected to us, and our end of the connection."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        nc(f"'127.0.0.1', {listener.getsockname()[1]}", **streams) as process,
        listener.accept()[0] as connection,
    ):
        yield process, connection


def test_input_goes_out_and_its_end_too_and_the_answer_comes_back() -> None:
    """A server that answers only after the end of the request gets that end, and is heard."""
    with nc_called() as (process, connection):
        assert process.stdin
        process.stdin.write(b"any \x00\xff bytes\n")
        process.stdin.close()
        assert read_all(connection) == b"any \x00\xff bytes\n"
        connection.sendall(b"\xfe answer")
        connection.close()
        process.stdin = None
        assert process.communicate(timeout=20) == (b"\xfe answer", b"") and process.returncode == 0


def test_it_ends_when_the_other_side_does() -> None:
    """An input that is still open does not keep it, and nothing is said on stderr."""
    with nc_called() as (process, connection):
        connection.close()
        assert process.wait(timeout=20) == 0
        assert process.stderr and process.stderr.read() == b""


def test_it_can_listen_for_one_caller() -> None:
    """With `listen` it says where, takes one connection, and carries both directions."""
    with nc("'127.0.0.1', 0, listen=True") as process:
        assert process.stderr
        port = int(process.stderr.readline().split()[-1])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            own = connection.getsockname()[1]
            connection.sendall(b"hello")
            connection.shutdown(socket.SHUT_WR)
            out, err = process.communicate(b"welcome", timeout=20)
            assert (process.returncode, out) == (0, b"hello")
            assert err == f"connected from 127.0.0.1 port {own}\n".encode()


@pytest.mark.drives(client="socat", server="nc", feature="listening on IPv6")
def test_it_listens_on_ipv6() -> None:
    """An IPv6 address to listen at, and a program that connects there."""
    with nc("'::1', 0, listen=True") as process:
        assert process.stderr and process.stdin
        told = process.stderr.readline().decode().split()
        ran = run_program("socat", "-u", "-", f"TCP6:[::1]:{told[-1]}", stdin=b"hello")
        assert process.communicate(timeout=20)[0] == b"hello" and told[2] == "::1" and ran.returncode == 0


def test_two_of_them_talk() -> None:
    """One listens, the other connects."""
    with nc("'::1', 0, listen=True") as one:
        assert one.stderr and one.stdout
        port = int(one.stderr.readline().split()[-1])
        with nc(f"'::1', {port}") as other:
            assert other.stdin
            other.stdin.write(b"ping\n")
            other.stdin.flush()
            assert one.stdout.readline() == b"ping\n"
            one.communicate(b"pong", timeout=20)
            assert other.communicate(timeout=20) == (b"pong", b"")


def test_input_that_is_there_goes_out_even_if_the_other_side_has_ended() -> None:
    """An end may be only half of one: who asks first and then listens gets what was typed ahead."""
    reader, writer = os.pipe()
    start = START.replace("sys.exit", "import autograde.wire.netcat as n; n.LAST_WORDS = 20; sys.exit")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        code = start.format(function="netcat", arguments=f"'127.0.0.1', {listener.getsockname()[1]}")
        with running("-c", code, stdin=reader) as process, listener.accept()[0] as connection:
            os.close(reader)
            connection.shutdown(socket.SHUT_WR)
            os.write(writer, b"typed ahead")
            os.close(writer)
            assert read_all(connection) == b"typed ahead" and process.wait(timeout=20) == 0


def test_nobody_listens_is_a_sentence() -> None:
    """A refused connection: one line, status 1."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with nc(f"'127.0.0.1', {closed.getsockname()[1]}") as process:
            out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (1, b"") and b"Nobody listens" in err and err.count(b"\n") == 1


def test_a_taken_address_is_a_sentence() -> None:
    """Listening where someone listens: one line that offers port 0."""
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        nc(f"'127.0.0.1', {taken.getsockname()[1]}, listen=True") as process,
    ):
        err = process.communicate(timeout=20)[1]
    assert process.returncode == 1 and b"or 0 for any that is free" in err and b"Traceback" not in err


def test_a_name_that_cannot_be_is_a_sentence() -> None:
    """A name with an empty part fails without asking anyone on the network."""
    with nc("'no..such', 80") as process:
        err = process.communicate(timeout=20)[1]
    assert process.returncode == 1 and b"is not known here" in err and b"Traceback" not in err


def test_a_reset_is_a_sentence() -> None:
    """The other side aborts: status 1, and what it is called."""
    with nc_called() as (process, connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        assert process.wait(timeout=20) == 1
        assert process.stderr and b"reset the connection" in process.stderr.read()


def test_ctrl_c_is_quiet() -> None:
    """An interrupt ends it with status 130 and without a traceback."""
    with nc_called() as (process, connection):
        connection.sendall(b"ready")
        assert process.stdout and process.stdout.read(5) == b"ready"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert process.stderr and process.stderr.read() == b""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_on_a_terminal_both_directions_are_marked() -> None:
    """A person sees which lines went out and which came in, and is told about the ends."""
    controller, terminal = os.openpty()
    with nc_called(stdout=terminal) as (process, connection):
        os.close(terminal)
        assert process.stdin
        process.stdin.write(b"ping\n")
        process.stdin.close()
        assert read_all(connection) == b"ping\n"
        connection.sendall(b"pong \xff\nand more\n")
        connection.close()
        assert process.wait(timeout=20) == 0
        shown = os.read(controller, 1000).decode()
        assert process.stderr and b"the other side has ended" in process.stderr.read()
    os.close(controller)
    assert shown.splitlines() == ["→ ping", "← pong \\xff", "← and more"]


def test_a_reader_that_has_enough_ends_it_quietly() -> None:
    """As in `nc … | head -1`: what it writes to is gone, and that is no failure of the conversation."""
    reader, writer = os.pipe()
    with nc_called(stdout=writer) as (process, connection):
        os.close(writer)
        os.close(reader)
        connection.sendall(b"one\ntwo\n")
        assert process.wait(timeout=20) == 0 and process.stderr and process.stderr.read() == b""


def test_both_directions_in_hexadecimal() -> None:
    """Rows of 16 bytes with their offsets, counted in each direction by itself."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        nc(f"'127.0.0.1', {listener.getsockname()[1]}, hexed=True") as process,
        listener.accept()[0] as connection,
    ):
        assert process.stdin
        process.stdin.write(b"GET\x00")
        process.stdin.close()
        assert read_all(connection) == b"GET\x00"
        connection.sendall(bytes(range(0x40, 0x52)))
        connection.close()
        process.stdin = None
        shown = process.communicate(timeout=20)[0].decode().splitlines()
    assert shown == [
        "→ 00000000  47 45 54 00                                      GET.",
        "← 00000000  40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f  @ABCDEFGHIJKLMNO",
        "← 00000010  50 51                                            PQ",
    ]


def test_line_ends_become_cr_lf_at_every_cut() -> None:
    """However the input comes, each line end goes out as CR LF, and those that were so stay so."""
    text = b"\na\r\nb\n\nc\r"
    for cut in range(1, len(text)):
        first, second = text[:cut], text[cut:]
        assert _with_crlf(first, False) + _with_crlf(second, first.endswith(b"\r")) == b"\r\na\r\nb\r\n\r\nc\r"
