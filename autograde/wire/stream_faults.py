"""What a scripted peer, client or relay can do to a stream: one step for each fault of the catalogue.

Each says in its docstring what TCP leaves to the system, and therefore cannot be promised.
"""

from __future__ import annotations

from .show import brief, count
from .steps import Channel, Step, read_exactly


def trickles(data: bytes, *, pause: float = 0.001) -> Step:
    """F01: send `data` one byte at a time, `pause` seconds apart.

    Each byte leaves in a segment of its own (TCP_NODELAY), unless the system is too busy to send one before the next
    comes: Linux then puts them together (tcp_autocorking in tcp(7)). A reader that is slow to look may find several at
    once in any case. Where every `recv` must come back short, add the examinee's limit `recv_at_most`.
    """

    def run(channel: Channel) -> None:
        for i in range(len(data)):
            if i:
                channel.pause_unless_over(pause)
            channel.send(data[i : i + 1])

    return Step(f"sends {brief(data)} one byte at a time", run, "F01")


def coalesces(*messages: bytes) -> Step:
    """F02: send several messages in one go.

    They leave in one `send`; a reader that asks for enough finds them together unless they exceed what one segment
    takes (65,483 bytes on Linux's loopback).
    """
    data = b"".join(messages)
    return Step(f"sends {len(messages)} messages in one piece, {brief(data)}", lambda on: on.send(data), "F02")


def resets() -> Step:
    """F04: abort the connection with RST.

    Bytes that were sent before stay readable on Linux; RFC 9293 (section 3.10.7.4) would let a system drop them. A
    reset right after the connection was made may find a client still inside `connect`, which then raises it.
    """
    return Step("aborts the connection (reset)", lambda channel: channel.reset(), "F04")


def cuts_off_after(n: int, data: bytes) -> Step:
    """F05: send only the first `n` bytes of `data`, then end the stream in good order."""

    def run(channel: Channel) -> None:
        channel.send(data[:n])
        channel.close()

    return Step(f"sends {n} of the {count(len(data))} of {brief(data)}, then ends the stream", run, "F05")


def stalls() -> Step:
    """F06: say nothing more, but keep the connection open until the block ends."""

    def run(channel: Channel) -> None:
        channel.note("waits", text="says nothing more")
        channel.pause(UNTIL_THE_END)

    return Step("says nothing more", run, "F06")


def drips(byte: bytes = b".", *, every: float) -> Step:
    """F07: send `byte` every `every` seconds until the other side is gone or the block ends."""

    def run(channel: Channel) -> None:
        while True:
            channel.send(byte, endless=True)
            channel.pause(every)

    return Step(f"sends {byte!r} every {every:g} s, for ever", run, "F07")


def reads_slowly(data: bytes, *, at_a_time: int = 16384, pause: float = 0.001) -> Step:
    """F08: like `expects(data)`, but at most `at_a_time` bytes every `pause` seconds.

    The system's buffers take in more than the reader has read; give the peer a small `receive_buffer` to bound that.
    """
    return Step(f"reads {brief(data)} slowly", lambda channel: read_exactly(channel, data, at_a_time, pause), "F08")


def never_reads() -> Step:
    """F08: read nothing more, and keep the connection open until the block ends.

    What the system's buffers hold is still taken (some hundred kilobytes; see `receive_buffer`), and only then does a
    sender have to wait.
    """

    def run(channel: Channel) -> None:
        channel.note("waits", text="reads nothing more")
        channel.pause(UNTIL_THE_END)

    return Step("reads nothing more", run, "F08")


def floods(chunk: bytes = b"x" * 65536) -> Step:
    """F10: send `chunk` again and again until the other side is gone or the block ends."""

    def run(channel: Channel) -> None:
        while True:
            channel.send(chunk, endless=True)

    return Step("sends and sends, for ever", run, "F10")


def half_closes() -> Step:
    """F19: tell the other side that nothing more will be sent (FIN); what it sends is still read."""
    return Step("stops sending (half-close)", lambda channel: channel.half_close(), "F19")


def runs_ahead(data: bytes, following: bytes) -> Step:
    """F20: send `data` with the beginning of the next message, `following`, right behind it, in one go."""
    clause = f"sends {brief(data)} with {brief(following)} of the next message behind it"
    return Step(clause, lambda channel: channel.send(data + following), "F20")


def ends_at_once() -> Step:
    """F21: end the stream in good order without another byte."""
    return Step("ends the stream without a word", lambda channel: channel.close(), "F21")


def vanishes() -> Step:
    """F25: be gone, in whatever state the conversation is: the connection is aborted (RST).

    What the other side has sent is thrown away, and what it sends from now on is answered with a reset.
    """
    return Step("vanishes (reset)", lambda channel: channel.reset(), "F25")


UNTIL_THE_END = 1e6
"""Seconds: longer than any block lasts."""


__all__ = [
    "coalesces", "cuts_off_after", "drips", "ends_at_once", "floods", "half_closes", "never_reads", "reads_slowly",
    "resets", "runs_ahead", "stalls", "trickles", "vanishes",
]  # fmt: skip
