"""b'' taken for data, for ever."""

def read_line(sock):
    line = b""
    while not line.endswith(b"\n"):
        line += sock.recv(1)
    return line


# %% the check
read_line = submitted("read_line")
score = Score(points=1, seed=1)
with score("An end in the middle of a line is an error", likely="W04"):
    with peer(cuts_off_after(3, b"hello\n")) as server:
        with raises(EOFError):
            read_line.within(1.0)(server.connect(timeout=5.0))
score
