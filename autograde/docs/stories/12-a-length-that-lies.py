"""A declared length, believed."""

import struct

def recv_msg(sock, max_size):
    (size,) = struct.unpack("!I", sock.recv(4))
    data = bytearray(size)
    got = sock.recv_into(data)
    return bytes(data[:got])


# %% the check
recv_msg = submitted("recv_msg")
score = Score(points=1, seed=1)
with score("A declared length above the limit is refused before anything is reserved", likely="W12"):
    lie = lying_numbers(b"\x00\x00\x00\x05hello", at=0, width=4)[-1]
    with recv_msg.limits(memory=50_000_000), peer(sends(lie.data), stalls()) as server:
        with raises(ValueError):
            recv_msg(server.connect(timeout=5.0), 1024)
score
