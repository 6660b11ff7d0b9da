"""Waiting for a datagram that was lost."""

import socket

def udp_ping(host, port, count):
    received = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for number in range(count):
            sock.sendto(b"%d" % number, (host, port))
            try:
                received += sock.recv(100) == b"%d" % number
            except TimeoutError:
                pass
    return received


# %% the check
udp_ping = submitted("udp_ping")
score = Score(points=1, seed=1)
with score("A lost reply costs one timeout", likely="W05"):
    with datagram_peer(echoes()) as server, datagram_relay(server.address, to_server=[drops(2)]) as line:
        assert udp_ping.within(1.5)(line.host, line.port, 3) == 2
score
