"""A length in the byte order of this machine."""

import struct

def send_msg(sock, payload):
    sock.sendall(struct.pack("I", len(payload)) + payload)


# %% the check
send_msg = submitted("send_msg")
score = Score(points=1, seed=1)
with score("The length goes out in network byte order", likely="W11"):
    with peer(expects(b"\x00\x00\x00\x05hello", then_eof=True)) as server:
        sock = server.connect(timeout=5.0)
        send_msg(sock, b"hello")
        sock.close()
score
