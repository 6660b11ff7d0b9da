"""The rows of a sequence diagram, as plain data: what `sequence.py` draws and what its text alternative says.

A transcript may be one-sided (only a peer wrote it: what it sent points away from its lane, what it received points
at it) or two-sided (both programs wrote: the sender's event is the arrow, the receiver's a remark beside its lane).
Which of the two holds is asked for each receipt anew: if its sender's lane recorded a cause, the arrow is already
there.

Ports and times are left out: `listens`, `connects` and `accepts` are told without their text. What a program is said
to have called is told as its writer worded it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from autograde.wire.deeds import failed_attempts, heading
from autograde.wire.show import count
from autograde.wire.svg import shortened, shown_bytes
from autograde.wire.transcript import Event

TINY = 4
"""Sends of at most so many bytes fold into one row when three or more of one size follow each other."""

CAUSES = {
    "receives": {"sends", "is held"},
    "sees the end": {"half-closes", "closes"},
    "sees a reset": {"resets"},
    "accepts": {"connects"},
}
"""The events of the other lane that explain what a lane sees."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the diagram. With `to` it is an arrow between two lanes, without it a remark beside `lane`.

    `amount` belongs to the label of an arrow that carries bytes. The arrow crosses the lane `via` openly. `end` says
    how it ends if it does not arrive: "lost", "held" or "refused". `steps` is how many rows a gap stands for.
    """

    lane: str
    label: str
    sentence: str
    to: str = ""
    look: str = "plain"
    amount: str = ""
    via: str = ""
    end: str = ""
    events: tuple[Event, ...] = ()
    failing: bool = False
    steps: int = 1

    @property
    def whole_label(self) -> str:
        """Label and amount on one line."""
        return f"{self.label}  {self.amount}" if self.amount else self.label


def rows_of(events: Iterable[Event], *, width: int = 28, failing: Event | None = None) -> list[Row]:
    """All rows of a conversation, tiny sends together; bytes and texts are shortened to about `width` characters."""
    events = list(events)
    caused = {(event.lane, event.to, event.kind) for event in events}
    failed = failed_attempts(events)
    rows = [_row(group, caused, width) for group in _together(events)]
    rows = [_refused(row) if any(event is row.events[0] for event in failed) else row for row in rows]
    return [replace(row, failing=True) if any(event is failing for event in row.events) else row for row in rows]


def _together(events: list[Event]) -> list[list[Event]]:
    """Neighbors that one row can tell."""
    groups: list[list[Event]] = []
    for event in events:
        if groups and _alike(groups[-1][0], event):
            groups[-1].append(event)
        else:
            groups.append([event])
    return [part for group in groups for part in ([group] if len(group) >= 3 else [[event] for event in group])]


def _alike(first: Event, second: Event) -> bool:
    def same(event: Event) -> tuple[object, ...]:
        return event.lane, event.to, event.kind, event.size, event.via, event.text

    is_tiny = first.kind in ("sends", "receives") and 0 < first.size <= TINY and not first.unit
    return is_tiny and same(first) == same(second)


def _refused(row: Row) -> Row:
    sentence = row.sentence.replace(" connects to ", " tries to connect to ", 1)
    return replace(row, label=f"{row.label}: refused", sentence=sentence, end="refused")


def _row(group: list[Event], caused: set[tuple[str, str, str]], width: int) -> Row:
    event = group[0]
    told_by_the_other = any((event.to, event.lane, kind) in caused for kind in CAUSES.get(event.kind, ()))
    if event.kind in ("sends", "receives", "is lost", "is held"):
        row = _bytes_row(group, told_by_the_other, width)
    elif event.kind in CAUSES:
        row = _seen_row(event, told_by_the_other)
    else:
        row = _own_row(event, width + 4)
    if row.to == row.lane:  # talks to itself
        row = replace(row, to="", label=row.whole_label, amount="")
    if event.via and row.to and event.via != row.to:
        row = replace(row, via=event.via, sentence=f"{row.sentence}, through {event.via}")
    return replace(row, events=tuple(group))


def _bytes_row(group: list[Event], told_by_the_other: bool, width: int) -> Row:
    event = group[0]
    data, size = b"".join(one.data for one in group), sum(one.size for one in group)
    shown = event.name or shown_bytes(data, size, width)
    amount = f"{len(group)} × {count(event.size, 'byte')}" if len(group) > 1 else count(size, "byte")
    if event.kind == "receives":
        return _receipt_row(event, shown, amount, told_by_the_other)
    end, remark = ("", event.text) if event.kind == "sends" else (event.kind.removeprefix("is "), "")
    told = f" ({remark})" if remark else f", {end} by {event.via or 'the network'}" if end else ""
    sentence = f"{_name(event.lane)} sends {amount} to {_name(event.to)}: {shown}{told}"
    amount = ", ".join(filter(None, [amount, shortened(remark, width), end]))
    to = (event.via or event.to) if end else event.to
    if not to:
        return Row(event.lane, f"{shown}  {amount}", sentence)
    return Row(event.lane, shown, sentence, to, "altered" if remark else "send", amount, end=end)


def _receipt_row(event: Event, shown: str, amount: str, told_by_the_other: bool) -> Row:
    sentence = f"{_name(event.lane)} receives {amount} from {_name(event.to)}: {shown}"
    if told_by_the_other or not event.to:
        what = shown if event.unit else amount  # of datagrams it matters which one
        return Row(event.lane, f"receives {what}", sentence, look="receipt")
    return Row(event.to, shown, sentence, event.lane, "send", amount)


SEEN = {
    "sees the end": ("reads the end", "end of the stream", "half-close", "reads the end of the stream from"),
    "sees a reset": ("sees the reset", "reset", "reset", "finds that the connection was reset by"),
    "accepts": ("accepts", "connects", "connect", "accepts a connection from"),
}
"""What a lane sees: as a remark, as an arrow towards it, the arrow's look, and as a sentence."""


