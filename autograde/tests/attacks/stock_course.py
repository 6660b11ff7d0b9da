"""The same three exercises as a careful instructor would write them for stock nbgrader: plain asserts in the kernel.

The checks call the student's functions directly, against the same scripted peers; what only a process of its own can
be held to (limits, what is left behind, processor time) is left out. One claim is one graded cell, as nbgrader wants.
"""

from __future__ import annotations

from nbformat import NotebookNode

from autograde.tests.attacks.corpus import ASK, DOUBLE, EXACTLY
from autograde.tests.tiny_course import cell, notebook

CONFIGURATION = """\
c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
"""
"""The folders are named as in the other course; everything else is nbgrader's own."""

SETUP = """\
import random
from contextlib import contextmanager

from autograde import closed_port, cuts_off_after, expects, floods, peer, resets, sends, stalls, trickles


@contextmanager
def raises(kind):
    try:
        yield
    except kind:
        return
    raise AssertionError(f"wanted {kind.__name__}")


def some(n):
    return random.SystemRandom().randbytes(n)
"""

LIVE_ASK = """\
reply = some(20)
with peer(expects(b"question", then_eof=True), sends(reply)) as server:
    assert ask(server.host, server.port, b"question", timeout=10.0) == reply
"""

ASK_CHECKS = {
    "check-basics": (3, 'reply = some(300_000)\nwith peer(expects(b"all", then_eof=True), sends(reply)) as server:\n'
                        '    assert ask(server.host, server.port, b"all", timeout=10.0) == reply\n'),
    "check-faults": (1, 'with peer(expects(b"PING", then_eof=True), trickles(reply[:30])) as server:\n'
                        '    assert ask(server.host, server.port, b"PING", timeout=10.0) == reply[:30]\n'),
    "check-empty": (1, 'with peer(expects(b"PING", then_eof=True)) as server:\n'
                       '    assert ask(server.host, server.port, b"PING", timeout=10.0) == b""\n' + LIVE_ASK),
    "check-refused": (1, "with closed_port() as (host, port), raises(ConnectionRefusedError):\n"
                         '    ask(host, port, b"PING", timeout=10.0)\n' + LIVE_ASK),
    "check-reset": (1, 'with peer(expects(b"x", then_eof=True), sends(b"y"), resets()) as server:\n'
                       '    with raises(ConnectionError):\n        ask(server.host, server.port, b"x", timeout=9.0)\n'
                       + LIVE_ASK),
    "check-silent": (1, 'with peer(expects(b"x", then_eof=True), stalls()) as server, raises(TimeoutError):\n'
                        '    ask(server.host, server.port, b"x", timeout=0.6)\n' + LIVE_ASK),
    "check-endless": (1, 'with peer(expects(b"x", then_eof=True), floods()) as server, raises(ValueError):\n'
                         '    ask(server.host, server.port, b"x", timeout=3.0, max_bytes=5000)\n' + LIVE_ASK),
}  # fmt: skip
"""1.2, 9 points."""

LIVE_EXACTLY = """\
data = some(20)
with peer(sends(data)) as server:
    assert recv_exactly(server.connect(timeout=10.0), 20) == data
"""

EXACTLY_CHECKS = {
    "check-basics": (3, "data = some(300_000)\nwith peer(sends(data)) as server:\n"
                        "    assert recv_exactly(server.connect(timeout=10.0), len(data)) == data\n"),
    "check-faults": (1, "with peer(trickles(data[:40])) as server:\n"
                        "    assert recv_exactly(server.connect(timeout=10.0), 40) == data[:40]\n"),
    "check-short": (1, "with peer(cuts_off_after(9, data[:10])) as server, raises(ShortRead):\n"
                       "    recv_exactly(server.connect(timeout=10.0), 10)\n" + LIVE_EXACTLY),
    "check-reset": (1, 'with peer(sends(b"half"), resets()) as server, raises(ConnectionError):\n'
                       "    recv_exactly(server.connect(timeout=10.0), 16)\n" + LIVE_EXACTLY),
    "check-silent": (1, 'with peer(sends(b"half"), stalls()) as server, raises(TimeoutError):\n'
                        "    recv_exactly(server.connect(timeout=0.3), 16)\n" + LIVE_EXACTLY),
    "check-zero": (1, 'with peer(sends(b"later"), stalls()) as server:\n    sock = server.connect(timeout=10.0)\n'
                      '    assert recv_exactly(sock, 0) == b""\n    assert sock.recv(9) == b"later"\n' + LIVE_EXACTLY),
    "check-send": (2, "data = some(1_000_000)\nwith peer(expects(data)) as server:\n"
                      "    assert send_all(server.connect(timeout=10.0, send_buffer=8192), data) > 1\n"),
}  # fmt: skip
"""1.4, 10 points."""

DOUBLE_CHECKS = {
    "check-basics": (3, "assert double(2) == 4\nassert double(3) == 6\n"),
    "check-faults": (2, "assert double(-7) == -14\nassert double(1234) == 2468\n"),
}
"""1.9, 5 points."""

CHECKS = {ASK: ASK_CHECKS, EXACTLY: EXACTLY_CHECKS, DOUBLE: DOUBLE_CHECKS}


def stock_notebook(source: NotebookNode, checks: dict[str, tuple[int, str]]) -> NotebookNode:
    """The notebook with its task and its answer cells, and these checks. All but the first are hidden."""
    kept = [one for one in source.cells if one.cell_type == "markdown" or one.id.startswith("answer")]
    made = [
        cell(name, text if name == "check-basics" else f"### BEGIN HIDDEN TESTS\n{text}### END HIDDEN TESTS\npass",
             points=points)
        for name, (points, text) in checks.items()
    ]  # fmt: skip
    return notebook(cell("setup", SETUP, locked=True), *kept, *made)


def as_for_stock(name: str, source: NotebookNode) -> NotebookNode:
    """An exercise of our course, as an instructor would have made it for stock nbgrader."""
    return stock_notebook(source, CHECKS[name])
