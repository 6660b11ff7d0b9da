"""The socket table of this machine, for lessons: only the rows of the ports that a lesson asks about.

On Linux they are read from /proc/net/tcp (proc_net_tcp in the kernel's documentation). Elsewhere the rows of one run on
Linux are shown, with the asked ports put in: the columns and the states are the same, only they are a record.
"""

from __future__ import annotations

import time
from pathlib import Path

TABLE = Path("/proc/net/tcp")

STATES = {
    "01": "ESTABLISHED", "02": "SYN-SENT", "03": "SYN-RECEIVED", "04": "FIN-WAIT-1", "05": "FIN-WAIT-2",
    "06": "TIME-WAIT", "07": "CLOSED", "08": "CLOSE-WAIT", "09": "LAST-ACK", "0A": "LISTEN", "0B": "CLOSING",
}  # fmt: skip
"""What the fourth column means, by the names of RFC 9293 (Linux: include/net/tcp_states.h)."""

PASSING = {"SYN-RECEIVED", "FIN-WAIT-1", "CLOSING", "LAST-ACK"}
"""States that last until the other system has answered: on one machine, for the 40 ms of a delayed ACK at most."""

RECORDED = """\
   0: 0100007F:{0:04X} 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 20114 1 0 100 0 0 10 0
   1: 0100007F:{0:04X} 0100007F:{1:04X} 01 00000000:00000000 00:00000000 00000000  1000        0 20117 1 0 20 4 30 10 -1
   2: 0100007F:{0:04X} 0100007F:{2:04X} 01 00000000:00000000 00:00000000 00000000  1000        0 20118 1 0 20 4 30 10 -1
   3: 0100007F:{1:04X} 0100007F:{0:04X} 01 00000000:00000000 00:00000000 00000000  1000        0 20115 1 0 20 4 30 10 -1
   4: 0100007F:{2:04X} 0100007F:{0:04X} 01 00000000:00000000 00:00000000 00000000  1000        0 20116 1 0 20 4 30 10 -1
"""
"""A listening socket and two connections to it, as Linux showed them."""


def lines(*ports: int) -> list[str]:
    """The rows of sockets with none but these ports, at both ends; in the order of `ports`, listening ones first."""
    rows = TABLE.read_text().splitlines()[1:] if TABLE.exists() else RECORDED.format(*ports).splitlines()
    order = {port: place for place, port in enumerate((0, *ports))}
    asked = [row for row in rows if _ports(row)[0] in ports and _ports(row)[1] in order]
    return sorted(asked, key=lambda row: [order[port] for port in _ports(row)])


def _ports(row: str) -> tuple[int, int]:
    """The local and the remote port of a row."""
    local, remote = (int(field.partition(":")[2], 16) for field in row.split()[1:3])
    return local, remote


def states(*ports: int, patience: float = 2.0) -> list[str]:
    """The states of those sockets, in the same order. Where there is no such table, none: a state is no record.

    A state of `PASSING` is waited out, for at most `patience` seconds.
    """
    deadline = time.monotonic() + patience
    found = _states_now(*ports)
    while PASSING.intersection(found) and time.monotonic() < deadline:
        time.sleep(0.001)
        found = _states_now(*ports)
    return found


def _states_now(*ports: int) -> list[str]:
    return [STATES[row.split()[3]] for row in lines(*ports)] if TABLE.exists() else []


__all__ = ["PASSING", "STATES", "lines", "states"]
