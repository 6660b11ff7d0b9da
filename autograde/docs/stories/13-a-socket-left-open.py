"""A socket left open."""

import socket

def ask(host, port, request):
    sock = socket.create_connection((host, port), timeout=5)
    sock.sendall(request)
    sock.shutdown(socket.SHUT_WR)
    kept.append(sock)
    return sock.recv(4096)

kept = []


# %% the check
ask = submitted("ask")
score = Score(points=1, seed=1)
with score("Nothing is left open", likely="W08"):
    with ask.leaves_nothing_behind(), peer(expects(b"PING", then_eof=True), sends(b"PONG")) as server:
        ask(server.host, server.port, b"PING")
score
