"""Ready tables for `states.py`: the state machines that lessons talk about."""

from __future__ import annotations

from autograde.wire.states import Machine, Transition

TCP = Machine(
    [
        Transition("CLOSED", "LISTEN", "listen"),
        Transition("CLOSED", "SYN-SENT", "connect / send SYN"),
        Transition("LISTEN", "SYN-RECEIVED", "get SYN / send SYN, ACK"),
        Transition("LISTEN", "SYN-SENT", "send / send SYN"),
        Transition("LISTEN", "CLOSED", "close"),
        Transition("SYN-SENT", "SYN-RECEIVED", "get SYN / send SYN, ACK"),
        Transition("SYN-SENT", "ESTABLISHED", "get SYN, ACK / send ACK"),
        Transition("SYN-SENT", "CLOSED", "close"),
        Transition("SYN-RECEIVED", "LISTEN", "get RST"),
        Transition("SYN-RECEIVED", "ESTABLISHED", "get ACK of SYN"),
        Transition("SYN-RECEIVED", "FIN-WAIT-1", "close / send FIN"),
        Transition("ESTABLISHED", "FIN-WAIT-1", "close / send FIN"),
        Transition("ESTABLISHED", "CLOSE-WAIT", "get FIN / send ACK"),
        Transition("FIN-WAIT-1", "FIN-WAIT-2", "get ACK of FIN"),
        Transition("FIN-WAIT-1", "CLOSING", "get FIN / send ACK"),
        Transition("FIN-WAIT-2", "TIME-WAIT", "get FIN / send ACK"),
        Transition("CLOSING", "TIME-WAIT", "get ACK of FIN"),
        Transition("CLOSE-WAIT", "LAST-ACK", "close / send FIN"),
        Transition("LAST-ACK", "CLOSED", "get ACK of FIN", [(3.7, 6), (3.7, 0)]),
        Transition("TIME-WAIT", "CLOSED", "2 MSL are over", [(-0.8, 6), (-0.8, 0)]),
    ],
    {
        "CLOSED": (1.5, 0), "LISTEN": (0, 1), "SYN-SENT": (3, 1), "SYN-RECEIVED": (0, 2), "ESTABLISHED": (1.5, 3),
        "FIN-WAIT-1": (0, 4), "CLOSE-WAIT": (3, 4), "FIN-WAIT-2": (0, 5), "CLOSING": (1.5, 5), "LAST-ACK": (3, 6),
        "TIME-WAIT": (0, 6),
    },
)  # fmt: skip
"""A TCP connection (RFC 9293, section 3.3.2, figure 5): what happens / what is sent for it.

As there, what a reset does in most states is left out, and the way from FIN-WAIT-1 to TIME-WAIT when the other side's
FIN and the ACK of one's own come together. `TCP.also(("ESTABLISHED", "CLOSED", "get RST"))` adds what a run shows.
"""

HTTP_REQUEST = Machine(
    [
        Transition("start line", "fields", "a line"),
        Transition("fields", "fields", "a field"),
        Transition("fields", "body", "empty line, Content-Length"),
        Transition("fields", "chunk size", "empty line, chunked"),
        Transition("fields", "whole", "empty line, no body", [(-0.6, 1), (-0.6, 4)]),
        Transition("body", "whole", "the last byte"),
        Transition("chunk size", "chunk", "size above 0"),
        Transition("chunk", "chunk size", "the last byte and a line end"),
        Transition("chunk size", "trailers", "size 0"),
        Transition("trailers", "trailers", "a field"),
        Transition("trailers", "whole", "empty line"),
    ],
    {
        "start line": (0.7, 0), "fields": (0.7, 1), "body": (0, 2.5), "chunk size": (1.4, 2), "chunk": (2.9, 2),
        "trailers": (1.4, 3), "whole": (0.7, 4),
    },
)  # fmt: skip
"""How a reader takes in an HTTP/1.1 request (RFC 9112, sections 2.1, 6 and 7.1): what it reads moves it on."""

__all__ = ["HTTP_REQUEST", "TCP"]
