"""Loopback: network programming with Python, graded on the wire.

Everything that a lesson or a check cell uses is a name of this package: `from autograde import peer, sends`. A name is
looked up in its room only when it is first used (PEP 562), so importing the package costs nothing. This file must
also be readable by a Python that the course does not support, because `python3 -m autograde` reads it before it can
say so: no syntax and no imports newer than Python 3.6.
"""

import importlib
import typing

if typing.TYPE_CHECKING:
    from autograde.examiner.score import Score as Score
    from autograde.examiner.score import ended_in_time as ended_in_time
    from autograde.examiner.score import raises as raises
    from autograde.examiner.submitted import submitted as submitted
    from autograde.wire.peer import client as client
    from autograde.wire.peer import closed_port as closed_port
    from autograde.wire.peer import peer as peer
    from autograde.wire.peer import unread as unread
    from autograde.wire.steps import closes as closes
    from autograde.wire.steps import cuts_off_after as cuts_off_after
    from autograde.wire.steps import delays as delays
    from autograde.wire.steps import drips as drips
    from autograde.wire.steps import expects as expects
    from autograde.wire.steps import floods as floods
    from autograde.wire.steps import half_closes as half_closes
    from autograde.wire.steps import reads_slowly as reads_slowly
    from autograde.wire.steps import resets as resets
    from autograde.wire.steps import sends as sends
    from autograde.wire.steps import stalls as stalls
    from autograde.wire.steps import trickles as trickles
    from autograde.wire.transcript import recording as recording

_HOMES = {
    "autograde.examiner.score": ["Score", "ended_in_time", "raises"],
    "autograde.examiner.submitted": ["submitted"],
    "autograde.wire.peer": ["client", "closed_port", "peer", "unread"],
    "autograde.wire.steps": [
        "closes",
        "cuts_off_after",
        "delays",
        "drips",
        "expects",
        "floods",
        "half_closes",
        "reads_slowly",
        "resets",
        "sends",
        "stalls",
        "trickles",
    ],
    "autograde.wire.transcript": ["recording"],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)

if not typing.TYPE_CHECKING:  # a type checker would take any name at all for granted

    def __getattr__(name):
        """The public name, imported from its room on first use and kept here for the next."""
        if name not in _HOME_OF:
            raise AttributeError("module {!r} has no attribute {!r}".format(__name__, name))
        value = getattr(importlib.import_module(_HOME_OF[name]), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted(set(globals()) | set(__all__))