def _seen_row(event: Event, told_by_the_other: bool) -> Row:
    as_remark, as_arrow, look, told = SEEN[event.kind]
    sentence = f"{_name(event.lane)} {told} {_name(event.to)}"
    if told_by_the_other or not event.to:
        return Row(event.lane, as_remark, sentence, look="trouble" if look == "reset" else "receipt")
    return Row(event.to, as_arrow, sentence, event.lane, look)


DONE = {
    "connects": ("connects", "{who} connects to {other}", "connect"),
    "half-closes": ("half-close: no more bytes", "{who} half-closes: it will send no more bytes", "half-close"),
    "closes": ("closes {short}", "{who} closes {text}", "close"),
    "resets": ("reset", "{who} resets the connection", "reset"),
    "listens": ("listens", "{who} listens", "plain"),
    "waits": ("{short}", "{who} {text}", "wait"),
    "is blocked": ("blocked: {short}", "{who} is blocked in {text}", "wait"),
    "calls": ("▸ {short}", "{who} calls {text}", "call"),
    "returns": ("◂ {short}", "{who} returns {text}", "call"),
    "raises": ("✗ raises {beginning}", "{who} raises {text}", "trouble"),
    "hangs": ("✗ {beginning}", "{who}: {text}", "trouble"),
    "misses": ("✗ {beginning}", "the script of {who} fails: {text}", "trouble"),
    "system call": ("{short}", "{who}: {text}", "note"),
    "notes": ("{short}", "{who}: {text}", "note"),
}
"""What a lane does by itself: its label, its sentence and its look."""

TOWARDS = {"connects", "half-closes", "closes", "resets"}
"""What a lane does to another one: an arrow."""


def _own_row(event: Event, width: int) -> Row:
    label, sentence, look = DONE[event.kind]
    text = event.text or ("waits" if event.kind == "waits" else "")
    words = {
        "who": _name(event.lane),
        "other": _name(event.to),
        "text": text,
        "short": shortened(text, width),
        "beginning": text if len(text) <= width else text[: width - 1] + "…",
    }
    to = event.to if event.kind in TOWARDS else ""
    return Row(event.lane, label.format_map(words).rstrip(), sentence.format_map(words).rstrip(), to, look)


def _name(lane: str) -> str:
    return heading(lane) or "the other side"
