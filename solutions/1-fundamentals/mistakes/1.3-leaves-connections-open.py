'''
mistake = "Closes no connection that it accepted"
code = "W08"
loses = [
    "The connection to a client is closed before the next client is waited for",
    "serve_hello closes the connections that it accepted, and not the listening socket",
]
told = ["a socket or file was left open", "instead of the end of the stream", "`with conn:` after accept"]
'''


# %% answer-serve-hello
import time


def serve_hello(listener, n_clients, *, patience=2.0):
    entries = []
    for _ in range(n_clients):
        conn, address = listener.accept()
        ip, port = address[:2]
        name = None
        try:
            name = read_name(conn, time.monotonic() + patience)
            conn.settimeout(patience)
            conn.sendall(f"Hello, {name or 'stranger'} from {ip} port {port}\n".encode())
        except OSError:
            pass
        entries.append({"peer": [ip, port], "name": name})
    return entries


def read_name(conn, deadline):
    line = b""
    while b"\n" not in line and len(line) <= 1000:
        conn.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            piece = conn.recv(1000)
        except TimeoutError:
            return None
        if not piece or time.monotonic() > deadline:
            return None
        line += piece
    line, end, _ = line.partition(b"\n")
    if not end or len(line) > 1000:
        return None
    try:
        return line.decode().strip() or None
    except UnicodeDecodeError:
        return None
