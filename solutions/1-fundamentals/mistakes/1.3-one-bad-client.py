'''
mistake = "Catches nothing, so that one bad client ends the loop"
code = "one for all"
loses = [
    "A silent client is a stranger when its time is up, and the next one is served",
    "A client that drips has no more time than a silent one",
    "Clients that vanish cost nobody else anything",
    "A line that is not UTF-8, is empty, or breaks off, is a stranger's",
]
told = ["one client ended the service for all", "It raised ConnectionResetError", "It raised UnicodeDecodeError"]
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
            conn.sendall(f"Hello, {name or 'stranger'} from {ip} port {port}\n".encode())
        entries.append({"peer": [ip, port], "name": name})
    return entries


def read_name(conn, deadline):
    line = b""
    while b"\n" not in line and len(line) <= 1000:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no name in time")
        conn.settimeout(left)
        piece = conn.recv(1000)
        if not piece:
            return None
        line += piece
    line, end, _ = line.partition(b"\n")
    return line.decode().strip() or None if end and len(line) <= 1000 else None
