"""send took only a part, and nobody looked."""

def send_all(sock, data):
    return sock.send(data)


# %% the check
send_all = submitted("send_all")
score = Score(points=1, seed=1)
with score("Every byte is sent, however few one send takes", likely="W02"):
    with send_all.limits(send_at_most=3), peer(expects(b"a longer message", then_eof=True)) as server:
        sock = server.connect(timeout=5.0)
        send_all(sock, b"a longer message")
        sock.close()
score
