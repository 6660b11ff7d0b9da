"""One duplicate shifts all later replies."""

import socket

def udp_ping(host, port, count):
    received = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.3)
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
with score("A duplicate does not shift the later replies", likely="W19"):
    with datagram_peer(echoes()) as server, datagram_relay(server.address, to_student=[duplicates(1)]) as line:
        assert udp_ping(line.host, line.port, 3) == 3
score
