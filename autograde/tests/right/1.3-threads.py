"""A watchdog thread shuts the connection down when the time is up; file objects read the line."""

# %% answer-open-listener
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket


def open_listener(host="127.0.0.1", port=0, *, backlog=16):
    sock = socket(AF_INET6 if host.count(":") else AF_INET)
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(backlog)
        return sock
    except BaseException as error:
        sock.close()
        raise error


# %% answer-serve-hello
import socket
import threading
from contextlib import suppress


def serve_hello(listener, n_clients, *, patience=2.0):
    log = []
    for _ in range(n_clients):
        conn, peer = listener.accept()
        entry = {"peer": [peer[0], peer[1]], "name": None}
        with conn, suppress(OSError):
            entry["name"] = name = read_name(conn, patience)
            conn.sendall(("Hello, %s from %s port %d\n" % (name or "stranger", *entry["peer"])).encode("utf-8"))
        log.append(entry)
    return log


def read_name(conn, patience):
    def give_up():
        with suppress(OSError):
            conn.shutdown(socket.SHUT_RD)

    watchdog = threading.Timer(patience, give_up)
    watchdog.start()
    try:
        with conn.makefile("rb") as stream:
            line = stream.readline(1002)
    finally:
        watchdog.cancel()
        watchdog.join()
    if not line.endswith(b"\n") or len(line) > 1001:
        return None
    with suppress(UnicodeDecodeError):
        return str(line, "utf-8").strip() or None
