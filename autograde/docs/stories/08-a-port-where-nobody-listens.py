"""Nobody listens."""

import socket

def probe(host, port, timeout):
    sock = socket.create_connection((host, port), timeout=timeout)
    sock.close()
    return "open"


# %% the check
probe = submitted("probe")
score = Score(points=1, seed=1)
with score("A refused connection is told by its name"):
    with closed_port() as (host, port):
        assert probe(host, port, 1.0) == "refused"
score
