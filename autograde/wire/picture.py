"""Every picture drawn from a conversation, in one place.

    sequence(transcript)                        who did what to whom: one column for each party
    ruler(*cuts(transcript, "client", "server"))    the same bytes, cut into sends and receipts
    staircase(moves(transcript, "client", "server"))    how far the bytes had come, event by event
    timeline(busy(transcript))                  who waited when; or any rows of bars
    states(TCP, path=["CLOSED", "SYN-SENT"])    a state machine, and the way of one run through it
    endpoints(entries)                          the sockets of a machine, and which of them are connected
    envelopes(frame, layers)                    the headers of one frame, layer by layer
    annotated([("request line", b"GET ...")])   a message of text, byte by byte, with notes
    tree(("multipart/mixed", [...]))            a tree, such as that of a message and its parts
    histogram({"UDP": times, "TCP": others})    how often which measured time came
    shares([("1 KiB", 3, 200)])                 parts of a whole, as bars from 0 to 100 %
    bit_ruler(IPV4, packet)                     the fields of a header (`bits.py` has the layouts), with their values
    byte_grid("Grüße")                          the bytes of a text in UTF-8, below the characters that they belong to
    curves({"join": [(1000, 0.002)]})           measured times over sizes, on axes of equal ratio

Each is made from plain data or a transcript, carries its text alternative, and is the same text for the same input.
"""

from autograde.wire.annotated import annotated
from autograde.wire.bits import bit_ruler
from autograde.wire.busy import busy
from autograde.wire.byte_grid import byte_grid
from autograde.wire.curves import curves
from autograde.wire.endpoints import Entry, endpoints
from autograde.wire.envelopes import envelopes
from autograde.wire.histogram import histogram
from autograde.wire.machines import HTTP_REQUEST, TCP
from autograde.wire.ruler import cuts, moves, ruler, staircase
from autograde.wire.sequence import sequence
from autograde.wire.shares import shares
from autograde.wire.states import Machine, Transition, states
from autograde.wire.svg import Picture
from autograde.wire.timeline import Bar, timeline
from autograde.wire.tree import tree

__all__ = [
    "HTTP_REQUEST",
    "TCP",
    "Bar",
    "Entry",
    "Machine",
    "Picture",
    "Transition",
    "annotated",
    "bit_ruler",
    "busy",
    "byte_grid",
    "curves",
    "cuts",
    "endpoints",
    "envelopes",
    "histogram",
    "moves",
    "ruler",
    "sequence",
    "shares",
    "staircase",
    "states",
    "timeline",
    "tree",
]  # fmt: skip
