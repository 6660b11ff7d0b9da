"""The process that stands by for official grading: it has imported everything once, and forks runners.

Its first child is the nursery (nursery/), forked while this process holds nothing but Python's library, so that no
examinee can find in its own memory what came later. Both are in one user namespace of their own, which is what lets
them make sandboxes without root. Where the system forbids that, `main` tells why and ends: whoever started it decides
whether to go on without a sandbox.

`standby_process.py` starts it and talks to it; `runners.py` is what it does afterwards.
"""

from __future__ import annotations

import os
import socket
import sys

from .nursery import locks, system
from .nursery import main as nursery


def main(control: int, place: str, path: list[str], isolated: bool) -> None:
    """Serve the examiner on the socket `control`. `place` holds the empty folders `room` and `shared`.

    `path` is the path on which the course's packages are found. This returns when nobody will ask for anything more.
    """
    line = socket.socket(fileno=control)
    system.die_with_parent()
    requests = None
    if isolated:
        try:
            requests = _start_nursery(line, os.path.join(place, "room"))
        except OSError as trouble:
            line.send(f"failed {trouble}".encode())
            return
    nursery.hide_itself()
    sys.path[:] = path
    from autograde.examiner import runners

    runners.serve(line, requests, os.path.join(place, "shared"))


def _start_nursery(line: socket.socket, place: str) -> socket.socket:
    """The socket on which runners ask for examinees."""
    locks.privileged_here()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        line.close()
        ours.close()
        nursery.serve(theirs, place)
    theirs.close()
    return ours
