"""One silent client holds up everybody."""

def serve(listener, stop):
    while True:
        conn, _ = listener.accept()
        with conn:
            conn.sendall(conn.recv(100).upper())


# %% the check
import socket
serve = submitted("serve")
score = Score(points=1, seed=1)
with score("A silent client does not hold up the next one", likely="W15"):
    with socket.create_server(("127.0.0.1", 0)) as listener, stop_signal() as stop:
        running = serve.start(listener, stop.socket)
        with client(listener.getsockname(), stalls(), lane="silent client") as silent:
            assert silent.wait_until_met()
            with client(listener.getsockname(), sends(b"hello"), expects(b"HELLO"), lane="second client") as second:
                assert second.wait_until_done(1.0), "the second client has no answer after 1 s"
score
