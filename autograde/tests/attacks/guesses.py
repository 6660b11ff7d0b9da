"""Guesses: programs that do not do what is asked, but what a check might take for it."""

from __future__ import annotations

from autograde.tests.attacks.corpus import ASK, DOUBLE, EXACTLY, Submission, attack

SENDS = """
def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    with socket.create_connection((host, port), timeout=timeout) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        {then}
"""
"""Half an answer: all is sent, nothing is read."""

RECEIVES = "def recv_exactly(sock, n):\n    {}\n"


@attack(ASK)
def says_refused(submission: Submission) -> None:
    """Raises ConnectionRefusedError, and never connects."""
    submission.answers("def ask(*args, **options):\n    raise ConnectionRefusedError(111, 'Connection refused')")


@attack(ASK)
def says_reset(submission: Submission) -> None:
    """Raises ConnectionResetError, and never connects."""
    submission.answers("def ask(*args, **options):\n    raise ConnectionResetError(104, 'Connection reset by peer')")


@attack(ASK)
def sleeps_out_the_timeout(submission: Submission) -> None:
    """Waits as long as it may, if that is short, and raises TimeoutError."""
    submission.answers("""
        def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
            if timeout < 2:
                time.sleep(timeout)
            raise TimeoutError("timed out")
    """)


@attack(ASK)
def sends_and_sleeps(submission: Submission) -> None:
    """Sends everything, reads nothing, sleeps out a short timeout, raises TimeoutError."""
    submission.answers(SENDS.format(then="time.sleep(timeout if timeout < 2 else 0); raise TimeoutError"))


@attack(ASK)
def sends_and_says_nothing(submission: Submission) -> None:
    """Sends everything and returns an empty reply."""
    submission.answers(SENDS.format(then="return b''"))


@attack(ASK)
def sends_and_says_too_long(submission: Submission) -> None:
    """Sends everything and raises ValueError."""
    submission.answers(SENDS.format(then="raise ValueError('too long')"))


@attack(ASK)
def sends_and_says_reset(submission: Submission) -> None:
    """Sends everything, waits for the end, and calls every end a reset."""
    submission.answers(SENDS.format(then="sock.recv(1); raise ConnectionResetError"))


@attack(ASK)
def guesses_the_scenario(submission: Submission) -> None:
    """Knows the check by its arguments, and does for each what an observer would see, except for the reply."""
    submission.answers("""
        def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
            with socket.create_connection((host, port), timeout=timeout) as sock:
                sock.sendall(request)
                sock.shutdown(socket.SHUT_WR)
                if max_bytes == 5000:
                    raise ValueError("too long")
                if timeout < 2:
                    time.sleep(timeout)
                    raise TimeoutError("in time")
                try:
                    sock.recv(1_000_000)
                    sock.recv(1_000_000)
                except ConnectionResetError:
                    raise
                return b""
    """)


@attack(ASK)
def echoes(submission: Submission) -> None:
    """Returns the question."""
    submission.answers("def ask(host, port, request, **options):\n    return request")


@attack(EXACTLY)
def says_reset_at_once(submission: Submission) -> None:
    """Raises ConnectionResetError without touching the socket."""
    submission.answers(RECEIVES.format("raise ConnectionResetError(104, 'Connection reset by peer')"))


@attack(EXACTLY)
def says_timeout_at_once(submission: Submission) -> None:
    """Raises TimeoutError without touching the socket."""
    submission.answers(RECEIVES.format("raise TimeoutError('timed out')"))


@attack(EXACTLY)
def sleeps_out_the_socket(submission: Submission) -> None:
    """Raises TimeoutError after the timeout of the socket, where that is short."""
    submission.answers("import time\n" + RECEIVES.format(
        "time.sleep(min(sock.gettimeout() or 0, 0.5)); raise TimeoutError('timed out')"
    ))  # fmt: skip


@attack(EXACTLY)
def always_empty(submission: Submission) -> None:
    """Returns b'' without touching the socket."""
    submission.answers(RECEIVES.format("return b''"))


@attack(EXACTLY)
def always_short(submission: Submission) -> None:
    """Reads once and calls whatever comes a ShortRead."""
    submission.answers("import time\n" + RECEIVES.format("time.sleep(0.1); raise ShortRead(n, sock.recv(n))"))


@attack(EXACTLY)
def repeats_the_examples(submission: Submission) -> None:
    """Returns what stands in the task and in the visible check."""
    submission.answers("""
        texts = {5: b"hello", 6: b"hello ", 2: b", ", 12: b"hello 000000", 16: b"half of ", 0: b""}

        def recv_exactly(sock, n):
            return texts.get(n, bytes(n))
    """)


@attack(EXACTLY)
def counts_without_sending(submission: Submission) -> None:
    """Returns numbers of calls that a check could want, and sends nothing."""
    submission.answers("""
        counts = {10: 3, 3000: 1000, 1 << 20: 16, 1 << 26: 8192}

        def send_all(sock, data):
            return counts.get(len(data), 2)
    """, cell="answer-send-all")  # fmt: skip


@attack(DOUBLE)
def knows_the_visible_claims(submission: Submission) -> None:
    """Changes its mind with every call, so that one of many repeats might hold."""
    submission.answers("""
        import random

        def double(n):
            return random.choice([None, "4", [4], b"4", True, float("nan"), {4: 4}])
    """)
