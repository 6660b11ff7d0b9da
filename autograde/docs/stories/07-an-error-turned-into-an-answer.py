"""A reset that looks like a reply."""

import socket

def ask(host, port, request):
    reply = b""
    try:
        with socket.create_connection((host, port), timeout=5) as sock:
            sock.sendall(request)
            sock.shutdown(socket.SHUT_WR)
            while data := sock.recv(4096):
                reply += data
    except OSError:
        pass
    return reply


# %% the check
ask = submitted("ask")
score = Score(points=1, seed=1)
with score("A reset in mid-reply is an error, not a reply", likely="W06"):
    with peer(expects(b"PING", then_eof=True), sends(b"PO"), resets()) as server:
        with raises(ConnectionResetError):
            ask(server.host, server.port, b"PING")
score
