"""Waits in select with a deadline; getaddrinfo chooses the family."""

# %% answer-open-listener
import socket


def open_listener(host: str = "127.0.0.1", port: int = 0, *, backlog: int = 16) -> socket.socket:
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    sock = socket.socket(family, kind, proto)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
    try:
        sock.bind(address)
    except Exception:
        sock.close()
        raise
    sock.listen(backlog)
    return sock


# %% answer-serve-hello
import select
import time


class Visitor:
    def __init__(self, sock, address, patience):
        self.sock, self.address, self.until = sock, address[:2], time.monotonic() + patience
        self.buffer, self.name = bytearray(), None

    def listen(self):
        while True:
            readable, _, _ = select.select([self.sock], [], [], max(0, self.until - time.monotonic()))
            if not readable or time.monotonic() > self.until:
                return
            piece = self.sock.recv(256)
            self.buffer += piece
            end = self.buffer.find(b"\n")
            if end >= 0:
                if end <= 1000:
                    self.name = self.buffer[:end].decode("utf-8", "replace").strip()
                    if "\ufffd" in self.name:
                        self.name = None
                return
            if not piece or len(self.buffer) > 1000:
                return

    def greet(self):
        self.name = self.name or None
        who = "stranger" if self.name is None else self.name
        ip, port = self.address
        self.sock.sendall(b"Hello, " + who.encode() + b" from " + ip.encode() + b" port " + b"%d\n" % port)


def serve_hello(listener, n_clients, *, patience=2.0):
    visitors = []
    while len(visitors) < n_clients:
        visitor = Visitor(*listener.accept(), patience)
        visitors.append(visitor)
        try:
            visitor.listen()
            visitor.greet()
        except ConnectionError:
            continue
        finally:
            visitor.sock.close()
    return [{"name": visitor.name, "peer": visitor.address} for visitor in visitors]
