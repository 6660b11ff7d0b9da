"""A request that never ends."""

import socket

def ask(host, port, request):
    with socket.create_connection((host, port), timeout=5) as sock:
        sock.sendall(request)
        return sock.recv(4096)


# %% the check
ask = submitted("ask")
score = Score(points=1, seed=1)
with score("The server is told that the request is over"):
    with peer(expects(b"PING", then_eof=True), sends(b"PONG")) as server:
        assert ask(server.host, server.port, b"PING") == b"PONG"
score
