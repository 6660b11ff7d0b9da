'''
mistake = "Takes what the first recv returns for the line"
code = "W01"
loses = [
    "A name that comes byte by byte is a whole name",
    "A client that drips has no more time than a silent one",
    "Clients that vanish cost nobody else anything",
    "A line that is not UTF-8, is empty, or breaks off, is a stranger's",
    "A line of 1,000 bytes is a name, and one of 1,001 bytes is not",
]
told = ["one byte at a time", "'name': 'A'"]
'''


# %% answer-serve-hello
import time


def serve_hello(listener, n_clients, *, patience=2.0):
    entries = []
    for _ in range(n_clients):
        conn, address = listener.accept()
        ip, port = address[:2]
        name = None
        with conn:
            try:
                name = read_name(conn, time.monotonic() + patience)
                conn.settimeout(patience)
                conn.sendall(f"Hello, {name or 'stranger'} from {ip} port {port}\n".encode())
            except OSError:
                pass
        entries.append({"peer": [ip, port], "name": name})
    return entries


def read_name(conn, deadline):
    conn.settimeout(max(deadline - time.monotonic(), 0.001))
    try:
        line = conn.recv(1001)
        return line.decode().strip() or None if len(line) <= 1000 else None
    except (TimeoutError, UnicodeDecodeError):
        return None
