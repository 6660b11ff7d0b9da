"""Bytes of the next message, read and lost."""

def recv_exactly(sock, n):
    data = b""
    while len(data) < n:
        piece = sock.recv(4096)
        if not piece:
            raise EOFError
        data += piece
    return data[:n]


# %% the check
recv_exactly = submitted("recv_exactly")
score = Score(points=1, seed=1)
with score("What follows the message stays in the stream", likely="W10"):
    for split in every_split(b"message", following=b"next"):
        with split.socket() as sock:
            assert recv_exactly(sock, 7) == b"message"
            left = unread(sock)
            assert left == split.following
score
