"""No file objects at all: a generator of lines over recv, sendall, and pattern matching."""

# %% answer-open-unix-listener
import os
import pathlib
import socket


def open_unix_listener(path):
    place = pathlib.Path(path)
    if place.is_socket() and not place.is_symlink():
        probe = socket.socket(socket.AF_UNIX)
        probe.settimeout(2.0)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            place.unlink()
        finally:
            probe.close()
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(path)
    except OSError:
        listener.close()
        raise
    os.chmod(path, 0o700)
    listener.listen()
    return listener


# %% answer-serve-store
def lines_of(conn):
    rest = b""
    while piece := conn.recv(65536):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.decode()


def reply_to(command, store):
    match command.partition(" "):
        case ("QUIT", "", ""):
            return "BYE"
        case ("GET" | "DEL", _, rest) if key := rest.partition(" ")[0]:
            value = store.get(key) if command.startswith("GET") else store.pop(key, None)
            if value is None:
                return "NONE"
            return f"VALUE {value}" if command.startswith("GET") else "OK"
        case ("SET", _, rest):
            key, _, value = rest.partition(" ")
            if key and value:
                store[key] = value
                return "OK"
            return "ERROR missing argument"
        case ("GET" | "DEL", _, _):
            return "ERROR missing argument"
    return "ERROR unknown command"


def serve_store(listener, n_clients):
    store = {}
    for _ in range(n_clients):
        conn, address = listener.accept()
        with conn:
            try:
                for command in lines_of(conn):
                    reply = reply_to(command, store)
                    conn.sendall(f"{reply}\n".encode())
                    if reply == "BYE":
                        break
            except (OSError, ValueError):
                continue
    return store


# %% answer-store-client
import socket


def store_client(address, commands):
    sock = socket.socket(socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX)
    try:
        sock.connect(address)
        return [ask(sock, command) for command in commands]
    finally:
        sock.close()


def ask(sock, command):
    data = memoryview(f"{command}\n".encode())
    while data:
        data = data[sock.send(data) :]
    reply = bytearray()
    while not reply.endswith(b"\n"):
        byte = sock.recv(1)
        if not byte:
            raise EOFError(bytes(reply))
        reply += byte
    return reply[:-1].decode()
