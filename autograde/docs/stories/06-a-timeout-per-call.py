"""A timeout that begins anew with each byte."""

import socket

def ask(host, port, request, timeout=5.0):
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        reply = b""
        while data := sock.recv(4096):
            reply += data
        return reply


# %% the check
ask = submitted("ask")
score = Score(points=1, seed=1)
with score("The timeout is for the whole call", likely="W05"):
    with peer(expects(b"PING", then_eof=True), drips(b".", every=0.2)) as server:
        with raises(TimeoutError):
            ask.within(1.5)(server.host, server.port, b"PING", timeout=0.5)
score
