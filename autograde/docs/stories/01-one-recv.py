"""A reply that comes in pieces, read with one recv."""

import socket

def ask(host, port, request):
    with socket.create_connection((host, port), timeout=5) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        return sock.recv(4096)


# %% the check
ask = submitted("ask")
score = Score(points=1, seed=1)
with score("The reply arrives one byte at a time", likely="W01"):
    with ask.limits(recv_at_most=1), peer(expects(b"PING", then_eof=True), sends(b"PONG")) as server:
        assert ask(server.host, server.port, b"PING") == b"PONG"
score
