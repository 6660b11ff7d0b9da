"""The story of a conversation: its record in numbered sentences that a student can read.

`sentences` turns a transcript into words; `Story` puts the verdict under it: wanted against got with a caret, the
likely misunderstanding by name and what to try, the lesson that treats it, and the seed that replays it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from .codes import MISTAKES
from .show import brief, comparison, count
from .transcript import Event, Transcript

HEAD, TAIL = 5, 9
"""Sentences kept at the beginning and at the end of a long story."""


def name_of(lane: str) -> str:
    """A lane as the subject of a sentence."""
    return "your code" if lane == "student" else f"the {lane}"


def sentences(transcript: Transcript) -> list[str]:
    """The record in order, one sentence for each event or run of like events; long ones shortened in the middle."""
    told = [sentence for run in _runs(transcript) if (sentence := _sentence(run))]
    left_out = len(told) - HEAD - TAIL
    if left_out > 1:
        told[HEAD:-TAIL] = [f"… {left_out} more steps …"]
    return told


def _runs(events: Iterable[Event]) -> list[list[Event]]:
    """Neighboring sends, and neighboring receipts, of one lane together: TCP does not keep their borders anyway."""

    def alike(event: Event) -> object:
        return (event.lane, event.kind, event.to) if event.kind in ("sends", "receives") else id(event)

    return [list(group) for _, group in groupby(events, alike)]


def _sentence(run: list[Event]) -> str:
    """One run in words, or "" for what a story need not tell."""
    first = run[0]
    words = WORDS[first.kind](first, run)
    if first.kind != "calls":  # a call begins with a name, whose case matters
        words = words[:1].upper() + words[1:]
    return words + "." if words else ""


def _bytes_of(run: list[Event]) -> str:
    size = sum(event.size for event in run)
    shown = b"".join(event.data for event in run)
    whole = shown if len(shown) == size else shown[: run[0].size]
    pieces = f" in {len(run)} pieces" if len(run) > 1 else ""
    literal = brief(whole, size)
    return f"{literal}{pieces}" if literal.endswith(")") else f"{literal} ({count(size)}){pieces}"


WORDS: dict[str, Callable[[Event, list[Event]], str]] = {
    "calls": lambda event, run: f"{event.text} was called",
    "returns": lambda event, run: f"it returned {event.text}",
    "raises": lambda event, run: f"it raised {event.text}".rstrip("."),
    "hangs": lambda event, run: event.text.rstrip("."),
    "listens": lambda event, run: "",
    "connects": lambda event, run: f"{name_of(event.lane)} connected to {name_of(event.to)} {event.text}".rstrip(),
    "accepts": lambda event, run: f"{name_of(event.lane)} accepted a connection from {name_of(event.to)}",
    "sends": lambda event, run: f"{name_of(event.lane)} sent {_bytes_of(run)}",
    "receives": lambda event, run: f"{name_of(event.lane)} read {_bytes_of(run)}",
    "sees the end": lambda event, run: f"{name_of(event.lane)} saw the end: {name_of(event.to)} will send nothing more",
    "half-closes": lambda event, run: f"{name_of(event.lane)} ended its side: it will send nothing more",
    "closes": lambda event, run: f"{name_of(event.lane)} closed the connection",
    "resets": lambda event, run: f"{name_of(event.lane)} aborted the connection (reset)",
    "sees a reset": lambda event, run: f"{name_of(event.lane)} found the connection aborted by {name_of(event.to)}",
    "waits": lambda event, run: f"{name_of(event.lane)} {event.text}",
    "is blocked": lambda event, run: f"{name_of(event.lane)} is waiting in {event.text}",
    "system call": lambda event, run: f"{name_of(event.lane)} called {event.text}",
    "notes": lambda event, run: event.text.rstrip("."),
}


@dataclass(frozen=True, slots=True)
class Story:
    """Why a claim failed.

    `scripts` are what the other sides were to do, `steps` what happened, `problem` the verdict in one sentence,
    `details` lines under it; `wanted` and `got` are bytes to be compared, if any; `mistake` is a key of `MISTAKES`.
    """

    problem: str
    steps: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    wanted: bytes | None = None
    got: bytes | None = None
    mistake: str = ""
    seed: str = ""

    def __str__(self) -> str:
        """The whole story as plain text."""
        lines = [*self.scripts, ""]
        lines += [f"{number:2}. {step}" for number, step in enumerate(self.steps, 1)]
        lines += ["", self.problem, *self.details]
        if self.wanted is not None and self.got is not None and self.wanted != self.got:
            lines += ["    " + line for line in comparison(self.wanted, self.got)]
        lines += self.advice()
        if self.seed:
            lines += ["", self.seed]
        return "\n".join(lines).strip("\n")

    def advice(self) -> list[str]:
        """The named misunderstanding, what to try next, and where it is treated."""
        if not self.mistake:
            return []
        mistake = MISTAKES[self.mistake]
        code = f" ({self.mistake})" if self.mistake.startswith("W") else ""
        lesson = f" Lesson {mistake.lesson} shows it." if mistake.lesson else ""
        return ["", f"Likely: {mistake.name}{code}.", f"{mistake.advice}{lesson}"]
