"""A connection attempt without an answer, and no timeout."""

import socket

def probe(host, port, timeout):
    with socket.socket() as sock:
        try:
            sock.connect((host, port))
        except ConnectionRefusedError:
            return "refused"
        return "open"


# %% the check
probe = submitted("probe")
score = Score(points=1, seed=1)
with score("An attempt that gets no answer ends with the timeout", likely="W05"):
    with black_hole() as (host, port):
        assert probe.within(1.0)(host, port, 0.3) == "timeout"
score
