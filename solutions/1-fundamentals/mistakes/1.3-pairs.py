'''
mistake = "Takes the address of every client for a pair"
code = "sockaddr"
loses = ["A client that comes over IPv6 is greeted with its address"]
told = ["a socket address is not always a pair"]
'''


# %% answer-serve-hello
import time


def serve_hello(listener, n_clients, *, patience=2.0):
    entries = []
    for _ in range(n_clients):
        conn, (ip, port) = listener.accept()
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
