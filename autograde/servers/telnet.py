"""Telnet's own bytes: commands that begin with 0xFF (IAC) in a stream of text.

    split_telnet(b"core\\xff\\xfd\\x18-1") == (b"core-1", [("DO", 24)], b"")

RFC 854 (commands), RFC 855 (options), RFC 857 (echo), RFC 858 (suppress go ahead), RFC 1073 (window size), RFC 1091
(terminal type).
"""

from __future__ import annotations

import re

IAC, DONT, DO, WONT, WILL, SB, NOP, SE = 255, 254, 253, 252, 251, 250, 241, 240
CODES = {"DONT": DONT, "DO": DO, "WONT": WONT, "WILL": WILL}
VERBS = {code: verb for verb, code in CODES.items()}
ECHO, SUPPRESS_GO_AHEAD, TERMINAL_TYPE, WINDOW_SIZE = 1, 3, 24, 31

REFUSALS = {"DO": "WONT", "WILL": "DONT"}
"""The answer that refuses a proposal, or a wish."""

COUNTERPARTS = {"DO": "WILL", "WILL": "DO"}
"""The answer that agrees."""

PROPOSALS = bytes(
    [
        *(IAC, DO, TERMINAL_TYPE, IAC, DO, WINDOW_SIZE, IAC, WILL, ECHO, IAC, WILL, SUPPRESS_GO_AHEAD),
        *(IAC, SB, TERMINAL_TYPE, 1, IAC, SE),
    ]
)
"""What a device may begin with. Impatient as some are, it asks for the terminal type without waiting for a WILL."""

Said = tuple[str, int]
"""A Telnet command about an option: its verb, such as "WONT", and the option's number."""

_COMMAND = re.compile(
    rb"\xff(?:(?P<data>\xff)|(?P<verb>[\xfb-\xfe])(?P<option>.)"
    rb"|\xfa(?P<about>.)(?:[^\xff]|\xff\xff)*\xff\xf0|[^\xfa-\xff])",
    re.DOTALL,
)


def split_telnet(stream: bytes) -> tuple[bytes, list[Said], bytes]:
    """Part a stream into text, commands about options, and the beginning of a command whose end is not there yet.

    Doubled 0xFF is undone. Commands without an option (NOP, AYT, ...) are dropped. A subnegotiation about option n is
    told as ("SB", n).
    """
    said: list[Said] = []
    text, at = bytearray(), 0
    while (found := stream.find(IAC, at)) >= 0:
        text += stream[at:found]
        command = _COMMAND.match(stream, found)
        if command is None:
            return bytes(text), said, stream[found:]
        if command["data"]:
            text.append(IAC)
        elif command["verb"]:
            said.append((VERBS[command["verb"][0]], command["option"][0]))
        elif command["about"]:
            said.append(("SB", command["about"][0]))
        at = command.end()
    return bytes(text + stream[at:]), said, b""


__all__ = [
    "CODES", "COUNTERPARTS", "DO", "DONT", "ECHO", "IAC", "NOP", "PROPOSALS", "REFUSALS", "SB", "SE",
    "SUPPRESS_GO_AHEAD", "TERMINAL_TYPE", "WILL", "WINDOW_SIZE", "WONT", "Said", "split_telnet",
]  # fmt: skip
