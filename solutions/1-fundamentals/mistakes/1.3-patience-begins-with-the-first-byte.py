'''
mistake = "Gives a client its patience anew when its first bytes have come"
code = "W05"
loses = ["A client that drips has no more time than a silent one"]
told = ["a timeout per call is not a deadline", "the call took"]
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
                name = read_name(conn, patience)
                conn.settimeout(patience)
                conn.sendall(f"Hello, {name or 'stranger'} from {ip} port {port}\n".encode())
            except OSError:
                pass
        entries.append({"peer": [ip, port], "name": name})
    return entries


def read_name(conn, patience):
    line = b""
    deadline = time.monotonic() + patience
    while b"\n" not in line and len(line) <= 1000:
        conn.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            piece = conn.recv(1000)
        except TimeoutError:
            return None
        if not piece or time.monotonic() > deadline:
            return None
        if not line:
            deadline = time.monotonic() + patience
        line += piece
    line, end, _ = line.partition(b"\n")
    if not end or len(line) > 1000:
        return None
    try:
        return line.decode().strip() or None
    except UnicodeDecodeError:
        return None
