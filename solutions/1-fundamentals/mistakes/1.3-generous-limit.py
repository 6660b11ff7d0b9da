'''
mistake = "Allows far longer lines than the task does"
code = "W13"
loses = ["A line of 1,000 bytes is a name, and one of 1,001 bytes is not"]
told = ["more came than was allowed, and it was taken", "did not end within"]
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
    line = b""
    while b"\n" not in line and len(line) <= 65536:
        conn.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            piece = conn.recv(65536)
        except TimeoutError:
            return None
        if not piece or time.monotonic() > deadline:
            return None
        line += piece
    line, end, _ = line.partition(b"\n")
    if not end or len(line) > 65536:
        return None
    try:
        return line.decode().strip() or None
    except UnicodeDecodeError:
        return None
