'''
mistake = "Closes the listening socket after each client"
loses = [
    "The connection to a client is closed before the next client is waited for",
    "Five clients that are waiting already are served in the order in which they came",
    "A silent client is a stranger when its time is up, and the next one is served",
    "A client that drips has no more time than a silent one",
    "Clients that vanish cost nobody else anything",
    "A line that is not UTF-8, is empty, or breaks off, is a stranger's",
    "A line of 1,000 bytes is a name, and one of 1,001 bytes is not",
    "A line of 1 MB, or without an end, is not read to its end",
    "serve_hello closes the connections that it accepted, and not the listening socket",
]
told = ["the listening socket was closed with a client", "serve_hello closed the listening socket"]
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
        listener.close()
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
