"""An answer from somebody else."""

import socket

def lookup(name, server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(1.0)
        sock.sendto(name, server)
        return sock.recv(512)


# %% the check
lookup = submitted("lookup")
score = Score(points=1, seed=1)
with score("Only the server that was asked is believed", likely="W19"):
    with datagram_peer(echoes(change=lambda name: name + b" is 10.0.0.1")) as server:
        with datagram_relay(server.address, to_student=[intrudes(1, data=b"www is 6.6.6.6")]) as line:
            assert lookup(b"www", line.address) == b"www is 10.0.0.1"
score
