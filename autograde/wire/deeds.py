"""What the parties of a conversation did, in words: one sentence for an event or a run of like events.

Parties go by their own names: the lane "student" is your code, "server" the server, "client 3" is client 3. The lanes
"control" and "data 1", "data 2", … are connections of one server, and their sentences begin with where they happened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .show import count, described
from .transcript import Event

CHANNEL = re.compile(r"control|data( \d+)?")
"""Lanes that are connections of one server (RFC 959: FTP has one for commands and one for each transfer)."""

NAMES = {"student": "your code", "stranger": "a stranger", "": "the network"}

SENTENCES = {
    "calls": "{text} was called",
    "returns": "it returned {text}",
    "raises": "it raised {text}",
    "hangs": "{text}",
    "listens": "",
    "connects": "{who} connected to {other} {text}",
    "tries to connect": "{who} tried to connect to {other} {text}",
    "accepts": "{who} accepted a connection from {other}",
    "sends": "{who} sent {bytes}{to_other}{remark}",
    "receives": "{who} read {bytes}{from_other}",
    "sees the end": "{who} saw the end: {other} will send nothing more",
    "half-closes": "{who} ended its side{towards_other}: it will send nothing more",
    "closes": "{who} closed the connection{with_other}",
    "resets": "{who} aborted the connection{with_other} (reset)",
    "sees a reset": "{who} found the connection aborted by {other}",
    "is lost": "{who} sent {bytes} to {other}, but {via} lost it",
    "is held": "{who} sent {bytes} to {other}, and {via} held it back",
    "misses": "{who}'s script failed: {text}",
    "waits": "{who} {text}",
    "is blocked": "{who} is waiting in {text}",
    "system call": "{who} called {text}",
    "notes": "{text}",
}
"""How each kind of event is told, and an attempt to connect that failed.

`{to_other}` and its like are empty where there are only two parties.
"""


GIVEN_UP = {"raises": "ConnectionRefusedError", "misses": "could not connect"}
"""What a lane does next after a `connects` that did not succeed: kinds, each with words of its text."""


def failed_attempts(events: Sequence[Event], given_up: Mapping[str, str] = GIVEN_UP) -> list[Event]:
    """The `connects` events that came to nothing: the next thing that their lane did was to give up."""
    following: dict[str, Event] = {}
    failed = []
    for event in reversed(events):
        then = following.get(event.lane)
        if event.kind == "connects" and then and then.kind in given_up and given_up[then.kind] in then.text:
            failed.append(event)
        following[event.lane] = event
    return failed


def name_of(lane: str) -> str:
    """A lane as the subject of a sentence."""
    if CHANNEL.fullmatch(lane):
        return "the server"
    return NAMES.get(lane) or (lane if lane[-1:].isdigit() else f"the {lane}")


def heading(lane: str) -> str:
    """A lane as it is called in pictures."""
    return "your code" if lane == "student" else lane


def words_for(run: Sequence[Event], *, is_crowded: bool = False, has_failed: bool = False) -> str:
    """A run of like events in one sentence, or "" for what a story need not tell.

    `is_crowded`: there are more than two parties, so that it must be said with whom one deals. `has_failed`: it is an
    attempt to connect that came to nothing.
    """
    event = run[0]
    words = SENTENCES["tries to connect" if has_failed else event.kind].format_map(_parts(run, is_crowded)).strip()
    if not words:
        return ""
    whole = _place_of(event) + words + _way_of(event)
    # a call begins with a name, whose case matters
    return whole + "." if event.kind == "calls" else whole[:1].upper() + whole[1:] + "."


def _parts(run: Sequence[Event], is_crowded: bool) -> dict[str, str]:
    event = run[0]
    other = name_of(event.to) if event.to else "the other side"
    is_named = bool(event.to) and (is_crowded or bool(event.via))
    parts = {f"{word}_other": f" {word} {other}" if is_named else "" for word in ("to", "from", "towards", "with")}
    return parts | {
        "who": name_of(event.lane),
        "other": other,
        "via": name_of(event.via),
        "text": event.text.rstrip(".") or ("waits" if event.kind == "waits" else ""),
        "remark": f", {event.text}" if event.text else "",
        "bytes": _bytes_of(run),
    }


def _bytes_of(run: Sequence[Event]) -> str:
    first, size = run[0], sum(event.size for event in run)
    shown = b"".join(event.data for event in run)
    whole = shown if len(shown) == size else shown[: first.size]
    pieces = f" in {len(run)} pieces" if len(run) > 1 else ""
    amount = f"{first.name} ({count(size)})" if first.name else described(whole, size) + pieces
    if first.kind in ("is lost", "is held") and first.text:
        return f"{first.text}, {amount},"
    return f"the datagram {amount}" if first.unit == "datagram" else amount


def _place_of(event: Event) -> str:
    channel = next((lane for lane in (event.lane, event.to) if CHANNEL.fullmatch(lane)), "")
    if not channel:
        return ""
    if channel == "control":
        # Its commands and replies are known by their looks, and most of the story.
        return "" if event.kind in ("sends", "receives") else "on the control connection, "
    return f"on {channel.replace('data', 'data connection')}, "


def _way_of(event: Event) -> str:
    return f", through {name_of(event.via)}" if event.via and event.kind in ("connects", "sends") else ""
