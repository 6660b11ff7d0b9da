"""Every picture drawn from a conversation, in one place.

    sequence(transcript)                        who did what to whom: one column for each party
    ruler(*cuts(transcript, "client", "server"))    the same bytes, cut into sends and receipts
    staircase(moves(transcript, "client", "server"))    how far the bytes had come, event by event
    timeline(busy(transcript))                  who waited when; or any rows of bars
    states(TCP, path=["CLOSED", "SYN-SENT"])    a state machine, and the way of one run through it
    endpoints(entries)                          the sockets of a machine, and which of them are connected
    envelopes(frame, layers)                    the headers of one frame, layer by layer

Each is made from plain data or a transcript, carries its text alternative, and is the same text for the same input.
"""

from autograde.wire.busy import busy
from autograde.wire.endpoints import Entry, endpoints
from autograde.wire.envelopes import envelopes
from autograde.wire.machines import HTTP_REQUEST, TCP
from autograde.wire.ruler import cuts, moves, ruler, staircase
from autograde.wire.sequence import sequence
from autograde.wire.states import Machine, Transition, states
from autograde.wire.svg import Picture
from autograde.wire.timeline import Bar, timeline

__all__ = [
    "HTTP_REQUEST", "TCP", "Bar", "Entry", "Machine", "Picture", "Transition", "busy", "cuts", "endpoints", "envelopes",
    "moves", "ruler", "sequence", "staircase", "states", "timeline",
]  # fmt: skip
