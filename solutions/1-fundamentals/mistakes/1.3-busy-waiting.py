'''
mistake = "Asks a non-blocking socket again and again"
code = "W16"
loses = ["Waiting for a name does not burn the processor"]
told = ["busy waiting", "processor time"]
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
    while b"\n" not in line and len(line) <= 1000:
        conn.setblocking(False)
        try:
            piece = conn.recv(1000)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return None
            continue
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
