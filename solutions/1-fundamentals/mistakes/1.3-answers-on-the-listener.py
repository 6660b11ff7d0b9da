'''
mistake = "Sends the greeting on the listening socket"
code = "listening"
loses = [
    "A client says its name and is greeted with it, and with its own address",
    "The connection to a client is closed before the next client is waited for",
    "A client that comes over IPv6 is greeted with its address",
    "Five clients that are waiting already are served in the order in which they came",
    "A name that comes byte by byte is a whole name",
    "A silent client is a stranger when its time is up, and the next one is served",
    "A client that drips has no more time than a silent one",
    "Clients that vanish cost nobody else anything",
    "A line that is not UTF-8, is empty, or breaks off, is a stranger's",
    "A line of 1,000 bytes is a name, and one of 1,001 bytes is not",
    "A line of 1 MB, or without an end, is not read to its end",
    "serve_hello closes the connections that it accepted, and not the listening socket",
    "Waiting for a name does not burn the processor",
]
told = ["a listening socket does not talk", "listener.sendall("]
'''


# %% answer-serve-hello
import time


def serve_hello(listener, n_clients, *, patience=2.0):
    entries = []
    for _ in range(n_clients):
        conn, address = listener.accept()
        ip, port = address[:2]
        with conn:
            name = read_name(conn, time.monotonic() + patience)
            conn.settimeout(patience)
            listener.sendall(f"Hello, {name or 'stranger'} from {ip} port {port}\n".encode())
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
