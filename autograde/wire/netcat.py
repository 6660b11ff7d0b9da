"""`autograde nc`: a conversation by hand with whoever listens, or with the first who comes.

Standard input goes to the socket and the socket to standard output, byte for byte, both at once. When the input ends,
the sending direction is half-closed and the answer still read; when the other side ends, the program does. On a
terminal what arrives is marked with `←` and notices tell what happens; in a pipe there is nothing but the bytes.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
import threading

PIECE = 65536


def netcat(host: str, port: int, *, listen: bool = False, crlf: bool = False) -> int:
    """Talk until the other side ends; returns the exit status: 0, 1 after a failure, 130 after Ctrl-C.

    `listen` waits for one connection at that address instead of making one; port 0 lets the system choose. `crlf` sends
    each line end as CR LF, as HTTP and mail servers want it.
    """
    try:
        with _connection(host, port, listen) as sock:
            _notice("connected; the end of your input (Ctrl-D) ends your side")
            return _talk(sock, crlf)
    except KeyboardInterrupt:
        return 130
    except UnicodeError:  # a name with an empty or endless part does not get as far as the resolver
        error: OSError = socket.gaierror()
    except OSError as caught:
        error = caught
    print(_sentence(error, host, port, listen), file=sys.stderr)
    return 1


def _connection(host: str, port: int, listen: bool) -> socket.socket:
    if not listen:
        return socket.create_connection((host, port))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        own = listener.getsockname()
        print(f"listening at {own[0]} port {own[1]}", file=sys.stderr, flush=True)
        return listener.accept()[0]


def _talk(sock: socket.socket, crlf: bool) -> int:
    failures: list[OSError] = []
    sender = threading.Thread(target=_send_input, args=(sock, crlf, failures), daemon=True)
    sender.start()
    try:
        _show_what_arrives(sock)
    except ConnectionResetError as error:
        failures.append(error)
    if failures:
        print(_sentence(failures[0], "", 0, False), file=sys.stderr)
        return 1
    _notice("the other side has ended")
    return 0


def _send_input(sock: socket.socket, crlf: bool, failures: list[OSError]) -> None:
    """Read the descriptor itself: a thread inside `sys.stdin` would hold its lock while the interpreter ends."""
    echo = _on_terminal(sys.stdout) and not _on_terminal(sys.stdin)
    after_cr = False
    try:
        while data := os.read(sys.stdin.fileno(), PIECE):
            if echo:
                _mark("→ ", data)
            sock.sendall(_with_crlf(data, after_cr) if crlf else data)
            after_cr = data.endswith(b"\r")
        _notice("your side has ended; waiting for the rest")
        sock.shutdown(socket.SHUT_WR)
    except OSError as error:
        # The other side may simply have ended first; then its reader has, or will have, the last word.
        if isinstance(error, ConnectionResetError):
            failures.append(error)


def _with_crlf(data: bytes, after_cr: bool) -> bytes:
    """LF becomes CR LF unless its CR is already there, even as the last byte of the piece before."""
    before = b"\r" if after_cr else b""
    return re.sub(rb"(?<!\r)\n", b"\r\n", before + data)[len(before) :]


def _show_what_arrives(sock: socket.socket) -> None:
    marked = _on_terminal(sys.stdout)
    while data := sock.recv(PIECE):
        if marked:
            _mark("← ", data)
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()


def _mark(mark: str, data: bytes) -> None:
    """Lines for a person's eyes: each begins with its direction; bytes that are no text are written as escapes."""
    text = data.decode(errors="backslashreplace")
    print("\n".join(mark + line for line in text.splitlines()), flush=True)


def _on_terminal(stream: object) -> bool:
    with contextlib.suppress(ValueError, AttributeError):
        return bool(stream.isatty())  # type: ignore[attr-defined]
    return False


def _notice(text: str) -> None:
    if _on_terminal(sys.stdout):
        print(f"({text})", file=sys.stderr, flush=True)


def _sentence(error: OSError, host: str, port: int, listen: bool) -> str:
    where = f"{host} port {port}"
    match error:
        case ConnectionRefusedError():
            return f"Nobody listens at {where}: the connection was refused. Is the server running, and the port right?"
        case ConnectionResetError() | BrokenPipeError():
            return "The other side reset the connection: it aborted instead of ending."
        case socket.gaierror():
            return f"The name {host!r} is not known here. Check its spelling, or use a number such as 127.0.0.1."
        case TimeoutError():
            return f"No answer from {where}: the connection timed out."
        case _ if listen:
            return f"Cannot listen at {where}: {error.strerror}. Choose another port, or 0 for any that is free."
    return f"Cannot connect to {where}: {error.strerror}."
