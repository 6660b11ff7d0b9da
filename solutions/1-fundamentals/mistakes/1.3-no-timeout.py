'''
mistake = "Waits for the name without any limit"
code = "W05"
loses = [
    "A silent client is a stranger when its time is up, and the next one is served",
    "A client that drips has no more time than a silent one",
]
told = ["nothing limits the wait", "did not end within"]
'''


# %% answer-serve-hello
def serve_hello(listener, n_clients, *, patience=2.0):
    entries = []
    for _ in range(n_clients):
        conn, address = listener.accept()
        ip, port = address[:2]
        name = None
        with conn:
            try:
                name = read_name(conn)
                conn.sendall(f"Hello, {name or 'stranger'} from {ip} port {port}\n".encode())
            except OSError:
                pass
        entries.append({"peer": [ip, port], "name": name})
    return entries


def read_name(conn):
    line = b""
    while b"\n" not in line and len(line) <= 1000:
        piece = conn.recv(1000)
        if not piece:
            return None
        line += piece
    line, end, _ = line.partition(b"\n")
    if not end or len(line) > 1000:
        return None
    try:
        return line.decode().strip() or None
    except UnicodeDecodeError:
        return None
